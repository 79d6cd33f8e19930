import { FascicleError } from '#domain/errors.ts';
import type { Project } from '#engine/project/project.ts';
import type { ProgressListener } from '#engine/segmentation/progress.ts';

import { blockLattice } from './blockTasks.ts';
import type { MeshLevel } from './meshLevels.ts';
import type { FragmentCounts } from './meshMessages.ts';
import type { MeshSource } from './openMeshes.ts';
import { readAllSupervoxelBoxes, selectRows } from './supervoxelBoxes.ts';

export interface BuildMeshesOptions {
  /** The level to fill; 0 the finest. */
  readonly level: number;
  readonly onProgress?: ProgressListener | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Supervoxels that one request asks for at most: it can be cancelled between two, and the list of ids stays small. */
const LARGEST_BATCH = 4096;

/**
 * Makes the meshes of all supervoxels of a project ahead of time, block by block. What is in the cache already is skipped, so a
 * build that was cancelled or killed goes on where it stopped. Beyond the cache's size the oldest are dropped again.
 *
 * @throws FascicleError 'bad-request' for an unknown level, 'cancelled', 'internal' where the mesh process died
 */
export async function buildMeshes(
  project: Project,
  meshes: MeshSource,
  { level, onProgress, signal }: BuildMeshesOptions,
): Promise<FragmentCounts> {
  const described = meshes.levels[level];
  if (described === undefined)
    throw new FascicleError(
      'bad-request',
      `There is no mesh level ${level}; accepted: 0 to ${meshes.levels.length - 1}.`,
    );
  const table = await readAllSupervoxelBoxes(project.database);
  const total = table.ids.length;
  const counts = { fragments: 0, cached: 0, bytes: 0 };
  let done = 0;
  for (const batch of batches(described, table.boxes)) {
    const filled = await meshes.fill(selectRows(table, batch), level, { signal });
    counts.fragments += filled.fragments;
    counts.cached += filled.cached;
    counts.bytes += filled.bytes;
    done += batch.length;
    onProgress?.({ stage: 'Meshes', done, total, unit: 'supervoxels' });
  }
  return counts;
}

/** Rows whose boxes begin in the same block, block after block: neighbours share the voxels that they are made from. */
function batches(level: MeshLevel, boxes: Uint32Array): number[][] {
  const lattice = blockLattice(level);
  const byBlock = new Map<number, number[]>();
  for (let row = 0; 6 * row < boxes.length; row++) {
    const at = (axis: number) => Math.floor(boxes[6 * row + axis]! / level.factor[axis]! / level.blockEdge);
    const block = (at(0) * lattice[1] + at(1)) * lattice[2] + at(2);
    const rows = byBlock.get(block);
    if (rows === undefined) byBlock.set(block, [row]);
    else rows.push(row);
  }
  return [...byBlock.entries()]
    .sort(([a], [b]) => a - b)
    .flatMap(([, rows]) =>
      Array.from({ length: Math.ceil(rows.length / LARGEST_BATCH) }, (_, part) =>
        rows.slice(part * LARGEST_BATCH, (part + 1) * LARGEST_BATCH),
      ),
    );
}
