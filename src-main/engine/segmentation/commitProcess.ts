import { serveJob } from '#compute/serveJob.ts';
import { assignmentAt } from '#engine/project/assignment.ts';
import { countSegments } from '#engine/project/countSegments.ts';
import { openDatabase } from '#engine/project/database.ts';
import { asDatabaseError } from '#engine/project/databaseErrors.ts';
import { appendThreshold } from '#engine/project/edits.ts';
import { endJob } from '#engine/project/jobs.ts';
import { writeSetting } from '#engine/project/settings.ts';
import { insertSegmentation, rowsOf } from '#engine/project/tables.ts';

import { ORIGIN } from './origin.ts';
import type { CommittedCounts, SegmentationCommit } from './commitSegmentation.ts';
import type { StageProgress } from './progress.ts';
import { readTables } from './segmentJob.ts';

/** Entry of the process that takes tables into a project. Its parent holds the project's lock. */

async function commit(
  { database: path, work, settings, ...job }: SegmentationCommit,
  onProgress: (progress: StageProgress) => void,
): Promise<CommittedCounts> {
  const start = performance.now();
  const tables = await readTables(work);
  const { threshold, minSize } = settings;
  const { supervoxels, edges, steps } = tables;
  const segments = countSegments(await assignmentAt(steps, supervoxels.sizes, settings));
  const total = rowsOf(tables);
  const say = (done: number) => onProgress({ stage: 'Writing the project', done, total, unit: 'rows' });
  say(0);
  const database = await openDatabase(path);
  try {
    database.exec('BEGIN IMMEDIATE');
    for (const rows of insertSegmentation(database, { ...tables, shape: job.shape })) {
      say(rows);
      // Lets the progress go out, and ends this process when its parent has ended: nothing is committed then.
      await new Promise(setImmediate);
    }
    const counts = {
      supervoxels: supervoxels.count,
      edges: edges.u.length,
      segments,
      seconds: job.seconds + (performance.now() - start) / 1000,
    };
    const report = { ...job.report, unchanged: false, ...counts, threshold, minSize };
    appendThreshold(database, { threshold, minSize });
    writeSetting(database, ORIGIN, { kind: job.kind, parameters: job.parameters, report });
    if (job.ends !== null) endJob(database, job.ends, 'done', report);
    database.exec('COMMIT');
    say(total);
    return counts;
  } catch (error) {
    throw asDatabaseError(error, path);
  } finally {
    // Closing rolls back what was not committed.
    database.close();
  }
}

serveJob(commit);
