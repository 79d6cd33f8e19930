import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { runInChild } from '#engine/jobs/childJob.ts';
import type { ProgressListener, StageProgress } from '#engine/segmentation/progress.ts';
import { withFileErrors } from '#volumes/fileErrors.ts';

import type { VerifyReport } from './verifyProject.ts';

const ENTRY = new URL('./verifyProcess.ts', import.meta.url);

/**
 * `verifyProject` in a process of its own. SQLite's own check of a large database keeps a thread busy for many seconds and can only be
 * ended with its process.
 *
 * @throws as `verifyProject`, within a moment of the signal; 'storage' where no temporary folder can be made
 */
export async function verifyApart(
  directory: string,
  options: { signal?: AbortSignal | undefined; onProgress?: ProgressListener | undefined } = {},
): Promise<VerifyReport> {
  // On a read-only medium the database is read from a copy, which a process that is killed cannot remove.
  const temporaryFolder = await withFileErrors(`Making a folder in ${tmpdir()}`, () =>
    mkdtemp(join(tmpdir(), 'fascicle-verify-')),
  );
  try {
    return await runInChild<{ directory: string }, StageProgress, VerifyReport>(
      ENTRY,
      { directory },
      { ...options, temporaryFolder },
    );
  } finally {
    await rm(temporaryFolder, { recursive: true, force: true });
  }
}
