import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, it } from 'vitest';

import { openDatabase } from './database.ts';
import { currentCut } from './edits.ts';
import { beginJob, readJobs } from './jobs.ts';
import { readOriginalIds } from './tables.ts';
import { readSourceVolume } from './volumes.ts';

/** Projects as earlier programs stored them. */
const stored = (name: string) => join(import.meta.dirname, '..', '..', '..', 'test', 'fixtures', 'projects', name);

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'fascicle-migration-'))));
afterEach(() => rmSync(folder, { recursive: true }));

it('opens a project of schema 1 and keeps its jobs, segmentation and edits', async () => {
  const path = join(folder, 'project.sqlite');
  copyFileSync(stored('schema1.sqlite'), path);
  const database = await openDatabase(path);
  expect(
    readJobs(database).map(({ id, kind, state, request, queuedAt }) => [id, kind, state, request, queuedAt]),
  ).toEqual([
    [3, 'graph', 'running', null, '2026-11-21T08:04:00.000Z'],
    [2, 'segment', 'done', null, '2026-11-21T08:02:00.000Z'],
    [1, 'segment', 'cancelled', null, '2026-11-21T08:00:00.000Z'],
  ]);
  expect(readJobs(database)[2]).toMatchObject({
    parameters: { source: 1 },
    report: { message: 'The job was cancelled.' },
  });
  expect(beginJob(database, 'graph', { source: 3 })).toEqual({ id: 3, resumed: true });
  expect(currentCut(database)).toMatchObject({ threshold: 0.5 });
  expect(readOriginalIds(database)).toEqual(BigUint64Array.of(2n ** 64n - 1n, 9_007_199_254_740_993n));
  expect(readSourceVolume(database, 'raw')?.reading).toEqual({ axes: null, voxelSizeNm: [10, 10, 10] });
  database.close();
  expect(existsSync(`${path}.v1.bak`)).toBe(true);
});
