import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { boxOfShape, boxShape, voxelCount } from '#domain/geometry.ts';
import type { Box, Zyx } from '#domain/geometry.ts';
import type { ModelPackage } from '#engine/inference/packages/modelPackage.ts';
import { createOmeZarr, openOmeZarr, readerOfStore } from '#volumes/zarr/index.ts';

import { runInference } from './inferJob.ts';
import type { BenchRequest, BenchResult } from './messages.ts';

const CHUNK: Zyx = [64, 64, 64];

/**
 * Times a whole inference of a generated volume, from OME-Zarr to OME-Zarr, against the bare sum of model runs. The
 * image has the voxel size of the model's first target, so nothing is resampled.
 */
export async function benchInference(model: ModelPackage, request: BenchRequest): Promise<BenchResult> {
  const folder = await mkdtemp(join(tmpdir(), 'fascicle-bench-'));
  try {
    const { shape } = request;
    const voxelSizeNm = model.config.targets[0].voxelSizeNm;
    const spec = { shape, type: 'uint8', voxelSizeNm, kind: 'image' } as const;
    const raw = await createOmeZarr(join(folder, 'raw.zarr'), spec);
    await raw.write(boxOfShape(shape), texture(boxOfShape(shape)));
    await raw.close();
    const reader = readerOfStore(await openOmeZarr(join(folder, 'raw.zarr')));
    const affinities = await createOmeZarr(join(folder, 'affinities.zarr'), { ...spec, channels: 3 });
    const foreground = await createOmeZarr(join(folder, 'foreground.zarr'), spec);
    const result = await runInference({ reader, affinities, foreground, chunk: CHUNK }, model, {
      ...request,
      voxelSizeNm,
      roi: null,
      origin: [0, 0, 0],
      restrictAffinities: null,
      invert: false,
      markersDirectory: join(folder, 'markers'),
      block: null,
    });
    await Promise.all([reader.close(), affinities.close(), foreground.close()]);
    const { provider, runSeconds, wallSeconds, tileShape, waste, peakBytes } = result;
    return {
      provider,
      overheadRatio: wallSeconds / runSeconds - 1,
      runSeconds,
      wallSeconds,
      voxelsPerSecond: voxelCount(shape) / wallSeconds,
      shape,
      tileShape,
      waste,
      peakBytes,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Grey values that neither a codec nor a network can take short cuts on: a hash of the position. */
function texture(box: Box): Uint8Array {
  const voxels = new Uint8Array(voxelCount(boxShape(box)));
  for (let i = 0; i < voxels.length; i++) voxels[i] = 96 + (Math.imul(i, 0x9e3779b1) >>> 26);
  return voxels;
}
