import { boxShape, mapZyx } from '#domain/geometry.ts';
import type { Box, Zyx } from '#domain/geometry.ts';

/**
 * The two voxel grids of an inference: the source's, and the coarser or finer one on which the network looks at it.
 * Both start at the same corner, so model voxel m covers the source from `m * factor` to `(m + 1) * factor`.
 */
export interface Grid {
  readonly sourceShape: Zyx;
  /** Source voxels for each model voxel, z, y, x; 1 where the axis is not resampled. */
  readonly factor: Zyx;
  readonly modelShape: Zyx;
}

/** Slack for ratios such as 30 / 10 that are not exact in binary. */
const EPSILON = 1e-9;

/** The grid pair of a volume; the last model voxel may reach over the edge of the source, none lies beyond it. */
export function makeGrid(sourceShape: Zyx, factor: Zyx): Grid {
  const modelShape = mapZyx((axis) => Math.max(1, Math.ceil(sourceShape[axis] / factor[axis] - EPSILON)));
  return { sourceShape, factor, modelShape };
}

/** True where no axis is resampled. */
export function isIdentity(grid: Grid): boolean {
  return grid.factor.every((factor) => factor === 1);
}

/**
 * A one-dimensional filter: output i is the sum over t of `weights[i * width + t]` times input `first[i] + t`. Weights
 * come from absolute coordinates alone, so that a voxel gets the same bits whatever block it is computed in.
 */
export interface Taps {
  readonly width: number;
  readonly first: Int32Array;
  readonly weights: Float64Array;
}

/**
 * From the source to model voxels `min` to `max` of one axis: the average over the voxel's extent where the model is
 * coarser (an ideal anti-alias for area detectors), linear between voxel centres where it is finer.
 */
export function inputTaps(grid: Grid, axis: 0 | 1 | 2, min: number, max: number): Taps {
  const factor = grid.factor[axis];
  const size = grid.sourceShape[axis];
  if (factor <= 1) return linearTaps(min, max, size, (index) => (index + 0.5) * factor - 0.5);
  const width = Math.min(size, Math.ceil(factor - EPSILON) + (Number.isInteger(factor) ? 0 : 1));
  return buildTaps(min, max, size, width, (index) => {
    const low = index * factor;
    const high = Math.min((index + 1) * factor, size);
    const first = Math.floor(low + EPSILON);
    const overlap = (t: number) => Math.max(0, Math.min(high, first + t + 1) - Math.max(low, first + t));
    const weights = Array.from({ length: width }, (_, t) => (overlap(t) < EPSILON ? 0 : overlap(t)));
    const sum = weights.reduce((total, weight) => total + weight, 0);
    return { first, weights: weights.map((weight) => weight / sum) };
  });
}

/**
 * From model values back to source voxels `min` to `max` of one axis, linearly, the outermost value going on beyond the
 * outermost centre. A voxel's value sits at its centre; the value of a link sits between the two voxels it joins,
 * half of `offset` away from the centre, in whichever grid: for offset -1 that is the face at the lower end.
 */
export function outputTaps(grid: Grid, axis: 0 | 1 | 2, min: number, max: number, offset: number): Taps {
  const shift = 0.5 + offset / 2;
  const position = (index: number) => (index + shift) / grid.factor[axis] - shift;
  return linearTaps(min, max, grid.modelShape[axis], grid.factor[axis] === 1 ? (index) => index : position);
}

/** The inputs, half-open, that some output of the filter reads. */
export function tapsRange(taps: Taps): readonly [number, number] {
  let min = Infinity;
  let max = -Infinity;
  for (const first of taps.first) {
    min = Math.min(min, first);
    max = Math.max(max, first + taps.width);
  }
  return [min, max];
}

function linearTaps(min: number, max: number, size: number, position: (index: number) => number): Taps {
  return buildTaps(min, max, size, Math.min(2, size), (index) => {
    const at = Math.min(size - 1, Math.max(0, position(index)));
    const first = Math.floor(at);
    return { first, weights: [1 - (at - first), at - first] };
  });
}

/** Lays the filters out side by side, moved inwards where they would stick out of the input with weights of zero. */
function buildTaps(
  min: number,
  max: number,
  size: number,
  width: number,
  filter: (index: number) => { first: number; weights: readonly number[] },
): Taps {
  const first = new Int32Array(max - min);
  const weights = new Float64Array((max - min) * width);
  for (let index = min; index < max; index++) {
    const at = filter(index);
    const start = Math.min(at.first, size - width);
    first[index - min] = start;
    at.weights.forEach((weight, t) => {
      const slot = at.first + t - start;
      if (weight !== 0 && slot < width) weights[(index - min) * width + slot] = weight;
    });
  }
  return { width, first, weights };
}

/** A dense block of values and the box that it covers, in the coordinates of one of the grids. */
export interface Block {
  readonly box: Box;
  readonly values: Float32Array;
}

/**
 * Applies one filter along one axis. Sums run in float64 in the order of the taps and are rounded to float32 once.
 *
 * @param input must cover the inputs that `taps` reads along the axis
 * @param min the output coordinate of the first tap
 */
export function applyTaps(input: Block, axis: 0 | 1 | 2, taps: Taps, min: number): Block {
  const shape = boxShape(input.box);
  const length = taps.first.length;
  const values = new Float32Array((input.values.length / shape[axis]) * length);
  const base = input.box.min[axis];
  if (axis === 2) filterRows(input.values, shape[2], taps, base, values);
  else {
    const inner = axis === 0 ? shape[1] * shape[2] : shape[2];
    const [slabIn, slabOut] = [shape[axis] * inner, length * inner];
    for (let slab = 0; slab * slabIn < input.values.length; slab++)
      filterLines(
        input.values.subarray(slab * slabIn, (slab + 1) * slabIn),
        inner,
        taps,
        base,
        values.subarray(slab * slabOut, (slab + 1) * slabOut),
      );
  }
  const replace = (corner: Zyx, value: number) => mapZyx((other) => (other === axis ? value : corner[other]));
  return { box: { min: replace(input.box.min, min), max: replace(input.box.max, min + length) }, values };
}

/**
 * Combines whole lines of `inner` values: output line i is the weighted sum of the input lines that tap i names.
 *
 * @param base the coordinate of the first input line
 */
export function filterLines(input: Float32Array, inner: number, taps: Taps, base: number, output: Float32Array): void {
  const { width, first, weights } = taps;
  for (let i = 0; i < first.length; i++) {
    const from = (first[i] - base) * inner;
    const to = i * inner;
    if (width === 2) {
      const a = weights[2 * i];
      const b = weights[2 * i + 1];
      for (let k = 0; k < inner; k++) output[to + k] = a * input[from + k] + b * input[from + inner + k];
    } else
      for (let k = 0; k < inner; k++) {
        let sum = 0;
        for (let t = 0; t < width; t++) sum += weights[i * width + t] * input[from + t * inner + k];
        output[to + k] = sum;
      }
  }
}

/**
 * Filters each row of `length` values on its own.
 *
 * @param base the coordinate of the first value of a row
 */
export function filterRows(input: Float32Array, length: number, taps: Taps, base: number, output: Float32Array): void {
  const { width, first, weights } = taps;
  const lengthOut = first.length;
  for (let row = 0, to = 0; to < output.length; row += length, to += lengthOut)
    for (let i = 0; i < lengthOut; i++) {
      const from = row + first[i] - base;
      if (width === 2) output[to + i] = weights[2 * i] * input[from] + weights[2 * i + 1] * input[from + 1];
      else {
        let sum = 0;
        for (let t = 0; t < width; t++) sum += weights[i * width + t] * input[from + t];
        output[to + i] = sum;
      }
    }
}
