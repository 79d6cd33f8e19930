import type { Zyx } from '#domain/geometry.ts';

/**
 * How an image is resampled for a network, in words; null where it is not.
 *
 * @param factor source voxels for each voxel of the network, z, y, x
 */
export function describeResampling(factor: Zyx): string | null {
  const axesOf = new Map<string, string[]>();
  for (const axis of [2, 1, 0] as const) {
    if (factor[axis] === 1) continue;
    const text = factor[axis] > 1 ? `${short(factor[axis])} times larger` : `${short(1 / factor[axis])} times smaller`;
    axesOf.set(text, [...(axesOf.get(text) ?? []), 'zyx'[axis]]);
  }
  if (axesOf.size === 0) return null;
  const parts = [...axesOf].map(([text, axes]) => `${text} along ${axes.join(' and ')}`);
  return `the image is resampled for the network to voxels ${parts.join(', ')}, and the result back`;
}

const short = (value: number): string => String(Number(value.toFixed(2)));
