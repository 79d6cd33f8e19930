/** The voxels of edits in the project's database: the truth that supervoxels.zarr follows. */
import type { Zyx } from '#domain/geometry.ts';
import type { ProjectDatabase } from '#engine/project/database.ts';
import { readSetting, writeSetting } from '#engine/project/settings.ts';

import { DELTA_VOXELS, packLabels, unpackLabels } from './chunkDelta.ts';
import type { ChunkDelta } from './chunkDelta.ts';
import { KEEP } from './voxelPatch.ts';

/** An edit whose voxels are made ('after') or taken back ('before'). */
export interface VoxelStep {
  readonly edit: number;
  readonly side: 'before' | 'after';
}

/** Setting: the edit whose state supervoxels.zarr holds; absent where it is the state before any edit. */
const VOXELS_AT = 'voxelsAt';

/** Keeps what an edit changes; in the transaction of its entry. */
export function insertDeltas(database: ProjectDatabase, edit: number, deltas: readonly ChunkDelta[]): void {
  const insert = database.prepare(
    'INSERT INTO voxel_deltas (revision, z, y, x, before, after) VALUES (?, ?, ?, ?, ?, ?)',
  );
  for (const { chunk, before, after } of deltas) insert.run(edit, ...chunk, packLabels(before), packLabels(after));
}

/** The cubes that an edit changed. */
export function chunksOf(database: ProjectDatabase, edit: number): Zyx[] {
  return database
    .prepare('SELECT z, y, x FROM voxel_deltas WHERE revision = ? ORDER BY z, y, x')
    .raw()
    .all(edit) as unknown as Zyx[];
}

/** The labels of a cube after steps, in order: KEEP where none of them names the voxel. */
export function composeSteps(database: ProjectDatabase, steps: readonly VoxelStep[], chunk: Zyx): Uint32Array {
  const select = database.prepare(
    'SELECT before, after FROM voxel_deltas WHERE revision = ? AND z = ? AND y = ? AND x = ?',
  );
  const labels = new Uint32Array(DELTA_VOXELS).fill(KEEP);
  for (const { edit, side } of steps) {
    const row = select.get(edit, ...chunk) as { before: Buffer; after: Buffer } | undefined;
    if (row) unpackLabels(row[side], labels);
  }
  return labels;
}

/** True where any edit changed voxels. */
export function hasDeltas(database: ProjectDatabase): boolean {
  return database.prepare('SELECT EXISTS (SELECT 1 FROM voxel_deltas)').pluck().get() === 1;
}

/** The edit whose voxels supervoxels.zarr holds. */
export function voxelsAt(database: ProjectDatabase): number {
  return readSetting<number>(database, VOXELS_AT) ?? 0;
}

/** Notes that supervoxels.zarr holds the state of an edit; call it when that is on disk. */
export function markVoxelsAt(database: ProjectDatabase, edit: number): void {
  if (voxelsAt(database) !== edit) writeSetting(database, VOXELS_AT, edit);
}
