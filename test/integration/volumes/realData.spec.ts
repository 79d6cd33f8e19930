import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { readWhole } from '#volumes/copyVolume.ts';
import { openVolume } from '#volumes/openVolume.ts';

import { hasSharedData, sharedData } from './support.ts';

const sample = join(import.meta.dirname, '..', '..', '..', 'resources', 'sample', 'fib25_sample.h5');

describe('the sample that ships with the program', () => {
  it('holds raw and ground truth of equal shape with their voxel size', async () => {
    const raw = await openVolume(sample);
    const labels = await openVolume(sample, { role: 'labels' });
    expect(raw.info).toMatchObject({ dataset: 'raw', type: 'uint8', shape: [30, 250, 250], voxelSizeNm: [10, 10, 10] });
    expect(labels.info).toMatchObject({
      dataset: 'labels',
      type: 'uint32',
      shape: [30, 250, 250],
      voxelSizeNm: [10, 10, 10],
    });
    expect(new Set((await readWhole(labels)) as Uint32Array).size).toBe(136);
    await Promise.all([raw.close(), labels.close()]);
  });

  it.skipIf(!hasSharedData)('is the crop of FIB-25 that its README names', async () => {
    const source = join(sharedData, 'em', 'fib25_train2_z0-149.h5');
    for (const role of ['image', 'labels'] as const) {
      const [whole, crop] = await Promise.all([openVolume(source, { role }), openVolume(sample, { role })]);
      expect(await readWhole(crop)).toEqual(await whole.read({ min: [120, 0, 0], max: [150, 250, 250] }));
      await Promise.all([whole.close(), crop.close()]);
    }
  });
});

const formats = join(sharedData, 'formats');
const nrrd = 'nrrd_pynrrd/nrrd/tests/data';
const tiff = 'tiff_tensorstore/tensorstore/internal/image/testdata/tiff';

// The files are not part of the repository: these tests are skipped where they are absent.
describe.skipIf(!existsSync(formats))('files of other makers', () => {
  it.each([
    [`${nrrd}/BallBinary30x30x30.nhdr`, 3_682_296],
    [`${nrrd}/BallBinary30x30x30.nrrd`, 3_682_296],
    [`${nrrd}/BallBinary30x30x30_gz.nrrd`, 3_682_296],
    [`${nrrd}/BallBinary30x30x30_gz_lineskip.nrrd`, 3_682_296],
    [`${nrrd}/BallBinary30x30x30_gz_byteskip_minus_one.nrrd`, 3_682_296],
    [`${nrrd}/BallBinary30x30x30_byteskip_minus_one.nhdr`, 3_682_296],
    [`${nrrd}/BallBinary30x30x30_byteskip_minus_one_nifti.nhdr`, 3_682_296],
    [`${nrrd}/test2d_ascii.nrrd`, 378],
    [`${tiff}/D75_08b_grey.tiff`, 6_383_339],
    [`${tiff}/D75_16b_grey.tiff`, 1_651_512_404],
  ])('reads %s', async (name, sum) => {
    const reader = await openVolume(join(formats, name));
    let total = 0;
    for (const value of await readWhole(reader)) total += Number(value);
    expect(total).toBe(sum);
    await reader.close();
  });

  it.each([
    [`${nrrd}/BallBinary30x30x30_byteskip_minus_five.nhdr`, 'bad-file', /byte skip '-5'/],
    [`${nrrd}/BallBinary30x30x30_nifti.nhdr`, 'bad-file', /54352 bytes.*promises 54000/],
    [`${nrrd}/BallBinary30x30x30_bz2.nrrd`, 'unsupported', /bzip2.*raw, gzip, ascii/],
    [`${nrrd}/test1d_ascii.nrrd`, 'unsupported', /1 axis/],
    [`${tiff}/D75_01b.tiff`, 'unsupported', /1 bits per sample/],
    [`${tiff}/D75_08b_3page.tiff`, 'unsupported', /colour image/],
  ])('refuses %s', async (name, kind, message) => {
    const read = async (): Promise<void> => {
      const reader = await openVolume(join(formats, name));
      try {
        await readWhole(reader);
      } finally {
        await reader.close();
      }
    };
    await expect(read()).rejects.toMatchObject({ kind, message: expect.stringMatching(message) });
  });

  it('reads CREMI files', async () => {
    const reader = await openVolume(join(formats, 'hdf5_cremi_layout/tests/example.h5'), { role: 'labels' });
    expect(reader.info).toMatchObject({
      dataset: 'volumes/labels/neuron_ids',
      type: 'uint64',
      voxelSizeNm: [40, 4, 4],
    });
    await reader.close();
  });
});
