import { boxShape, voxelCount } from '#domain/geometry.ts';
import type { Zyx } from '#domain/geometry.ts';
import type { SourceVolume } from '#engine/project/volumes.ts';
import { parseVolumeSpec } from '#volumes/volumeSpec.ts';
import { listLevels } from '#volumes/zarr/index.ts';

import type { VolumeLevel } from './volumeSource.ts';

/** Chunks from 16^3 to 128^3 voxels: smaller ones cost too many reads for a slice, larger ones too much for a part of it. */
const LEAST_CHUNK_VOXELS = 16 ** 3;
const MOST_CHUNK_VOXELS = 128 ** 3;
/** Edges of a chunk that differ more would serve one plane and punish the others. */
const MOST_CHUNK_RATIO = 8;
/** The coarsest level must be small enough to be read at once. */
const MOST_COARSEST_VOXELS = 2 ** 22;

/**
 * The levels of a source that is an OME-Zarr pyramid as good for viewing as one made here; null for any other source. Then the project
 * refers to it, and nothing is copied.
 */
export async function storedPyramid(volume: SourceVolume): Promise<VolumeLevel[] | null> {
  const { source, info, region, reading } = volume;
  const isWhole = info.shape.every((extent, axis) => extent === boxShape(region)[axis]);
  if (info.format !== 'ome-zarr' || !isWhole || reading.axes !== null || !suitsViews(info.chunkShape)) return null;
  const { path } = parseVolumeSpec(source);
  const found = await listLevels(path, info.dataset ?? '');
  const levels: VolumeLevel[] = [];
  for (const { info: level, factor } of found) {
    const isSameChunk = level.chunkShape.every((extent, axis) => extent === info.chunkShape[axis]);
    if (factor === null || !isSameChunk || !isLevelOf(info.shape, level.shape, factor)) return null;
    levels.push({ spec: `${path}:/${level.dataset}`, shape: level.shape, factor });
  }
  const isPyramid = found[0]?.info.dataset === info.dataset && voxelCount(levels.at(-1)!.shape) <= MOST_COARSEST_VOXELS;
  return isPyramid ? levels : null;
}

function suitsViews(chunkShape: Zyx): boolean {
  const voxels = voxelCount(chunkShape);
  const ratio = Math.max(...chunkShape) / Math.min(...chunkShape);
  return voxels >= LEAST_CHUNK_VOXELS && voxels <= MOST_CHUNK_VOXELS && ratio <= MOST_CHUNK_RATIO;
}

/** True where a level has the extents that its factor gives, whichever way its writer rounded. */
function isLevelOf(full: Zyx, level: Zyx, factor: Zyx): boolean {
  return full.every((extent, axis) => {
    const exact = extent / factor[axis];
    return level[axis] === Math.ceil(exact) || level[axis] === Math.floor(exact);
  });
}
