import { FascicleError } from '#domain/errors.ts';
import { boxOfShape, boxShape, blocksCovering, voxelCount } from '#domain/geometry.ts';
import type { VoxelSizeNm, Zyx } from '#domain/geometry.ts';
import { DEFAULT_PHANTOM, paintPhantom, paintPhantomAffinities } from '#native/phantom.ts';
import { createHdf5File } from '#volumes/hdf5/index.ts';
import { requireReplaceable } from '#volumes/paths.ts';

export interface WritePhantomOptions {
  /** z, y, x */
  readonly shape: Zyx;
  readonly seed: number;
  readonly voxelSizeNm: VoxelSizeNm;
  /** Also a dataset of noisy affinities (c, z, y, x, uint8). */
  readonly affinities: boolean;
  readonly threads: number;
  /** Replaces what lies there. */
  readonly overwrite?: boolean;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

export const DEFAULT_PHANTOM_VOXEL_SIZE: VoxelSizeNm = DEFAULT_PHANTOM.voxelSizeNm;

/** Whole chunks of the file, so that no chunk is packed twice. */
const BLOCK: Zyx = [64, 256, 256];

/** Four times 10^12 voxels are a million blocks and weeks of painting: a slip of the keyboard, not a wish. */
const MOST_VOXELS = 2 ** 42;

/**
 * Writes a phantom block by block: HDF5 with `raw` (uint8), `labels` (uint32, exact) and, if asked for, `affinities`. The same
 * shape, seed and voxel size give the same volume; a larger shape contains the smaller one.
 *
 * @throws FascicleError 'storage', 'cancelled' (nothing is left behind), 'conflict' where something lies there, 'bad-request'
 *   beyond the size of the generator's world
 */
export async function writePhantom(path: string, options: WritePhantomOptions): Promise<void> {
  const { shape, seed, voxelSizeNm, signal, onProgress } = options;
  if (voxelCount(shape) > MOST_VOXELS)
    throw new FascicleError(
      'bad-request',
      `A phantom of ${shape.join(' x ')} voxels is too large; accepted: up to 2^42 (4.4 x 10^12) voxels in all.`,
    );
  if (!/\.(h5|hdf5|hdf)$/i.test(path))
    throw new FascicleError('bad-request', `${path}: a phantom is an HDF5 file. Its name must end in .h5 or .hdf5.`);
  requireReplaceable(path, { overwrite: options.overwrite ?? false });
  const file = await createHdf5File(path);
  try {
    const spec = { shape, voxelSizeNm };
    const raw = file.addDataset({ ...spec, dataset: 'raw', type: 'uint8' });
    const labels = file.addDataset({ ...spec, dataset: 'labels', type: 'uint32' });
    const affinities = options.affinities
      ? file.addDataset({ ...spec, dataset: 'affinities', type: 'uint8', channels: 3 })
      : null;
    const native = { threads: options.threads, signal };
    const blocks = blocksCovering(boxOfShape(shape), BLOCK);
    for (const [index, box] of blocks.entries()) {
      const extent = boxShape(box);
      const voxels = voxelCount(extent);
      const place = { origin: box.min, shape: extent };
      const image = new Uint8Array(voxels);
      const ids = new Uint32Array(voxels);
      await paintPhantom({ seed, voxelSizeNm }, { ...place, raw: image, labels: ids }, native);
      await raw.write(box, image);
      await labels.write(box, ids);
      if (affinities !== null) {
        const links = new Uint8Array(3 * voxels);
        await paintPhantomAffinities({ seed, voxelSizeNm }, { ...place, affinities: links }, native);
        for (let channel = 0; channel < 3; channel++)
          await affinities.write(box, links.subarray(channel * voxels, (channel + 1) * voxels), { channel });
      }
      onProgress?.(index + 1, blocks.length);
    }
    await file.finish();
  } catch (error) {
    await file.discard();
    throw error;
  }
}
