/** Which texels the pixels of a panel show along one axis of a tile. */
export interface AxisSamples {
  /** Pixels whose middle lies on the tile, half-open. */
  readonly first: number;
  readonly end: number;
  /** By pixel, counted from `first`: the texel under its middle. */
  readonly nearest: Int32Array;
  /** The two texels whose middles lie on either side, and the share of the second. */
  readonly before: Int32Array;
  readonly after: Int32Array;
  readonly share: Float32Array;
}

/**
 * Samples of a tile along an axis, at the middles of pixels, as a graphics card takes them.
 *
 * @param from place of the tile's first edge, pixels
 * @param to place of its last edge
 * @param texels of the tile along the axis
 * @param pixels of the panel along the axis
 */
export function axisSamples(from: number, to: number, texels: number, pixels: number): AxisSamples {
  const first = Math.max(0, Math.ceil(from - 0.5));
  const end = Math.max(first, Math.min(pixels, Math.ceil(to - 0.5)));
  const count = end - first;
  const [nearest, before, after] = [new Int32Array(count), new Int32Array(count), new Int32Array(count)];
  const share = new Float32Array(count);
  const scale = texels / (to - from);
  const last = texels - 1;
  for (let i = 0; i < count; i++) {
    const texel = (first + i + 0.5 - from) * scale;
    const low = Math.floor(texel - 0.5);
    nearest[i] = Math.min(last, Math.max(0, Math.floor(texel)));
    before[i] = Math.min(last, Math.max(0, low));
    after[i] = Math.min(last, Math.max(0, low + 1));
    share[i] = texel - 0.5 - low;
  }
  return { first, end, nearest, before, after, share };
}
