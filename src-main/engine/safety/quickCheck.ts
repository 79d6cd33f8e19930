import { statSync } from 'node:fs';

import { runInChild } from '#engine/jobs/childJob.ts';
import { openReadOnly } from '#engine/project/openReadOnly.ts';

import { checkDatabase } from './checkDatabase.ts';
import type { Finding } from './findings.ts';

/** Bytes that are checked in this process: a fifth of a second. */
const HERE = 64 * 2 ** 20;
/** Longest that a large database is checked; `fascicle verify` takes the time that it needs. */
const MOST_MS = 10_000;

const ENTRY = new URL('./quickCheckProcess.ts', import.meta.url);

/** Checks every page of a database in a time that a person waits for; null where it is too large for that. */
export async function quickCheck(path: string): Promise<Finding | null> {
  if (statSync(path).size <= HERE) return quickCheckHere(path);
  const signal = AbortSignal.timeout(MOST_MS);
  return runInChild<{ path: string }, never, Finding>(ENTRY, { path }, { signal }).catch((error: unknown) => {
    if (signal.aborted) return null;
    throw error;
  });
}

/** The same in this process, however long it takes. */
export function quickCheckHere(path: string): Finding {
  const database = openReadOnly(path);
  try {
    return checkDatabase(database, 'quick');
  } finally {
    database.close();
  }
}
