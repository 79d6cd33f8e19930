import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { voxelCount, type Box, type Zyx } from '#domain/geometry.ts';
import { readWhole } from '#volumes/copyVolume.ts';
import { openVolume } from '#volumes/openVolume.ts';
import type { OpenOptions, VoxelArray, VoxelType } from '#volumes/volume.ts';
import { allocateVoxels } from '#volumes/voxelTypes.ts';

const repository = join(import.meta.dirname, '..', '..', '..');

/** The volumes that other programs wrote; test/fixtures/volumes/make_fixtures.py says what they hold. */
export const fixtures = join(repository, 'test', 'fixtures', 'volumes');

/** Shared data that is not part of the repository; tests that need it are skipped where it is absent. */
export const sharedData = process.env['FASCICLE_DATA'] ?? join(repository, '..', 'shared', 'data');
export const hasSharedData = existsSync(sharedData);

/** Runs `work` with a folder that is removed afterwards. */
export async function withFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'fascicle-volumes-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The first channel of a volume, which is closed again. */
export async function readVolume(spec: string, options?: OpenOptions): Promise<VoxelArray> {
  const reader = await openVolume(spec, options);
  try {
    return await readWhole(reader);
  } finally {
    await reader.close();
  }
}

/** Voxels that differ from place to place; 64-bit ones lie above 2^53, where doubles are no longer exact. */
export function patterned(type: VoxelType, shape: Zyx, seed = 0): VoxelArray {
  const voxels = allocateVoxels(type, voxelCount(shape));
  const isWide = voxels instanceof BigUint64Array || voxels instanceof BigInt64Array;
  for (let index = 0; index < voxels.length; index++) {
    const value = (Math.imul(index + seed, 2_654_435_761) >>> 8) % 120;
    if (isWide) voxels[index] = 2n ** 62n + BigInt(value) * 3n + 1n;
    else voxels[index] = type.startsWith('float') ? value / 8 - 3 : value;
  }
  return voxels;
}

/** The voxels of a box, one by one. */
export function cropOf(voxels: VoxelArray, shape: Zyx, box: Box): (number | bigint)[] {
  const out: (number | bigint)[] = [];
  for (let z = box.min[0]; z < box.max[0]; z++)
    for (let y = box.min[1]; y < box.max[1]; y++)
      for (let x = box.min[2]; x < box.max[2]; x++) out.push(voxels[(z * shape[1] + y) * shape[2] + x]!);
  return out;
}
