import { existsSync } from 'node:fs';
import { join } from 'node:path';

import type { Layer } from '#contract/routes/projects.ts';
import { boxShape } from '#domain/geometry.ts';
import type { Project } from '#engine/project/project.ts';
import { readSetting } from '#engine/project/settings.ts';
import { readOriginalIds } from '#engine/project/tables.ts';
import { readSourceVolume } from '#engine/project/volumes.ts';
import type { SourceVolume } from '#engine/project/volumes.ts';
import { parseVolumeSpec } from '#volumes/volumeSpec.ts';
import { pyramidFactors } from '#volumes/zarr/index.ts';

import type { ChunkCache } from './chunkCache.ts';
import { withCoarseLevels } from './coarseLevels.ts';
import { coarsePyramids } from './coarsePyramids.ts';
import type { CoarsePyramid } from './coarsePyramids.ts';
import { isPyramidOf, originOf } from './pyramidOrigin.ts';
import { openStoreSource } from './storeSource.ts';
import { withStoredLevels } from './storedLevels.ts';
import { storedPyramid } from './storedPyramid.ts';
import { openVolumeSource } from './volumeSource.ts';
import type { VoxelSource } from './voxelSource.ts';

/** A layer that can be opened now. */
export interface LayerPlan {
  readonly id: Layer['id'];
  readonly kind: Layer['kind'];
  /** What it is read from: an open layer whose place has changed is opened anew. */
  readonly place: string;
  /** Contrast that is known without looking; 'measured' takes the percentiles. */
  readonly limits: 'none' | 'measured' | 'full';
  open(cache: ChunkCache): Promise<VoxelSource>;
}

/** The layers that a project has at this moment, bottom first: what a job still fills is none yet. */
export function planLayers(project: Project): LayerPlan[] {
  const { paths, database } = project;
  const isSegmented = readSetting(database, 'affinityUnit') !== undefined;
  const plans: LayerPlan[] = [];
  const raw = readSourceVolume(database, 'raw');
  if (raw !== undefined && isPyramidOf(paths.raw, originOf(raw)))
    plans.push(storeLayer('raw', paths.raw, originOf(raw)));
  else if (raw !== undefined && isThere(raw)) plans.push(sourceLayer('raw', raw));
  if (!isSegmented) return plans;

  for (const coarse of coarsePyramids(project)) {
    const path = paths[coarse.id];
    const layer = isStore(path)
      ? storeLayer(coarse.id, path)
      : sourceLayer(coarse.id, readSourceVolume(database, coarse.id)!);
    plans.push(coarse.isThere ? withCoarser(layer, coarse) : layer);
  }
  if (isStore(paths.supervoxels)) plans.push(storeLayer('supervoxels', paths.supervoxels));
  const labels = readSourceVolume(database, 'labels');
  const originalIds = labels !== undefined && isThere(labels) ? readOriginalIds(database) : null;
  if (labels !== undefined && originalIds !== null) plans.push(sourceLayer('labels', labels, originalIds));
  return plans;
}

function storeLayer(id: Layer['id'], path: string, origin = ''): LayerPlan {
  return {
    ...lookOf(id),
    place: path + origin,
    open: async (cache) => {
      const source = await openStoreSource(path, id, cache);
      if (source.levels.length > 1) return source;
      return withCoarseLevels(source, pyramidFactors(source.levels[0].shape, source.voxelSizeNm), { name: id, cache });
    },
  };
}

function sourceLayer(id: Layer['id'], volume: SourceVolume, originalIds?: BigUint64Array): LayerPlan {
  return {
    ...lookOf(id),
    place: volume.source + originOf(volume),
    open: async (cache) => {
      const levels = originalIds === undefined ? await storedPyramid(volume) : null;
      const name = id;
      if (levels !== null) return openVolumeSource(volume, { name, cache, levels });
      const source = openVolumeSource(volume, { name, cache, originalIds });
      return withCoarseLevels(source, pyramidFactors(boxShape(volume.region), volume.info.voxelSizeNm), {
        name,
        cache,
      });
    },
  };
}

/** The layer with coarser levels that the project keeps beside its voxels. */
function withCoarser(layer: LayerPlan, { path, origin }: CoarsePyramid): LayerPlan {
  return {
    ...layer,
    place: `${layer.place} ${path} ${origin}`,
    open: async (cache) =>
      withStoredLevels(await layer.open(cache), await openStoreSource(path, `${layer.id}/coarser`, cache)),
  };
}

function lookOf(id: Layer['id']): Pick<LayerPlan, 'id' | 'kind' | 'limits'> {
  if (id === 'supervoxels' || id === 'labels') return { id, kind: 'labels', limits: 'none' };
  return { id, kind: 'image', limits: id === 'raw' ? 'measured' : 'full' };
}

const isStore = (path: string): boolean => existsSync(join(path, 'zarr.json'));
const isThere = ({ source }: SourceVolume): boolean => existsSync(parseVolumeSpec(source).path);
