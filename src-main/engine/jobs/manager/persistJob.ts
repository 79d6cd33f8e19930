import type { ProjectDatabase } from '#engine/project/database.ts';
import { isStorageFailure } from '#engine/project/databaseErrors.ts';
import { writeJobProgress } from '#engine/project/jobs.ts';

import type { JobLog } from './jobLog.ts';
import type { JobProgress } from './jobProgress.ts';

/**
 * Writes down how far a job is, and what `write` adds, in one transaction. A disk that is full costs the figures; the job itself says so
 * when it cannot go on.
 *
 * @param record id of the job in its project
 */
export function persistJob(
  database: ProjectDatabase,
  log: JobLog,
  record: number,
  progress: JobProgress,
  write: () => void = () => undefined,
): void {
  try {
    database.transaction(() => {
      writeJobProgress(database, record, progress);
      write();
    })();
  } catch (failure) {
    if (!isStorageFailure(failure)) throw failure;
    log.add('warn', `The place of this job could not be written down: ${(failure as Error).message}`);
  }
}
