import type { ProjectDatabase } from './database.ts';

export type JobState = 'running' | 'done' | 'failed' | 'cancelled';

/**
 * Writes down that a job begins, or takes up again the unfinished job of the same kind and parameters.
 * Jobs that were left 'running' by a process that died are what a new start resumes.
 */
export function beginJob(
  database: ProjectDatabase,
  kind: string,
  parameters: unknown,
): { id: number; resumed: boolean } {
  const text = JSON.stringify(parameters);
  const unfinished = database
    .prepare("SELECT id FROM jobs WHERE kind = ? AND parameters = ? AND state <> 'done' ORDER BY id DESC LIMIT 1")
    .pluck()
    .get(kind, text) as number | undefined;
  if (unfinished !== undefined) {
    database.prepare("UPDATE jobs SET state = 'running', ended_at = NULL WHERE id = ?").run(unfinished);
    return { id: unfinished, resumed: true };
  }
  const { lastInsertRowid } = database
    .prepare("INSERT INTO jobs (kind, parameters, state, started_at) VALUES (?, ?, 'running', ?)")
    .run(kind, text, new Date().toISOString());
  return { id: Number(lastInsertRowid), resumed: false };
}

/** Writes down how a job ended, with its report (timings, provider, counts). */
export function endJob(
  database: ProjectDatabase,
  id: number,
  state: Exclude<JobState, 'running'>,
  report: unknown = null,
): void {
  database
    .prepare('UPDATE jobs SET state = ?, report = ?, ended_at = ? WHERE id = ?')
    .run(state, report === null ? null : JSON.stringify(report), new Date().toISOString(), id);
}
