import { boxShape, voxelCount } from '#domain/geometry.ts';
import type { Zyx } from '#domain/geometry.ts';

import type { Block } from './grid.ts';
import { requireProbabilities } from './tileOutput.ts';
import type { KeptTile } from './tileOutput.ts';

/** How tiles that overlap are averaged. */
export interface Blending {
  /** Standard deviation of the weights, where the half side of a tile is 1. */
  readonly sigma: number;
}

/** Of the corners, so that no voxel is without weight. */
const LEAST_WEIGHT = 1e-3;

/**
 * Weights of the voxels of a tile, z, y, x: exp(-d^2 / (2 sigma^2)), where d is the Euclidean distance from the centre and each axis runs from
 * -1 to 1, but at least 0.001 (SegNeuron, MICCAI 2024, as its authors run it).
 */
export function blendingWindow([depth, height, width]: Zyx, { sigma }: Blending): Float32Array {
  const squares = (length: number) =>
    Float64Array.from({ length }, (_, i) => (length === 1 ? 0 : ((2 * i) / (length - 1) - 1) ** 2));
  const [alongZ, alongY, alongX] = [squares(depth), squares(height), squares(width)];
  const weights = new Float32Array(depth * height * width);
  let at = 0;
  for (const z of alongZ)
    for (const y of alongY)
      for (const x of alongX) weights[at++] = Math.max(LEAST_WEIGHT, Math.exp(-(z + y + x) / (2 * sigma ** 2)));
  return weights;
}

/** Sums up a block from tiles that overlap. The order in which tiles are added decides the last bits. */
export class BlendedBlock {
  readonly #window: Float32Array;
  readonly #channels: readonly Block[];
  readonly #weights: Block;

  /** @param channels of the block, all 0 */
  constructor(window: Float32Array, channels: readonly Block[]) {
    const [{ box }] = channels;
    this.#window = window;
    this.#channels = channels;
    this.#weights = { box, values: new Float32Array(voxelCount(boxShape(box))) };
  }

  /**
   * Adds a tile.
   *
   * @param outputs a channel over the whole tile for each of the block, or null where the tile was not run and all is 0
   * @throws as `keepChannel`
   */
  add(tile: KeptTile, outputs: readonly { readonly name: string; readonly values: Float32Array }[] | null): void {
    const window = this.#window;
    const { values: weights } = this.#weights;
    forEachRow(this.#weights, tile, (from, to, length) => {
      for (let x = 0; x < length; x++) weights[to + x] += window[from + x];
    });
    for (const [i, { name, values }] of (outputs ?? []).entries()) {
      const target = this.#channels[i].values;
      let [low, high] = [0, 1];
      forEachRow(this.#weights, tile, (from, to, length) => {
        for (let x = 0; x < length; x++) {
          const value = values[from + x];
          low = Math.min(low, value);
          high = Math.max(high, value);
          target[to + x] += window[from + x] * value;
        }
      });
      requireProbabilities(low, high, { ...tile, channel: name });
    }
  }

  /** Divides the sums by their weights. */
  finish(): void {
    const { values: weights } = this.#weights;
    for (const { values } of this.#channels) for (let i = 0; i < values.length; i++) values[i] /= weights[i];
  }
}

/** Visits what is kept of a tile row by row: where the row begins in the tile and in the block, and how long it is. */
function forEachRow(
  { box }: Block,
  { origin, shape, keep }: KeptTile,
  visit: (from: number, to: number, length: number) => void,
): void {
  const own = boxShape(box);
  for (let z = keep.min[0]; z < keep.max[0]; z++)
    for (let y = keep.min[1]; y < keep.max[1]; y++)
      visit(
        ((z - origin[0]) * shape[1] + y - origin[1]) * shape[2] + keep.min[2] - origin[2],
        ((z - box.min[0]) * own[1] + y - box.min[1]) * own[2] + keep.min[2] - box.min[2],
        keep.max[2] - keep.min[2],
      );
}
