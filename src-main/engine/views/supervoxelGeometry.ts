import { setImmediate as nextTurn } from 'node:timers/promises';

import type { SupervoxelGeometry } from '#contract/supervoxelBytes.ts';
import type { ProjectDatabase } from '#engine/project/database.ts';
import { lastSupervoxelId } from '#engine/project/tableChange.ts';

/** Rows that are read before other requests get their turn: some 20 ms, since tables that are read beside it take as many turns. */
const ROWS_PER_TURN = 16_384;

/** Size and box of every supervoxel, by rising id; 0 for ids that are vacant. */
export async function readSupervoxelGeometry(database: ProjectDatabase): Promise<SupervoxelGeometry> {
  const count = lastSupervoxelId(database);
  const sizes = new Float64Array(count);
  const boxes = new Int32Array(6 * count);
  const page = database
    .prepare(
      'SELECT id, size, min_z, min_y, min_x, max_z, max_y, max_x FROM supervoxels WHERE id > ? AND id <= ? ORDER BY id',
    )
    .raw();
  for (let first = 0; first < count; first += ROWS_PER_TURN) {
    const rows = page.all(first, Math.min(count, first + ROWS_PER_TURN)) as number[][];
    for (const [id, size, ...box] of rows) {
      sizes[id - 1] = size;
      boxes.set(box, 6 * (id - 1));
    }
    await nextTurn();
  }
  return { count, sizes, boxes };
}
