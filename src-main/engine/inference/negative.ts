import type { VoxelType } from '#volumes/volume.ts';

import type { Histogram } from './histogram.ts';

/** The negative of an image: `sum - intensity`, so that the brightest value becomes the darkest and back. */
export interface Negative {
  /** Of the darkest and the brightest value. */
  readonly sum: number;
}

/** The negative of whole numbers: over the range of their type, so that steps with fixed values mean the same. Null for other types. */
export function integerNegative(type: VoxelType): Negative | null {
  switch (type) {
    case 'uint8':
      return { sum: 255 };
    case 'uint16':
      return { sum: 65535 };
    case 'int8':
    case 'int16':
      return { sum: -1 };
    default:
      return null;
  }
}

/** The negative over the intensities that a volume holds. */
export function negativeOf({ values }: Histogram): Negative {
  return { sum: values[0] + values[values.length - 1] };
}

/** The histogram of the negative. */
export function invertHistogram({ values, counts }: Histogram, { sum }: Negative): Histogram {
  return { values: values.map((value) => sum - value).reverse(), counts: counts.toReversed() };
}
