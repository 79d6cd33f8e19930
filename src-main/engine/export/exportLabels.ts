import { FascicleError } from '#domain/errors.ts';
import { countSegments, currentAssignment } from '#engine/project/assignment.ts';
import type { Project } from '#engine/project/project.ts';
import { requireSegmentation } from '#engine/project/requireSegmentation.ts';
import { readOriginalIds } from '#engine/project/tables.ts';
import { relabel } from '#native/relabel.ts';
import { slabs } from '#volumes/copyVolume.ts';
import { createVolume } from '#volumes/createVolume.ts';
import { openVolume } from '#volumes/openVolume.ts';

export interface ExportLabelsReport {
  readonly path: string;
  readonly shape: readonly [number, number, number];
  readonly type: 'uint32' | 'uint64';
  readonly segments: number;
}

/**
 * Writes the segment of every voxel at the current threshold. A project that was made from imported labels gives back 64-bit ids: each
 * segment has the original id of its smallest supervoxel; otherwise ids are uint32.
 *
 * @param path .h5 (dataset `labels`), .zarr or .tif; nothing is visible under that name before all is written
 * @throws FascicleError 'not-found' before the segmentation is finished, 'unsupported' for another extension, 'storage' when writing fails
 */
export async function exportLabels(
  project: Project,
  path: string,
  options: { signal?: AbortSignal; onProgress?: (done: number, total: number) => void } = {},
): Promise<ExportLabelsReport> {
  requireSegmentation(project);
  const assignment = await currentAssignment(project);
  const originalIds = readOriginalIds(project.database);
  const table = originalIds === null ? assignment : restoreIds(assignment, originalIds);
  const source = await openVolume(project.paths.supervoxels, { role: 'labels' });
  const { shape, voxelSizeNm } = source.info;
  const type = originalIds === null ? 'uint32' : 'uint64';
  try {
    const writer = await createVolume(path, { shape, type, voxelSizeNm, role: 'labels' });
    try {
      for await (const { box, voxels } of slabs(source, options.signal ? { signal: options.signal } : {})) {
        if (options.signal?.aborted)
          throw new FascicleError('cancelled', 'The export was cancelled; nothing was written.');
        const labels = voxels as Uint32Array;
        if (table instanceof Uint32Array) {
          await relabel(labels, table, labels);
          await writer.write(box, labels);
        } else {
          const wide = new BigUint64Array(labels.length);
          await relabel(labels, table, wide);
          await writer.write(box, wide);
        }
        options.onProgress?.(box.max[0], shape[0]);
      }
      await writer.finish();
    } catch (error) {
      await writer.discard();
      throw error;
    }
  } finally {
    await source.close();
  }
  return { path, shape: [shape[0], shape[1], shape[2]], type, segments: countSegments(assignment) };
}

/** The table from supervoxel to the original id of its segment. */
function restoreIds(assignment: Uint32Array, originalIds: BigUint64Array): BigUint64Array {
  return BigUint64Array.from(assignment, (segment) => (segment === 0 ? 0n : originalIds[segment - 1]));
}
