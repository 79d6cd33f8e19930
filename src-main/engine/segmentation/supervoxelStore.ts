import { existsSync } from 'node:fs';
import { join } from 'node:path';

import type { VoxelSizeNm, Zyx } from '#domain/geometry.ts';
import { createOmeZarr, openOmeZarr, pyramidFactors } from '#volumes/zarr/index.ts';
import type { OmeZarrStore } from '#volumes/zarr/index.ts';

/** Opens the supervoxels of a project for writing, making an empty store where there is none. */
export function openSupervoxelStore(path: string, shape: Zyx, voxelSizeNm: VoxelSizeNm | null): Promise<OmeZarrStore> {
  if (existsSync(join(path, 'zarr.json'))) return openOmeZarr(path);
  const levels = pyramidFactors(shape, voxelSizeNm);
  return createOmeZarr(path, { shape, type: 'uint32', voxelSizeNm, levels, kind: 'labels' });
}
