import { expect } from 'vitest';

import type { Plane } from '#contract/values.ts';
import { addZyx, boxOfShape, mapZyx, voxelCount } from '#domain/geometry.ts';
import type { Box, Zyx } from '#domain/geometry.ts';
import { createOrOpenProject } from '#engine/project/project.ts';
import type { Project } from '#engine/project/project.ts';
import { writeSourceVolume } from '#engine/project/volumes.ts';
import { describeSource } from '#engine/segmentation/sourceVolume.ts';
import { createHdf5File } from '#volumes/hdf5/index.ts';
import type { VoxelArray, VoxelType } from '#volumes/volume.ts';
import { allocateVoxels } from '#volumes/voxelTypes.ts';

export const PLANES: readonly Plane[] = ['xy', 'xz', 'yz'];
export const SHAPE: Zyx = [70, 90, 131];
export const VOXEL_SIZE = [30, 10, 10] as const;

/** Voxels that vary smoothly with noise, as images do; labels in cuboids of a few voxels with ids far apart. */
export function paint(type: VoxelType, shape: Zyx): VoxelArray {
  const voxels = allocateVoxels(type, voxelCount(shape));
  let index = 0;
  for (let z = 0; z < shape[0]; z++)
    for (let y = 0; y < shape[1]; y++)
      for (let x = 0; x < shape[2]; x++, index++) {
        const noise = Math.imul(index + 1, 2_654_435_761) >>> 27;
        if (type === 'uint64') {
          const cell = (z >> 4) * 10_007 + (y >> 4) * 101 + (x >> 4);
          (voxels as BigUint64Array)[index] = cell % 7 === 0 ? 0n : 2n ** 40n + BigInt(cell % 300);
        } else (voxels as Uint8Array)[index] = z + y + (x >> 1) + noise - (type.startsWith('int') ? 100 : 0);
      }
  return voxels;
}

export async function writeH5(path: string, shape: Zyx, type: VoxelType): Promise<VoxelArray> {
  const file = await createHdf5File(path);
  const voxels = paint(type, shape);
  const dataset = file.addDataset({ dataset: 'data', shape, type, voxelSizeNm: VOXEL_SIZE });
  await dataset.write(boxOfShape(shape), voxels);
  await file.finish();
  return voxels;
}

/** A project whose raw image is a region of a file; nothing is segmented. */
export async function projectOfRaw(directory: string, path: string, region: Box | null = null): Promise<Project> {
  const project = await createOrOpenProject(directory);
  const volume = await describeSource('raw', path, { region, axes: null, voxelSizeNm: null });
  writeSourceVolume(project.database, volume);
  return project;
}

export const expectSame = (found: ArrayLike<number>, expected: ArrayLike<number>): void => {
  expect(found.length).toBe(expected.length);
  // One comparison of memory; the matcher would take a second for each slice.
  const difference = Array.prototype.findIndex.call(found, (value, index) => value !== expected[index]);
  expect(difference).toBe(-1);
};

/** A rectangle of a slice as the box that it is. */
export function boxOf(plane: Plane, position: number, [row, rows]: number[], [column, columns]: number[]): Box {
  const spans = { xy: ['p', 'r', 'c'], xz: ['r', 'p', 'c'], yz: ['r', 'c', 'p'] }[plane];
  const span = { p: [position, 1], r: [row, rows], c: [column, columns] } as Record<string, number[]>;
  const min = mapZyx((axis) => span[spans[axis]][0]);
  return {
    min,
    max: addZyx(
      min,
      mapZyx((axis) => span[spans[axis]][1]),
    ),
  };
}
