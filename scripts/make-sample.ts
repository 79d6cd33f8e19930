/**
 * Makes resources/sample/fib25_sample.h5, the volume that ships with the program: slices 120 to 149 of the FIB-25 volume
 * `fib25_train2_z0-149.h5` (raw and ground truth). The shipped network is not trained on these slices.
 *
 * The source is read from `../shared/data/em`, or from the folder that FASCICLE_DATA names.
 */
import { join } from 'node:path';

import { readWhole } from '#volumes/copyVolume.ts';
import { createHdf5File } from '#volumes/hdf5/index.ts';
import { openVolume } from '#volumes/openVolume.ts';

import { boxShape, type Box } from '#domain/geometry.ts';

const FIRST_SLICE = 120;
const CROP: Box = { min: [FIRST_SLICE, 0, 0], max: [150, 250, 250] };
const DATASETS = ['raw', 'labels'] as const;

const repository = join(import.meta.dirname, '..');
const data = process.env['FASCICLE_DATA'] ?? join(repository, '..', 'shared', 'data');
const source = join(data, 'em', 'fib25_train2_z0-149.h5');
const target = join(repository, 'resources', 'sample', 'fib25_sample.h5');

const file = await createHdf5File(target);
try {
  for (const dataset of DATASETS) {
    const reader = await openVolume(source, { dataset });
    const { type, voxelSizeNm } = reader.info;
    const shape = boxShape(CROP);
    const writer = file.addDataset({ dataset, shape, type, voxelSizeNm, chunkShape: [30, 64, 64], gzipLevel: 9 });
    await writer.write({ min: [0, 0, 0], max: shape }, await reader.read(CROP));
    await reader.close();
  }
  await file.finish();
} catch (error) {
  await file.discard();
  throw error;
}

for (const dataset of DATASETS) {
  const reader = await openVolume(target, { dataset });
  const { shape, type } = reader.info;
  const ids = new Set<number | bigint>(await readWhole(reader));
  console.log(`${reader.info.source}: ${shape.join(' x ')} ${type}, ${ids.size} different values`);
  await reader.close();
}
