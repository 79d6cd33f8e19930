import { existsSync } from 'node:fs';
import { join } from 'node:path';

import type { VoxelSizeNm, Zyx } from '#domain/geometry.ts';
import { createOmeZarr, openOmeZarr, pyramidFactors } from '#volumes/zarr/index.ts';
import type { OmeZarrStore } from '#volumes/zarr/index.ts';

import type { ProgressListener } from './progress.ts';

/** Opens the supervoxels of a project for writing, making an empty store where there is none. */
export function openSupervoxelStore(path: string, shape: Zyx, voxelSizeNm: VoxelSizeNm | null): Promise<OmeZarrStore> {
  if (existsSync(join(path, 'zarr.json'))) return openOmeZarr(path);
  const levels = pyramidFactors(shape, voxelSizeNm);
  return createOmeZarr(path, { shape, type: 'uint32', voxelSizeNm, levels, kind: 'labels' });
}

/** Makes the coarser levels of a store whose voxels are all written. */
export function buildLevels(
  store: OmeZarrStore,
  { signal, onProgress }: { signal?: AbortSignal | undefined; onProgress?: ProgressListener | undefined },
): Promise<void> {
  return store.buildLevels({
    signal,
    onProgress: (fraction) =>
      onProgress?.({ stage: 'Pyramid', done: Math.round(100 * fraction), total: 100, unit: 'percent' }),
  });
}
