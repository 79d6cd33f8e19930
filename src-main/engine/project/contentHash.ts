import { createHash } from 'node:crypto';

import { relabel } from '#native/relabel.ts';
import { slabs } from '#volumes/copyVolume.ts';
import { openVolume } from '#volumes/openVolume.ts';

import { currentAssignment } from './assignment.ts';
import type { ProjectDatabase } from './database.ts';
import { inTurns } from './inTurns.ts';
import type { Steps } from './inTurns.ts';
import type { Project } from './project.ts';
import { requireSegmentation } from './requireSegmentation.ts';

/** Hashes (sha256, hexadecimal) of what a project says, whatever the files look like that say it. */
export interface ContentHash {
  /** The segment of every voxel at the current threshold. */
  readonly labels: string;
  /** Supervoxels, edges and merge steps. */
  readonly graph: string;
  /** The edit log without its times and authors. */
  readonly edits: string;
  readonly all: string;
}

/** Rows that are hashed: some columns of a table, in the order of a key, which is the first of these columns. */
interface HashedRows {
  readonly columns: string;
  readonly table: string;
  readonly key: readonly string[];
}

/** What is hashed of the graph, row by row in this order. Floating point numbers go in with all their bits. */
const GRAPH_ROWS: readonly HashedRows[] = [
  { columns: '*', table: 'supervoxels', key: ['id'] },
  { columns: '*', table: 'edges', key: ['u', 'v'] },
  { columns: '*', table: 'merge_steps', key: ['step'] },
];
const EDIT_ROWS: readonly HashedRows[] = [
  { columns: 'revision, kind, payload, parent, move_to', table: 'edits', key: ['revision'] },
];

/** Rows that are read and hashed in one step, some milliseconds. */
const ROWS_PER_STEP = 1024;

/**
 * Hashes the content of a project. Equal hashes mean equal labels, graph and edits; block sizes, threads, restarts,
 * compression and the layout of the database leave no trace in them. Other work goes on meanwhile, but must not edit the project.
 *
 * @throws FascicleError 'not-found' before the segmentation is finished, 'cancelled'; the reason of `signal`
 */
export async function contentHash(project: Project, signal?: AbortSignal): Promise<ContentHash> {
  requireSegmentation(project);
  const labels = await hashLabels(project, signal);
  const graph = await inTurns(hashRows(project.database, GRAPH_ROWS), signal);
  const edits = await inTurns(hashRows(project.database, EDIT_ROWS), signal);
  const all = createHash('sha256').update(`${labels}\n${graph}\n${edits}\n`).digest('hex');
  return { labels, graph, edits, all };
}

async function hashLabels(project: Project, signal: AbortSignal | undefined): Promise<string> {
  const assignment = await currentAssignment(project, signal);
  const volume = await openVolume(project.paths.supervoxels, { role: 'labels' });
  const hash = createHash('sha256').update(`${volume.info.shape.join(' ')}\n`);
  try {
    for await (const { voxels } of slabs(volume, { signal })) {
      const labels = voxels as Uint32Array;
      await relabel(labels, assignment, labels, { signal });
      hash.update(new Uint8Array(labels.buffer, labels.byteOffset, labels.byteLength));
    }
  } finally {
    await volume.close();
  }
  return hash.digest('hex');
}

function* hashRows(database: ProjectDatabase, hashed: readonly HashedRows[]): Steps<string> {
  const hash = createHash('sha256');
  for (const { columns, table, key } of hashed) {
    const [from, order] = [`SELECT ${columns} FROM ${table}`, `ORDER BY ${key.join(', ')}`];
    hash.update(`${from} ${order}\n`);
    const places = key.map(() => '?').join(', ');
    const page = database
      .prepare(`${from} WHERE (${key.join(', ')}) > (${places}) ${order} LIMIT ${ROWS_PER_STEP}`)
      .safeIntegers()
      .raw();
    let last: readonly unknown[] = key.map(() => Number.MIN_SAFE_INTEGER);
    for (;;) {
      const rows = page.all(...last) as unknown[][];
      if (rows.length === 0) break;
      for (const row of rows) hash.update(`${row.join(' ')}\n`);
      last = rows.at(-1)!.slice(0, key.length);
      yield;
    }
  }
  return hash.digest('hex');
}
