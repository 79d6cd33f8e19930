import type { ProjectDatabase } from '#engine/project/database.ts';

import { findingOf } from './findings.ts';
import type { Finding } from './findings.ts';

const MOST_PROBLEMS = 20;

/**
 * SQLite's own check of its file.
 *
 * @param depth 'quick' reads every page, about 3 ms for each megabyte; 'full' compares the indices with their tables as well
 */
export function checkDatabase(database: ProjectDatabase, depth: 'quick' | 'full'): Finding {
  const check = 'The database file';
  try {
    const pragma = depth === 'quick' ? 'quick_check' : 'integrity_check';
    const rows = database.prepare(`PRAGMA ${pragma}(${MOST_PROBLEMS})`).pluck().all() as string[];
    const problems = rows.filter((row) => row !== 'ok').flatMap((row) => row.split('\n'));
    const pages = database.pragma('page_count', { simple: true }) as number;
    return findingOf(check, problems, `${pages} pages are sound`);
  } catch (error) {
    return findingOf(check, [(error as Error).message], '');
  }
}
