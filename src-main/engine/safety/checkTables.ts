import { pairOf } from '#domain/editState.ts';
import { currentState } from '#engine/project/edits.ts';
import type { ProjectDatabase } from '#engine/project/database.ts';
import { readSetting } from '#engine/project/settings.ts';
import { countRows } from '#engine/project/tables.ts';

import { findingOf } from './findings.ts';
import type { Finding } from './findings.ts';

/** What must have no row. Each query counts the rows that contradict the sentence. */
const STRAYS: readonly (readonly [query: string, problem: string])[] = [
  [
    'SELECT count(*) FROM edges WHERE u NOT IN (SELECT id FROM supervoxels)',
    'contacts of supervoxels that do not exist',
  ],
  [
    'SELECT count(*) FROM edges WHERE v NOT IN (SELECT id FROM supervoxels)',
    'contacts with supervoxels that do not exist',
  ],
  [
    'SELECT count(*) FROM merge_steps WHERE u NOT IN (SELECT id FROM supervoxels) OR v NOT IN (SELECT id FROM supervoxels)',
    'merge steps of supervoxels that do not exist',
  ],
  [
    'SELECT count(*) FROM (SELECT step, score, lag(score) OVER (ORDER BY step) AS before FROM merge_steps) WHERE score > before',
    'merge steps stronger than the one before them',
  ],
  [
    'SELECT (SELECT count(*) FROM merge_steps) - (SELECT coalesce(max(step), 0) FROM merge_steps)',
    'merge steps that are missing',
  ],
  [
    'SELECT count(*) FROM supervoxels WHERE min_z >= max_z OR min_y >= max_y OR min_x >= max_x ' +
      'OR size > (max_z - min_z) * (max_y - min_y) * (max_x - min_x)',
    'supervoxels that do not fit into their box',
  ],
];

/** The tables of the segmentation refer to each other rightly, and decisions and notes to supervoxels that there are. */
export function checkTables(database: ProjectDatabase): Finding {
  const check = 'Supervoxels, contacts and merge steps';
  try {
    if (readSetting(database, 'affinityUnit') === undefined) return findingOf(check, [], 'no segmentation yet');
    const problems = STRAYS.flatMap(([query, problem]) => {
      const rows = database.prepare(query).pluck().get() as number;
      return rows === 0 ? [] : [`${Math.abs(rows)} ${problem}`];
    });
    const counts = (['supervoxels', 'edges', 'merge_steps'] as const).map((table) => countRows(database, table));
    return findingOf(
      check,
      [...problems, ...strayDecisions(database)],
      `${counts[0]} supervoxels, ${counts[1]} contacts and ${counts[2]} merge steps fit together`,
    );
  } catch (error) {
    return findingOf(check, [(error as Error).message], '');
  }
}

function strayDecisions(database: ProjectDatabase): string[] {
  const { must, cannot, thresholds, facts } = currentState(database);
  const exists = database.prepare('SELECT 1 FROM supervoxels WHERE id = ?').pluck();
  const named = new Set([
    ...[...must.keys(), ...cannot.keys()].flatMap(pairOf),
    ...thresholds.keys(),
    ...Object.values(facts).flatMap((notes) => [...notes.keys()]),
  ]);
  return [...named].filter((id) => exists.get(id) === undefined).map((id) => `a decision names supervoxel ${id}`);
}
