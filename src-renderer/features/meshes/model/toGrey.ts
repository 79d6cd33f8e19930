/** Voxels within contrast limits as bytes: the lower limit is 0, the upper 255. */
export function toGrey(voxels: ArrayLike<number>, [low, high]: readonly [number, number]): Uint8Array {
  const grey = new Uint8Array(voxels.length);
  const scale = 255 / Math.max(high - low, 1e-9);
  for (let i = 0; i < voxels.length; i++) grey[i] = Math.max(0, Math.min(255, Math.round((voxels[i] - low) * scale)));
  return grey;
}
