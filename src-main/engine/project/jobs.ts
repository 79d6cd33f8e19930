import type { ProjectDatabase } from './database.ts';

/** A job that is 'queued' or 'running' in a project that nobody has open was interrupted: its process has died. */
export type JobState = 'queued' | 'running' | 'paused' | 'done' | 'failed' | 'cancelled';

/** What a project knows of a job. */
export interface JobRecord {
  readonly id: number;
  readonly kind: string;
  /** All that determines the result, plain JSON. */
  readonly parameters: unknown;
  /** What starts the job again, plain JSON; null for a job of a program that did not write it down. */
  readonly request: unknown;
  readonly state: JobState;
  /** How far the job was when that was last written down, plain JSON. */
  readonly progress: unknown;
  /** What a finished job reports, or why it failed: `{ kind, message }`. */
  readonly report: unknown;
  readonly queuedAt: string;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
}

/** Writes down a job that waits for its turn, and returns its id. */
export function recordJob(database: ProjectDatabase, kind: string, request: unknown, now: Date = new Date()): number {
  const { lastInsertRowid } = database
    .prepare("INSERT INTO jobs (kind, parameters, request, state, queued_at) VALUES (?, 'null', ?, 'queued', ?)")
    .run(kind, JSON.stringify(request), now.toISOString());
  return Number(lastInsertRowid);
}

/**
 * Writes down that a job begins, or takes up again the unfinished job of the same kind and parameters.
 * Jobs that were left 'running' by a process that died are what a new start resumes.
 */
export function beginJob(
  database: ProjectDatabase,
  kind: string,
  parameters: unknown,
  request: unknown = null,
): { id: number; resumed: boolean } {
  const text = JSON.stringify(parameters);
  const unfinished = database
    .prepare("SELECT id FROM jobs WHERE kind = ? AND parameters = ? AND state <> 'done' ORDER BY id DESC LIMIT 1")
    .pluck()
    .get(kind, text) as number | undefined;
  const now = new Date().toISOString();
  if (unfinished !== undefined) {
    database
      .prepare(
        `UPDATE jobs SET state = 'running', report = NULL, ended_at = NULL, started_at = coalesce(started_at, ?),
           request = coalesce(request, ?) WHERE id = ?`,
      )
      .run(now, JSON.stringify(request), unfinished);
    return { id: unfinished, resumed: true };
  }
  const { lastInsertRowid } = database
    .prepare(
      "INSERT INTO jobs (kind, parameters, request, state, queued_at, started_at) VALUES (?, ?, ?, 'running', ?, ?)",
    )
    .run(kind, text, JSON.stringify(request), now, now);
  return { id: Number(lastInsertRowid), resumed: false };
}

/** Writes down what determines the result of a job, once that is decided. */
export function writeJobParameters(database: ProjectDatabase, id: number, parameters: unknown): void {
  database.prepare('UPDATE jobs SET parameters = ? WHERE id = ?').run(JSON.stringify(parameters), id);
}

/** Writes down that a recorded job waits, runs or is paused. */
export function writeJobState(
  database: ProjectDatabase,
  id: number,
  state: 'queued' | 'running' | 'paused',
  now: Date = new Date(),
): void {
  database
    .prepare(
      `UPDATE jobs SET state = @state, report = NULL, ended_at = NULL,
         started_at = CASE WHEN @state = 'running' THEN coalesce(started_at, @now) ELSE started_at END WHERE id = @id`,
    )
    .run({ id, state, now: now.toISOString() });
}

/** Writes down how far a job is. */
export function writeJobProgress(database: ProjectDatabase, id: number, progress: unknown): void {
  database.prepare('UPDATE jobs SET progress = ? WHERE id = ?').run(JSON.stringify(progress), id);
}

/** Writes down how a job ended, with its report (timings, provider, counts). */
export function endJob(
  database: ProjectDatabase,
  id: number,
  state: Exclude<JobState, 'queued' | 'running' | 'paused'>,
  report: unknown = null,
): void {
  database
    .prepare('UPDATE jobs SET state = ?, report = ?, ended_at = ? WHERE id = ?')
    .run(state, report === null ? null : JSON.stringify(report), new Date().toISOString(), id);
}

interface Row {
  id: number;
  kind: string;
  parameters: string;
  request: string | null;
  state: JobState;
  progress: string | null;
  report: string | null;
  queued_at: string;
  started_at: string | null;
  ended_at: string | null;
}

const parsed = (text: string | null): unknown => (text === null ? null : JSON.parse(text));

const toRecord = (row: Row): JobRecord => ({
  id: row.id,
  kind: row.kind,
  parameters: parsed(row.parameters),
  request: parsed(row.request),
  state: row.state,
  progress: parsed(row.progress),
  report: parsed(row.report),
  queuedAt: row.queued_at,
  startedAt: row.started_at,
  endedAt: row.ended_at,
});

/** All jobs of a project, newest first. */
export function readJobs(database: ProjectDatabase): JobRecord[] {
  return (database.prepare('SELECT * FROM jobs ORDER BY id DESC').all() as Row[]).map(toRecord);
}

/** One job, or undefined where the project has none of that id. */
export function readJob(database: ProjectDatabase, id: number): JobRecord | undefined {
  const row = database.prepare('SELECT * FROM jobs WHERE id = ?').get(id) as Row | undefined;
  return row && toRecord(row);
}
