import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import type { Dirent } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';

import { afterAll } from 'vitest';

/** The root of the repository. */
export const REPOSITORY = join(import.meta.dirname, '..', '..');

/** Volumes that are not part of the repository; tests that need them are skipped where they are absent. */
export const SHARED_DATA = process.env['FASCICLE_DATA'] ?? join(REPOSITORY, '..', 'shared', 'data');

/** The sample that ships with the program. */
export const SAMPLE = join(REPOSITORY, 'resources', 'sample', 'fib25_sample.h5');

/** A folder that is removed after the tests of the file. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'fascicle-test-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The files below `folder`, relative to it, sorted. None where another process removes folders meanwhile. */
export function filesIn(folder: string): string[] {
  return entriesOf(folder)
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}

function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
