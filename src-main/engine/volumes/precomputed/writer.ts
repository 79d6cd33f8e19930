import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { FascicleError } from '#domain/errors.ts';
import { blocksCovering, boxShape, toXyz } from '#domain/geometry.ts';
import type { Box, VoxelSizeNm, Zyx } from '#domain/geometry.ts';

import { partialPath, removePartial, syncPath, syncTree } from '../atomicFile.ts';
import { asFileError, withFileErrors } from '../fileErrors.ts';
import { checkBox, checkVoxels, cutRegion } from '../regions.ts';
import type { VolumeInfo, VolumeWriter } from '../volume.ts';
import { bytesOfVoxels } from '../voxelTypes.ts';

import { COMPRESSED_BLOCK, compressSegmentation } from './compressSegmentation.ts';

/** What a new precomputed segmentation shall be. */
export interface PrecomputedSpec {
  /** z, y, x. */
  readonly shape: Zyx;
  readonly type: 'uint32' | 'uint64';
  readonly voxelSizeNm: VoxelSizeNm;
  /** Where voxel 0 lies, z, y, x in voxels. */
  readonly offset?: Zyx;
  /** 'compressed_segmentation' when absent. */
  readonly encoding?: 'raw' | 'compressed_segmentation';
  /** Folders beside the scale that the info names, which the owner fills before `finish`. */
  readonly mesh?: string;
  readonly segmentProperties?: string;
}

const CHUNK: Zyx = [64, 64, 64];

/**
 * Writes a segmentation of one scale in Neuroglancer's precomputed format, unsharded, in chunks of 64 x 64 x 64. Boxes must begin and end
 * on chunk borders or at the edge. The folder has the name `<path>.partial` until `finish`; a precomputed volume that was there is
 * replaced, anything else is refused.
 */
export async function createPrecomputedVolume(path: string, spec: PrecomputedSpec): Promise<VolumeWriter> {
  const { shape, type, voxelSizeNm, offset = [0, 0, 0], encoding = 'compressed_segmentation' } = spec;
  if (existsSync(path) && !existsSync(join(path, 'info')))
    throw new FascicleError(
      'storage',
      `${path} exists and is no precomputed volume; it is not replaced. Choose another name.`,
    );
  const info: VolumeInfo = {
    ...{ source: path, format: 'precomputed', dataset: null, shape, channels: 1, type, voxelSizeNm },
    ...{ storedAxes: 'zyx', chunkShape: CHUNK },
  };
  const folder = partialPath(path);
  const key = toXyz(voxelSizeNm).join('_');
  await withFileErrors(`Writing ${path}`, async () => {
    await removePartial(path);
    await mkdir(join(folder, key), { recursive: true });
    await writeFile(join(folder, 'info'), `${JSON.stringify(infoFile(), null, 2)}\n`);
  });

  function infoFile(): object {
    return {
      '@type': 'neuroglancer_multiscale_volume',
      type: 'segmentation',
      data_type: type,
      num_channels: 1,
      scales: [
        {
          key,
          size: toXyz(shape),
          resolution: toXyz(voxelSizeNm),
          voxel_offset: toXyz(offset),
          chunk_sizes: [toXyz(CHUNK)],
          encoding,
          ...(encoding === 'raw' ? {} : { compressed_segmentation_block_size: COMPRESSED_BLOCK }),
        },
      ],
      ...(spec.mesh === undefined ? {} : { mesh: spec.mesh }),
      ...(spec.segmentProperties === undefined ? {} : { segment_properties: spec.segmentProperties }),
    };
  }

  function chunkName({ min, max }: Box): string {
    const range = (axis: 0 | 1 | 2): string => `${min[axis] + offset[axis]}-${max[axis] + offset[axis]}`;
    return [range(2), range(1), range(0)].join('_');
  }

  return {
    chunkShape: CHUNK,
    async write(box, voxels, { channel = 0 } = {}) {
      checkBox(info, box, channel);
      checkVoxels(info, box, voxels);
      const isAligned = [0, 1, 2].every(
        (axis) =>
          box.min[axis]! % CHUNK[axis]! === 0 && (box.max[axis]! % CHUNK[axis]! === 0 || box.max[axis] === shape[axis]),
      );
      if (!isAligned)
        throw new FascicleError('bad-request', `${path}: boxes on borders of 64 x 64 x 64 chunks are expected.`);
      await withFileErrors(`Writing ${path}`, async () => {
        for (const chunk of blocksCovering(box, CHUNK)) {
          const part = cutRegion({ voxels, box }, chunk) as Uint32Array | BigUint64Array;
          const bytes = encoding === 'raw' ? bytesOfVoxels(part) : compressSegmentation(part, boxShape(chunk));
          await writeFile(join(folder, key, chunkName(chunk)), bytes);
        }
      });
    },
    async finish() {
      try {
        await syncTree(folder);
        const replaced = `${path}.replaced`;
        await rm(replaced, { recursive: true, force: true });
        if (existsSync(path)) await rename(path, replaced);
        await rename(folder, path);
        await syncPath(dirname(path) || '.');
        await rm(replaced, { recursive: true, force: true });
      } catch (error) {
        await removePartial(path);
        throw asFileError(error, `Writing ${path}`);
      }
    },
    discard: () => removePartial(path),
  };
}
