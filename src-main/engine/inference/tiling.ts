import { FascicleError } from '#domain/errors.ts';
import { mapZyx, voxelCount } from '#domain/geometry.ts';
import type { Box, Zyx } from '#domain/geometry.ts';

import type { Blending } from './blending.ts';
import { outputTaps, tapsRange } from './grid.ts';
import type { Grid } from './grid.ts';

/**
 * Which tiles the network sees for which block of the output, in crop mode: every tile has one shape, starts on a
 * multiple of the network's stride counted from the corner of the volume, and only voxels at least a receptive field
 * away from its faces are kept. What is kept is then what the network would give for the volume as a whole, bit for
 * bit on a processor, so blocks of any size agree.
 *
 *      |<--------------------- tile ---------------------->|
 *      |  receptive field  |<----- keep ----->|  receptive field + rest to the stride  |
 *
 * Tiles reach over the region of interest into real image, and over the edge of the volume into its mirror image.
 */

/** What a network asks of its tiles. */
export interface NetworkGeometry {
  readonly receptiveFieldRadius: Zyx;
  readonly stride: Zyx;
  /** Sizes along z, y, x: min + n * step; step 0 means exactly `min`. */
  readonly sizes: readonly { readonly min: number; readonly step: number }[];
  /** Present where tiles are kept whole and averaged where they overlap. */
  readonly blending?: Blending | undefined;
}

/** One run of the network. */
export interface Tile {
  /** First voxel of the tile in the model grid; negative where it reaches over the edge of the volume. */
  readonly origin: Zyx;
  /** The part of the result to use, model grid; those of tiles that are blended overlap. */
  readonly keep: Box;
}

/** One block of the output: written as a whole, from its tiles alone. */
export interface OutputBlock {
  /** Source grid. */
  readonly box: Box;
  /** The model voxels that the block is interpolated from. */
  readonly need: Box;
  readonly tiles: readonly Tile[];
}

export interface TilePlan {
  readonly tileShape: Zyx;
  readonly blocks: readonly OutputBlock[];
  /** Voxels that the network computes for each voxel of the region (in the model grid). */
  readonly waste: number;
}

interface AxisPlan {
  readonly tileSize: number;
  readonly intervals: readonly AxisInterval[];
}
interface AxisInterval {
  readonly box: readonly [number, number];
  readonly need: readonly [number, number];
  readonly tiles: readonly { readonly origin: number; readonly keep: readonly [number, number] }[];
}

/** The region to compute and the lattice of blocks it is stored in. */
export interface OutputLattice {
  /** The region, source grid. */
  readonly roi: Box;
  /** A corner of the block lattice, source grid: where voxel 0 of the store lies. */
  readonly origin: Zyx;
}

/**
 * Plans the tiles for blocks of a given shape.
 *
 * @param block shape of the output blocks, source grid, a multiple of the store's chunks
 * @throws 'bad-file' for a fixed tile that is not larger than its receptive field
 */
export function planTiles(grid: Grid, network: NetworkGeometry, lattice: OutputLattice, block: Zyx): TilePlan {
  const axes = ([0, 1, 2] as const).map((axis) => planAxis(grid, network, lattice, axis, block[axis]));
  return combine(grid, lattice, [axes[0], axes[1], axes[2]]);
}

/** How much memory a plan takes at its peak, in bytes. */
export interface MemoryModel {
  /** Of the network, for each voxel of the tile. */
  readonly bytesPerTileVoxel: number;
  /** Of the results, for each voxel of an output block. */
  readonly bytesPerBlockVoxel: number;
  readonly budgetBytes: number;
}

/** Blocks longer than this gain nothing: the halo is then a small part of the tile. */
const MAX_BLOCK_CHUNKS = 16;

/**
 * The shape of the output blocks, in multiples of the chunk, with which the network computes the fewest voxels within
 * the memory budget; among shapes within 2 % of the best the one with the smallest tile, for smoother progress.
 *
 * @throws 'bad-request' where not even one chunk fits; the message says how much it would take
 */
export function chooseBlockShape(
  grid: Grid,
  network: NetworkGeometry,
  lattice: OutputLattice,
  chunk: Zyx,
  memory: MemoryModel,
): Zyx {
  const candidates = ([0, 1, 2] as const).map((axis) => {
    const extent = Math.ceil((lattice.roi.max[axis] - lattice.origin[axis]) / chunk[axis]);
    const count = Math.max(1, Math.min(MAX_BLOCK_CHUNKS, extent));
    return Array.from({ length: count }, (_, i) => {
      const plan = planAxis(grid, network, lattice, axis, (i + 1) * chunk[axis]);
      const longest = Math.max(...plan.intervals.map(({ box }) => box[1] - box[0]));
      return { block: (i + 1) * chunk[axis], tileSize: plan.tileSize, longest, work: workOf(plan) };
    });
  });
  const all = candidates[0].flatMap((z) =>
    candidates[1].flatMap((y) =>
      candidates[2].map((x) => ({
        block: [z.block, y.block, x.block] as const,
        work: z.work * y.work * x.work,
        tileVoxels: z.tileSize * y.tileSize * x.tileSize,
        bytes:
          z.tileSize * y.tileSize * x.tileSize * memory.bytesPerTileVoxel +
          z.longest * y.longest * x.longest * memory.bytesPerBlockVoxel,
      })),
    ),
  );
  const affordable = all.filter(({ bytes }) => bytes <= memory.budgetBytes);
  if (affordable.length === 0) {
    const least = Math.min(...all.map(({ bytes }) => bytes));
    throw new FascicleError(
      'bad-request',
      `The memory budget of ${mebibytes(memory.budgetBytes)} MiB is too small for this network: its smallest tile takes ` +
        `about ${mebibytes(least)} MiB. Raise the budget.`,
    );
  }
  const leastWork = Math.min(...affordable.map(({ work }) => work));
  return affordable
    .filter(({ work }) => work <= 1.02 * leastWork)
    .reduce((best, next) => (next.tileVoxels < best.tileVoxels ? next : best)).block;
}

function mebibytes(bytes: number): number {
  return Math.ceil(bytes / 2 ** 20);
}

/** Voxels that the network computes along one axis, over all blocks. */
function workOf(plan: AxisPlan): number {
  return plan.tileSize * plan.intervals.reduce((sum, { tiles }) => sum + tiles.length, 0);
}

function planAxis(
  grid: Grid,
  network: NetworkGeometry,
  { roi, origin }: OutputLattice,
  axis: 0 | 1 | 2,
  block: number,
): AxisPlan {
  const intervals: { box: [number, number]; need: readonly [number, number] }[] = [];
  const first = Math.floor((roi.min[axis] - origin[axis]) / block);
  for (let start = origin[axis] + first * block; start < roi.max[axis]; start += block) {
    const box: [number, number] = [Math.max(start, roi.min[axis]), Math.min(start + block, roi.max[axis])];
    intervals.push({ box, need: neededModelRange(grid, axis, box) });
  }
  const size = network.sizes[axis];
  if (size.step === 0)
    return planFixed(intervals, network, axis, { tileSize: size.min, modelSize: grid.modelShape[axis] });
  if (network.blending !== undefined)
    throw new FascicleError('bad-file', 'The model asks for blended tiles, but its tiles have no fixed size.');
  return planFree(intervals, network, axis, size);
}

/** The model voxels that links and voxels of a source interval are interpolated from. */
function neededModelRange(
  grid: Grid,
  axis: 0 | 1 | 2,
  [min, max]: readonly [number, number],
): readonly [number, number] {
  if (grid.factor[axis] === 1) return [min, max];
  const atVoxel = tapsRange(outputTaps(grid, axis, min, max, 0));
  const atLink = tapsRange(outputTaps(grid, axis, min, max, -1));
  return [Math.min(atVoxel[0], atLink[0]), Math.max(atVoxel[1], atLink[1])];
}

/** One tile for each block, as large as the block needs. */
function planFree(
  intervals: readonly Omit<AxisInterval, 'tiles'>[],
  network: NetworkGeometry,
  axis: 0 | 1 | 2,
  { min, step }: { min: number; step: number },
): AxisPlan {
  const radius = network.receptiveFieldRadius[axis];
  const stride = network.stride[axis];
  const planned = intervals.map(({ box, need }) => {
    const tileOrigin = Math.floor((need[0] - radius) / stride) * stride;
    return { box, need, size: need[1] + radius - tileOrigin, tiles: [{ origin: tileOrigin, keep: need }] };
  });
  const least = Math.max(min, ...planned.map(({ size }) => size));
  return { tileSize: min + Math.ceil((least - min) / step) * step, intervals: planned };
}

/**
 * A lattice of tiles of the one shape that the network takes; a tile on the border of two blocks runs for both. Where tiles are blended, each is
 * used as far as it reaches; those whose core lies outside of the volume see next to nothing but mirror images and are left out.
 */
function planFixed(
  intervals: readonly Omit<AxisInterval, 'tiles'>[],
  network: NetworkGeometry,
  axis: 0 | 1 | 2,
  { tileSize, modelSize }: { readonly tileSize: number; readonly modelSize: number },
): AxisPlan {
  const stride = network.stride[axis];
  const halo = Math.ceil(network.receptiveFieldRadius[axis] / stride) * stride;
  const core = Math.floor((tileSize - 2 * halo) / stride) * stride;
  if (core <= 0)
    throw new FascicleError(
      'bad-file',
      `The model's tile of ${tileSize} voxels along ${'zyx'[axis]} leaves nothing to keep: the receptive field takes ` +
        `${halo} from each side. Its package must declare a larger tile.`,
    );
  return {
    tileSize,
    intervals: intervals.map(({ box, need }) => {
      const tiles = [];
      const reach = network.blending === undefined ? 0 : halo;
      const last = Math.ceil(modelSize / core) - 1;
      const first = Math.max(0, Math.floor((need[0] - reach) / core));
      for (let k = first; k <= last && k * core - reach < need[1]; k++)
        tiles.push({
          origin: k * core - halo,
          keep: [Math.max(need[0], k * core - reach), Math.min(need[1], (k + 1) * core + reach)] as const,
        });
      return { box, need, tiles };
    }),
  };
}

function combine(grid: Grid, { roi }: OutputLattice, axes: readonly [AxisPlan, AxisPlan, AxisPlan]): TilePlan {
  const blocks: OutputBlock[] = [];
  for (const z of axes[0].intervals)
    for (const y of axes[1].intervals)
      for (const x of axes[2].intervals)
        blocks.push({
          box: toBox([z.box, y.box, x.box]),
          need: toBox([z.need, y.need, x.need]),
          tiles: z.tiles.flatMap((tz) =>
            y.tiles.flatMap((ty) =>
              x.tiles.map((tx): Tile => ({
                origin: [tz.origin, ty.origin, tx.origin],
                keep: toBox([tz.keep, ty.keep, tx.keep]),
              })),
            ),
          ),
        });
  const region = mapZyx((axis) => (roi.max[axis] - roi.min[axis]) / grid.factor[axis]);
  return {
    tileShape: mapZyx((axis) => axes[axis].tileSize),
    blocks,
    waste: axes.reduce((work, axis) => work * workOf(axis), 1) / voxelCount(region),
  };
}

function toBox(ranges: readonly (readonly [number, number])[]): Box {
  return { min: mapZyx((axis) => ranges[axis][0]), max: mapZyx((axis) => ranges[axis][1]) };
}
