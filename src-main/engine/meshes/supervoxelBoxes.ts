import { FascicleError } from '#domain/errors.ts';
import type { ProjectDatabase } from '#engine/project/database.ts';
import { inTurns } from '#engine/project/inTurns.ts';
import type { Steps } from '#engine/project/inTurns.ts';
import { lastSupervoxelId } from '#engine/project/tableChange.ts';

import type { SupervoxelBoxes } from './blockTasks.ts';

type Row = [
  id: number,
  size: number,
  z0: number,
  y0: number,
  x0: number,
  z1: number,
  y1: number,
  x1: number,
  z: number,
  y: number,
  x: number,
];

/** Rows that are read before others have their turn. */
const ROWS_PER_STEP = 8192;

const COLUMNS = 'id, size, min_z, min_y, min_x, max_z, max_y, max_x, centroid_z, centroid_y, centroid_x';

/**
 * The boxes of supervoxels, with a version of each that changes with its voxels: a hash of its size, box and centroid. An edit
 * of the voxels rewrites these in the transaction that commits it, so no mesh can outlive its supervoxel, whatever is killed.
 *
 * @param ids any order; repeated ones count once
 * @throws FascicleError 'not-found' for an id that the project does not have
 */
export function readSupervoxelBoxes(database: ProjectDatabase, ids: Uint32Array): SupervoxelBoxes {
  const rising = Uint32Array.from(new Set(ids)).sort();
  const table = emptyTable(rising.length);
  // One query with a list: a query for each id takes several times as long.
  const select = database.prepare(
    `SELECT ${COLUMNS} FROM supervoxels WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id`,
  );
  let row = 0;
  for (const found of select.raw().iterate(`[${rising.join()}]`) as Iterable<Row>) put(table, row++, found);
  if (row === rising.length) return table;
  const missing = rising.find((id, position) => table.ids[position] !== id)!;
  throw new FascicleError('not-found', `The project has no supervoxel ${missing}. Read the segments again.`);
}

/** The boxes of all supervoxels. */
export async function readAllSupervoxelBoxes(database: ProjectDatabase): Promise<SupervoxelBoxes> {
  return inTurns(supervoxelBoxesInSteps(database));
}

/** The same in steps; a supervoxel that an edit adds meanwhile may be left out. */
export function* supervoxelBoxesInSteps(database: ProjectDatabase): Steps<SupervoxelBoxes> {
  const last = lastSupervoxelId(database);
  const table = emptyTable(last);
  const page = database.prepare(`SELECT ${COLUMNS} FROM supervoxels WHERE id > ? AND id <= ? ORDER BY id`).raw();
  let row = 0;
  for (let first = 0; first < last; first += ROWS_PER_STEP) {
    for (const found of page.all(first, Math.min(last, first + ROWS_PER_STEP)) as Row[]) put(table, row++, found);
    yield;
  }
  // Ids that are vacant have no row.
  const { ids, sizes, boxes, versions } = table;
  const [rows, values] = [row, 6 * row];
  return {
    ids: ids.subarray(0, rows),
    sizes: sizes.subarray(0, rows),
    boxes: boxes.subarray(0, values),
    versions: versions.subarray(0, rows),
  };
}

/** Some rows of a table. */
export function selectRows({ ids, sizes, boxes, versions }: SupervoxelBoxes, rows: readonly number[]): SupervoxelBoxes {
  const table = emptyTable(rows.length);
  for (const [to, from] of rows.entries()) {
    table.ids[to] = ids[from]!;
    table.sizes[to] = sizes[from]!;
    table.versions[to] = versions[from]!;
    table.boxes.set(boxes.subarray(6 * from, 6 * from + 6), 6 * to);
  }
  return table;
}

function emptyTable(count: number) {
  return {
    ids: new Uint32Array(count),
    sizes: new Float64Array(count),
    boxes: new Uint32Array(6 * count),
    versions: new Uint32Array(count),
  };
}

const hashed = new Float64Array(10);
const words = new Uint32Array(hashed.buffer);

function put(table: SupervoxelBoxes, row: number, found: Row): void {
  table.ids[row] = found[0];
  table.sizes[row] = found[1];
  for (let i = 0; i < 6; i++) table.boxes[6 * row + i] = found[2 + i]!;
  // FNV-1a over the 32-bit words of the numbers.
  for (let i = 0; i < 10; i++) hashed[i] = found[1 + i]!;
  let hash = 0x811c9dc5;
  for (const word of words) hash = Math.imul(hash ^ word, 0x01000193);
  table.versions[row] = hash >>> 0;
}
