import { createHash } from 'node:crypto';

import { relabel } from '#native/relabel.ts';
import { slabs } from '#volumes/copyVolume.ts';
import { openVolume } from '#volumes/openVolume.ts';

import { currentAssignment } from './assignment.ts';
import type { ProjectDatabase } from './database.ts';
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

/** What is hashed of the graph, row by row in this order. Floating point numbers go in with all their bits. */
const GRAPH_QUERIES = [
  'SELECT * FROM supervoxels ORDER BY id',
  'SELECT * FROM edges ORDER BY u, v',
  'SELECT * FROM merge_steps ORDER BY step',
];

/**
 * Hashes the content of a project. Equal hashes mean equal labels, graph and edits; block sizes, threads, restarts,
 * compression and the layout of the database leave no trace in them.
 *
 * @throws FascicleError 'not-found' before the segmentation is finished
 */
export async function contentHash(project: Project): Promise<ContentHash> {
  requireSegmentation(project);
  const labels = await hashLabels(project);
  const graph = hashRows(project.database, GRAPH_QUERIES);
  const edits = hashRows(project.database, [
    'SELECT revision, kind, payload, parent, move_to FROM edits ORDER BY revision',
  ]);
  const all = createHash('sha256').update(`${labels}\n${graph}\n${edits}\n`).digest('hex');
  return { labels, graph, edits, all };
}

async function hashLabels(project: Project): Promise<string> {
  const assignment = await currentAssignment(project);
  const volume = await openVolume(project.paths.supervoxels, { role: 'labels' });
  const hash = createHash('sha256').update(`${volume.info.shape.join(' ')}\n`);
  try {
    for await (const { voxels } of slabs(volume)) {
      const labels = voxels as Uint32Array;
      await relabel(labels, assignment, labels);
      hash.update(new Uint8Array(labels.buffer, labels.byteOffset, labels.byteLength));
    }
  } finally {
    await volume.close();
  }
  return hash.digest('hex');
}

function hashRows(database: ProjectDatabase, queries: readonly string[]): string {
  const hash = createHash('sha256');
  for (const query of queries) {
    hash.update(`${query}\n`);
    for (const row of database.prepare(query).safeIntegers().raw().iterate())
      hash.update(`${(row as unknown[]).join(' ')}\n`);
  }
  return hash.digest('hex');
}
