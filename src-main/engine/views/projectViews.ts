import { availableParallelism } from 'node:os';

import { encodeAssignment } from '#contract/assignmentTable.ts';
import type { Layer } from '#contract/routes/projects.ts';
import type { Neighbour } from '#contract/routes/segments.ts';
import { encodeSupervoxels } from '#contract/supervoxelBytes.ts';
import type { Plane } from '#contract/values.ts';
import type { VoxelBlock } from '#contract/voxelBlock.ts';
import { FascicleError } from '#domain/errors.ts';
import { boxOfShape, boxShape, intersectBoxes, voxelCount } from '#domain/geometry.ts';
import type { Box } from '#domain/geometry.ts';
import { currentAssignment } from '#engine/project/assignment.ts';
import type { Project } from '#engine/project/project.ts';
import { requireSegmentation } from '#engine/project/requireSegmentation.ts';
import { readSetting } from '#engine/project/settings.ts';
import { countRows } from '#engine/project/tables.ts';
import type { SlicePlane } from '#native/obliqueSlice.ts';

import { blockTypeBytes } from './blockArrays.ts';
import { createChunkCache } from './chunkCache.ts';
import type { ChunkCache } from './chunkCache.ts';
import type { Histogram } from './histogram.ts';
import { findNeighbours } from './neighbours.ts';
import { readOblique } from './oblique.ts';
import { createOpenLayers } from './openLayers.ts';
import type { OpenLayer } from './openLayers.ts';
import { boxOfSlice } from './slicePlane.ts';
import type { SliceRectangle } from './slicePlane.ts';
import { readSupervoxelGeometry } from './supervoxelGeometry.ts';

/** Decoded chunks that a project keeps in memory unless its owner says otherwise. */
const DEFAULT_VIEW_MEMORY_BYTES = 512 * 2 ** 20;
/** Share of it for levels that are small as a whole, of all layers. */
const COARSE_SHARE = 1 / 8;
/** Chunks on their way at a time: the pool that unpacks has four threads or one for each processor, and files are read meanwhile. */
const CONCURRENT_CHUNKS = Math.max(12, 2 * availableParallelism());
const MOST_BOX_BYTES = 64 * 2 ** 20;

/** Which voxels of a layer. */
export interface VoxelPlace {
  readonly layer: Layer['id'];
  readonly level: number;
  readonly channel: number;
}

/**
 * Everything that windows show of a project's voxels and tables. Positions are in voxels of the level, blocks are z, y, x with x fastest.
 * Reads that are aborted reject with 'cancelled' and give up what nobody else waits for.
 *
 * Errors of the calls: 'not-found' for a layer that the project does not have (yet), 'bad-request' for a level, channel or place that
 * the layer does not have, 'bad-file' for damaged chunks.
 */
export interface ProjectViews {
  /** The layers that exist now and are complete. */
  layers(): Promise<Layer[]>;
  /** Resolves when voxels have been given for the first time: somebody looks at the project. */
  readonly looked: Promise<unknown>;
  /** A rectangle of a slice, cut at the edge of the level; columns and rows of plane 'xz' run along x and z. */
  slice(
    place: VoxelPlace & { readonly plane: Plane; readonly position: number },
    rectangle: SliceRectangle,
    signal?: AbortSignal,
  ): Promise<VoxelBlock>;
  /** A box, cut at the edge of the level; at most 64 MiB. */
  box(place: VoxelPlace, box: Box, signal?: AbortSignal): Promise<VoxelBlock>;
  /** A slice at any angle: images interpolated linearly, labels by the nearest voxel, 0 outside. */
  oblique(place: VoxelPlace, plane: SlicePlane, signal?: AbortSignal): Promise<VoxelBlock>;
  histogram(layer: Layer['id'], channel: number, signal?: AbortSignal): Promise<Histogram>;
  /** The segment of every supervoxel, in the layout of assignmentTable.ts. */
  assignment(): Promise<Uint8Array<ArrayBuffer>>;
  /** Size and box of every supervoxel, in the layout of supervoxelBytes.ts. */
  supervoxels(): Promise<Uint8Array<ArrayBuffer>>;
  neighbours(
    segment: number,
    limit: number,
    signal?: AbortSignal,
  ): Promise<{ revision: number; total: number; neighbours: Neighbour[] }>;
  /** Call it when voxels of a layer, or its coarser levels, have changed on disk: what was read of it is forgotten. */
  refresh(layer: Layer['id']): void;
  /** Chunks in memory and on their way. */
  readonly usage: ChunkCache['usage'];
  /** Reads under way reject with 'cancelled'. */
  close(): Promise<void>;
}

/** The segment of every supervoxel at a revision of the project. */
export interface CurrentAssignment {
  readonly revision: number;
  readonly assignment: Uint32Array;
}

async function assignmentOnDisk(project: Project): Promise<CurrentAssignment> {
  return { revision: countRows(project.database, 'edits'), assignment: await currentAssignment(project) };
}

/**
 * The views of an open project. Nothing is opened before the first call; the owner closes them before the project.
 *
 * @param options.memoryBudgetBytes decoded chunks that are kept, of all layers together
 * @param options.assignment the segments as they are now; read from disk at every call where it is absent
 */
export function createProjectViews(
  project: Project,
  options: { memoryBudgetBytes?: number; assignment?: () => Promise<CurrentAssignment> } = {},
): ProjectViews {
  const { database } = project;
  const memoryBytes = options.memoryBudgetBytes ?? DEFAULT_VIEW_MEMORY_BYTES;
  const cache = createChunkCache({
    maxBytes: (1 - COARSE_SHARE) * memoryBytes,
    coarseBytes: COARSE_SHARE * memoryBytes,
    concurrency: CONCURRENT_CHUNKS,
  });
  const layers = createOpenLayers(project, cache);
  const closing = new AbortController();
  const untilClosed = (signal?: AbortSignal): AbortSignal =>
    signal === undefined ? closing.signal : AbortSignal.any([signal, closing.signal]);
  const { promise: looked, resolve: isLookedAt } = Promise.withResolvers<unknown>();
  const readAssignment = options.assignment ?? (() => assignmentOnDisk(project));

  /** The assignment at the present revision. */
  const assignmentNow = async (): Promise<CurrentAssignment> => {
    requireSegmentation(project);
    return readAssignment();
  };

  const readBox = async (place: VoxelPlace, box: Box, signal?: AbortSignal): Promise<VoxelBlock> => {
    const layer = await layers.get(place.layer);
    const { source } = layer;
    const bounds = boxOfShape(checkPlace(layer, place).shape);
    const cut = intersectBoxes(box, bounds);
    const [depth, rows, columns] = boxShape(cut);
    if (voxelCount([depth, rows, columns]) === 0)
      throw new FascicleError(
        'bad-request',
        `The box ${describeBox(box)} does not meet level ${place.level} of ${place.layer}, which has ` +
          `${bounds.max.join(' x ')} voxels (z, y, x).`,
      );
    if (depth * rows * columns * blockTypeBytes(source.type) > MOST_BOX_BYTES)
      throw new FascicleError(
        'bad-request',
        `The box ${describeBox(box)} is larger than ${MOST_BOX_BYTES / 2 ** 20} MiB. Ask for parts of it, or for a coarser level.`,
      );
    const voxels = await source.read(place.level, cut, { channel: place.channel, signal: untilClosed(signal) });
    isLookedAt(null);
    return { type: source.type, depth, rows, columns, voxels };
  };

  return {
    layers: () => layers.describe(),
    looked,
    async slice({ plane, position, ...place }, rectangle, signal) {
      const block = await readBox(place, boxOfSlice(plane, position, rectangle), signal);
      const [rows, columns] = plane === 'xy' ? [block.rows, block.columns] : [block.depth, block.rows * block.columns];
      return { ...block, depth: 1, rows, columns };
    },
    box: readBox,
    async oblique(place, plane, signal) {
      const layer = await layers.get(place.layer);
      checkPlace(layer, place);
      const { source, kind } = layer;
      const { rows, columns } = plane;
      const voxels = await readOblique(source, place.level, plane, kind, {
        channel: place.channel,
        signal: untilClosed(signal),
      });
      return { type: source.type, depth: 1, rows, columns, voxels };
    },
    async histogram(id, channel, signal) {
      const layer = await layers.get(id);
      if (layer.kind === 'labels')
        throw new FascicleError('bad-request', `${id} holds labels, which have no brightness.`);
      checkPlace(layer, { layer: id, level: 0, channel });
      return layer.histogram(channel, untilClosed(signal));
    },
    assignment: async () => encodeAssignment(await assignmentNow()),
    async supervoxels() {
      requireSegmentation(project);
      return encodeSupervoxels(await readSupervoxelGeometry(database));
    },
    async neighbours(segment, limit, signal) {
      const { revision, assignment } = await assignmentNow();
      if (assignment[segment] !== segment)
        throw new FascicleError('not-found', `There is no segment ${segment} at revision ${revision} of the project.`);
      const unit = readSetting<number>(database, 'affinityUnit')!;
      const voxelSizeNm = await layers.voxelSizeNm();
      return {
        revision,
        ...(await findNeighbours(database, assignment, segment, {
          unit,
          voxelSizeNm,
          limit,
          signal: untilClosed(signal),
        })),
      };
    },
    refresh: (layer) => cache.forget(`${layer}/`),
    get usage() {
      return cache.usage;
    },
    async close() {
      closing.abort();
      await layers.close();
    },
  };
}

/** The level of a place. @throws FascicleError 'bad-request' for a level or a channel that the layer does not have */
function checkPlace({ source }: OpenLayer, { layer, level, channel }: VoxelPlace) {
  const found = source.levels[level];
  if (found === undefined)
    throw new FascicleError('bad-request', `${layer} has the levels 0 to ${source.levels.length - 1}, not ${level}.`);
  if (channel >= source.channels)
    throw new FascicleError('bad-request', `${layer} has the channels 0 to ${source.channels - 1}, not ${channel}.`);
  return found;
}

function describeBox({ min, max }: Box): string {
  return ([0, 1, 2] as const).map((axis) => `${min[axis]}:${max[axis]}`).join(',');
}
