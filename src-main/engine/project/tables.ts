import { FascicleError } from '#domain/errors.ts';
import type { Zyx } from '#domain/geometry.ts';
import type { EdgeTable, MergeSteps, SupervoxelTable } from '#domain/tables.ts';

import type { ProjectDatabase } from './database.ts';
import { atOnce } from './inTurns.ts';
import type { Steps } from './inTurns.ts';
import { readSetting, writeSetting } from './settings.ts';
import { forgetLastSupervoxelId, lastSupervoxelId } from './tableChange.ts';

/**
 * Stores a whole segmentation in one transaction, replacing an earlier one: either all of it is there or none.
 * `shape` is that of the project's volume, z, y, x.
 * Imported ids are kept as their 64 bits in SQLite's signed integers.
 */
export function writeSegmentation(database: ProjectDatabase, tables: StoredTables): void {
  database
    .transaction(() => {
      const rows = insertSegmentation(database, tables);
      while (!rows.next().done);
    })
    .immediate();
}

/** A segmentation on its way into a project. `shape` is that of the project's volume, z, y, x. */
export interface StoredTables {
  readonly shape: Zyx;
  readonly supervoxels: SupervoxelTable;
  readonly edges: EdgeTable;
  readonly steps: MergeSteps;
}

/** Rows after which `insertSegmentation` lets its caller look around: a tenth of a second. */
const ROWS_AT_A_TIME = 50_000;

/** The number of rows that a segmentation has in the database. */
export function rowsOf({ supervoxels, edges, steps }: Omit<StoredTables, 'shape'>): number {
  return supervoxels.count + edges.u.length + steps.u.length;
}

/**
 * `writeSegmentation` in steps, for a caller that holds the transaction open over all of them and has a process to itself.
 *
 * @returns yields the number of rows written so far
 */
export function* insertSegmentation(database: ProjectDatabase, tables: StoredTables): Generator<number, void> {
  database.exec('DELETE FROM merge_steps; DELETE FROM edges; DELETE FROM supervoxels;');
  forgetLastSupervoxelId(database);
  let rows = 0;
  for (const inserted of [
    insertSupervoxels(database, tables.supervoxels),
    insertEdges(database, tables.edges, tables.shape),
    insertMergeSteps(database, tables.steps),
  ])
    while (!inserted.next().done) if (++rows % ROWS_AT_A_TIME === 0) yield rows;
  writeSetting(database, 'affinityUnit', tables.edges.affinityUnit);
}

function* insertSupervoxels(database: ProjectDatabase, table: SupervoxelTable): Generator<void> {
  const insert = database.prepare('INSERT INTO supervoxels VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
  const { sizes, boxMin: min, boxMax: max, centroids: mean, originalIds } = table;
  for (let row = 0, z = 0, y = 1, x = 2; row < table.count; row++, z += 3, y += 3, x += 3) {
    const original = originalIds === null ? null : BigInt.asIntN(64, originalIds[row]);
    insert.run(
      row + 1,
      sizes[row],
      min[z],
      min[y],
      min[x],
      max[z],
      max[y],
      max[x],
      mean[z],
      mean[y],
      mean[x],
      original,
    );
    yield;
  }
}

function* insertEdges(database: ProjectDatabase, table: EdgeTable, shape: Zyx): Generator<void> {
  const insert = database.prepare('INSERT INTO edges VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
  const { u, v, affinitySum, contactArea, affinityMax, contactVoxel } = table;
  const [, rows, columns] = shape;
  for (let row = 0; row < u.length; row++) {
    const voxel = Number(contactVoxel[row]);
    const line = Math.floor(voxel / columns);
    const z = Math.floor(line / rows);
    insert.run(
      u[row],
      v[row],
      affinitySum[row],
      contactArea[row],
      affinityMax[row],
      z,
      line - z * rows,
      voxel - line * columns,
    );
    yield;
  }
}

function* insertMergeSteps(database: ProjectDatabase, steps: MergeSteps): Generator<void> {
  const insert = database.prepare('INSERT INTO merge_steps VALUES (?, ?, ?, ?)');
  for (let row = 0; row < steps.u.length; row++) {
    insert.run(row + 1, steps.u[row], steps.v[row], steps.score[row]);
    yield;
  }
}

/** The number of rows of a table. */
export function countRows(database: ProjectDatabase, table: 'supervoxels' | 'edges' | 'merge_steps' | 'edits'): number {
  return database.prepare(`SELECT count(*) FROM ${table}`).pluck().get() as number;
}

/** Rows that are read in one step, some milliseconds; an iterator over all would cross into SQLite for every single one. */
const ROWS_PER_STEP = 8192;

/** The merge steps, strongest first. */
export function readMergeSteps(database: ProjectDatabase): MergeSteps {
  return atOnce(mergeStepsInSteps(database));
}

/** The same in steps. */
export function* mergeStepsInSteps(database: ProjectDatabase): Steps<MergeSteps> {
  const count = countRows(database, 'merge_steps');
  const steps = { u: new Uint32Array(count), v: new Uint32Array(count), score: new Float64Array(count) };
  const page = database.prepare('SELECT step, u, v, score FROM merge_steps WHERE step > ? ORDER BY step LIMIT ?').raw();
  let last = 0;
  for (let row = 0; row < count;) {
    const rows = page.all(last, ROWS_PER_STEP) as [number, number, number, number][];
    if (rows.length === 0)
      throw new FascicleError('bad-file', `${database.name}: the merge steps are not numbered from 1.`);
    for (const [, u, v, score] of rows) {
      steps.u[row] = u;
      steps.v[row] = v;
      steps.score[row++] = score;
    }
    [last] = rows.at(-1)!;
    yield;
  }
  return steps;
}

/**
 * The region graph. About 0.6 microseconds per edge.
 *
 * @param shape that of the project's volume, z, y, x, for the linear index of contacts
 */
export function readEdges(database: ProjectDatabase, shape: Zyx): EdgeTable {
  return atOnce(edgesInSteps(database, shape));
}

/** The same in steps. */
export function* edgesInSteps(database: ProjectDatabase, shape: Zyx): Steps<EdgeTable> {
  const count = countRows(database, 'edges');
  const table = {
    affinityUnit: readSetting<number>(database, 'affinityUnit') ?? 255,
    u: new Uint32Array(count),
    v: new Uint32Array(count),
    affinitySum: new BigUint64Array(count),
    contactArea: new Uint32Array(count),
    affinityMax: new Uint32Array(count),
    contactVoxel: new BigUint64Array(count),
  };
  // A bigint made for each value would take longer than reading it: sums and indices are below 2^53.
  const sums = integerWriter(table.affinitySum);
  const voxels = integerWriter(table.contactVoxel);
  const page = database
    .prepare(
      'SELECT u, v, affinity_sum, contact_area, affinity_max, (contact_z * ? + contact_y) * ? + contact_x ' +
        'FROM edges WHERE (u, v) > (?, ?) ORDER BY u, v LIMIT ?',
    )
    .raw();
  for (let row = 0; row < count;) {
    const last = row === 0 ? [0, 0] : [table.u[row - 1], table.v[row - 1]];
    const rows = page.all(shape[1], shape[2], ...last, ROWS_PER_STEP) as number[][];
    if (rows.length === 0) throw new FascicleError('bad-file', `${database.name}: the edges are not of whole numbers.`);
    for (const [u, v, affinitySum, contactArea, affinityMax, contactVoxel] of rows) {
      table.u[row] = u;
      table.v[row] = v;
      sums(row, affinitySum);
      table.contactArea[row] = contactArea;
      table.affinityMax[row] = affinityMax;
      voxels(row++, contactVoxel);
    }
    yield;
  }
  return table;
}

/** Sizes, boxes and centroids of all supervoxels; an id that is vacant has the size 0. */
export function readSupervoxels(database: ProjectDatabase): SupervoxelTable {
  return { ...atOnce(supervoxelsInSteps(database)), originalIds: readOriginalIds(database) };
}

/** The same in steps, without the ids that were imported. */
export function* supervoxelsInSteps(database: ProjectDatabase): Steps<SupervoxelTable> {
  const count = lastSupervoxelId(database);
  const table = {
    count,
    sizes: new Float64Array(count),
    boxMin: new Int32Array(3 * count),
    boxMax: new Int32Array(3 * count),
    centroids: new Float64Array(3 * count),
    originalIds: null,
  };
  const page = database
    .prepare(
      'SELECT id, size, min_z, min_y, min_x, max_z, max_y, max_x, centroid_z, centroid_y, centroid_x FROM supervoxels ' +
        'WHERE id > ? AND id <= ?',
    )
    .raw();
  for (let first = 0; first < count; first += ROWS_PER_STEP) {
    const rows = page.all(first, first + ROWS_PER_STEP) as number[][];
    for (const [id, size, minZ, minY, minX, maxZ, maxY, maxX, z, y, x] of rows) {
      const at = 3 * (id - 1);
      table.sizes[id - 1] = size;
      table.boxMin[at] = minZ;
      table.boxMin[at + 1] = minY;
      table.boxMin[at + 2] = minX;
      table.boxMax[at] = maxZ;
      table.boxMax[at + 1] = maxY;
      table.boxMax[at + 2] = maxX;
      table.centroids[at] = z;
      table.centroids[at + 1] = y;
      table.centroids[at + 2] = x;
    }
    yield;
  }
  return table;
}

/** Writes whole numbers below 2^53 into 64-bit elements without making bigints. */
function integerWriter(target: BigUint64Array): (index: number, value: number) => void {
  const halves = new Uint32Array(target.buffer);
  const low = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1 ? 0 : 1;
  return (index, value) => {
    halves[2 * index + low] = value >>> 0;
    halves[2 * index + 1 - low] = Math.floor(value / 2 ** 32);
  };
}

/** Voxels of each supervoxel; element i belongs to id i + 1, 0 where that is vacant. */
export function readSupervoxelSizes(database: ProjectDatabase): Float64Array {
  return atOnce(supervoxelSizesInSteps(database));
}

/** The same in steps. */
export function* supervoxelSizesInSteps(database: ProjectDatabase): Steps<Float64Array> {
  const sizes = new Float64Array(lastSupervoxelId(database));
  const page = database.prepare('SELECT id, size FROM supervoxels WHERE id > ? AND id <= ?').raw();
  for (let first = 0; first < sizes.length; first += ROWS_PER_STEP) {
    for (const [id, size] of page.all(first, first + ROWS_PER_STEP) as [number, number][]) sizes[id - 1] = size;
    yield;
  }
  return sizes;
}

/**
 * The imported id of each supervoxel, element i of id i + 1, or null where the ids were made here. Supervoxels that edits have made
 * have ids above the imported ones, always the same for the same supervoxel.
 *
 * @throws FascicleError 'unsupported' where there are no 64-bit ids above the imported ones
 */
export function readOriginalIds(database: ProjectDatabase): BigUint64Array | null {
  const rows = database
    .prepare('SELECT id, original_id FROM supervoxels WHERE original_id IS NOT NULL')
    .safeIntegers()
    .raw()
    .iterate() as Iterable<[bigint, bigint]>;
  const imported: [number, bigint][] = [];
  let highest = 0n;
  for (const [id, original] of rows) {
    const unsigned = BigInt.asUintN(64, original);
    imported.push([Number(id), unsigned]);
    if (unsigned > highest) highest = unsigned;
  }
  if (imported.length === 0) return null;
  const count = lastSupervoxelId(database);
  const isWhole = imported.length === count;
  if (!isWhole && highest + BigInt(count) >= 2n ** 64n)
    throw new FascicleError(
      'unsupported',
      `The imported labels go up to ${highest}: there are no 64-bit ids above for the supervoxels that edits have made. ` +
        'Renumber the labels and import them again.',
    );
  const ids = isWhole
    ? new BigUint64Array(count)
    : BigUint64Array.from({ length: count }, (_, row) => highest + BigInt(row + 1));
  for (const [id, original] of imported) ids[id - 1] = original;
  return ids;
}
