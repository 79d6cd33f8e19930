/** How outlines of segments are found; the shader (gpu/composeShader.ts) and the processor (cpu/composePicture.ts) do the same. */

/** Widest outlines are 2 CSS pixels on either side, at 4 device pixels for each. */
export const MOST_REACH = 8;

/** A hole of fewer CSS pixels gets no outline; a disc of that area is this wide. */
const LEAST_HOLE_PX = 90;
export const LEAST_HOLE_WIDTH = 2 * Math.sqrt(LEAST_HOLE_PX / Math.PI);

/** Places on the circle around a pixel that are looked at, and the stride in which: far ones first, which soon differ at real edges. */
export const CIRCLE = { places: 32, stride: 13 } as const;

/** Of the logistic function that stands for the normal distribution's. */
export const LOGISTIC_SCALE = 1.702;

/** The Gaussian by which outlines measure their distance to an edge, by distance along an axis. */
export interface OutlineKernel {
  /** Pixels around each that are looked at. */
  readonly reach: number;
  readonly sigma: number;
  readonly weights: Float32Array;
}

export function outlineKernel(pixelRatio: number): OutlineKernel {
  const reach = Math.min(MOST_REACH, Math.ceil(2 * pixelRatio));
  const sigma = 0.6 * reach;
  const weights = Float32Array.from({ length: MOST_REACH + 1 }, (_, d) => Math.exp(-(d * d) / (2 * sigma * sigma)));
  return { reach, sigma, weights };
}
