import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import { blocksCovering, boxOfShape, boxShape, voxelCount } from '#domain/geometry.ts';
import type { VoxelSizeNm, Zyx } from '#domain/geometry.ts';
import { createOrOpenProject } from '#engine/project/project.ts';
import { projectFromLabels } from '#engine/segmentation/projectFromVolumes.ts';
import type { ProgressListener } from '#engine/segmentation/progress.ts';
import { buildRawPyramid } from '#engine/views/rawPyramid.ts';
import { paintPhantom } from '#native/phantom.ts';
import { createOmeZarrVolume } from '#volumes/zarr/index.ts';

export interface ViewProjectOptions {
  /** z, y, x */
  readonly shape: Zyx;
  readonly threads: number;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ProgressListener | undefined;
}

const SEED = 1;
const VOXEL_SIZE_NM: VoxelSizeNm = [10, 10, 10];
/** Whole chunks; 80 MiB with image and labels. */
const BLOCK: Zyx = [64, 512, 512];

/**
 * A project of a phantom with exact labels as its supervoxels, made as a user would make it: two volumes, imported, with a pyramid of the
 * raw image. It is made once in `directory` and found there the next time; killed meanwhile, it goes on from the last finished volume or block.
 *
 * @returns the folder of the project
 */
export async function prepareViewProject(directory: string, options: ViewProjectOptions): Promise<string> {
  const { shape, threads, signal, onProgress } = options;
  const folder = join(directory, shape.join('x'));
  const raw = join(folder, 'raw.zarr');
  const labels = join(folder, 'labels.zarr');
  await mkdir(folder, { recursive: true });
  // The labels are finished last.
  if (!existsSync(labels)) await paintVolumes(raw, labels, options);
  const project = await createOrOpenProject(join(folder, 'project'));
  try {
    await projectFromLabels(project, { labels, affinities: null, raw, region: null }, null, {
      axes: null,
      voxelSizeNm: null,
      block: null,
      threads,
      signal,
      onProgress,
    });
    await buildRawPyramid(project, { signal, onProgress });
    return project.paths.directory;
  } finally {
    project.close();
  }
}

async function paintVolumes(
  rawPath: string,
  labelsPath: string,
  { shape, threads, signal, onProgress }: ViewProjectOptions,
): Promise<void> {
  const spec = { shape, voxelSizeNm: VOXEL_SIZE_NM };
  const raw = await createOmeZarrVolume(rawPath, { ...spec, type: 'uint8', kind: 'image' });
  const labels = await createOmeZarrVolume(labelsPath, { ...spec, type: 'uint32', kind: 'labels' });
  try {
    const blocks = blocksCovering(boxOfShape(shape), BLOCK);
    for (const [done, box] of blocks.entries()) {
      const extent = boxShape(box);
      const image = new Uint8Array(voxelCount(extent));
      const ids = new Uint32Array(voxelCount(extent));
      const place = { origin: box.min, shape: extent, raw: image, labels: ids };
      await paintPhantom({ seed: SEED, voxelSizeNm: VOXEL_SIZE_NM }, place, { threads, signal });
      await raw.write(box, image);
      await labels.write(box, ids);
      onProgress?.({ stage: 'Painting', done: done + 1, total: blocks.length, unit: 'blocks' });
    }
    await raw.finish();
    await labels.finish();
  } catch (error) {
    await Promise.all([raw.discard(), labels.discard()]);
    throw error;
  }
}
