import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, it } from 'vitest';

import { FascicleError } from '#domain/errors.ts';
import type { OpenProject } from '#engine/http/projectRegistry.ts';
import { openDatabase } from '#engine/project/database.ts';
import type { ProjectDatabase } from '#engine/project/database.ts';
import { readJob, recordJob } from '#engine/project/jobs.ts';

import { createJobLife } from './jobLife.ts';
import type { JobWork } from './jobLife.ts';

const folder = mkdtempSync(join(tmpdir(), 'fascicle-job-life-'));
let database: ProjectDatabase;

beforeAll(async () => {
  database = await openDatabase(join(folder, 'project.sqlite'), { create: true });
});
afterAll(() => {
  database.close();
  rmSync(folder, { recursive: true });
});

const DISK_FULL = new FascicleError('storage', 'The disk is full.');

function begin(work: Partial<JobWork<object>>) {
  const id = recordJob(database, 'export', null);
  const said: string[] = [];
  const job = createJobLife<object>(
    {
      ...{ id: String(id), open: { id: 'p', project: { database } } as unknown as OpenProject },
      record: readJob(database, id)!,
      log: {
        add: (level, text) => void said.push(`${level}: ${text}`),
        lines: () => Promise.resolve([]),
        flush: () => Promise.resolve(),
      },
      ...{ now: () => 0, onChange: () => undefined },
    },
    {
      ...{ givesWay: false, goesOn: false, beginning: 'started', stopped: 'nothing was written' },
      ...{ cancelled: 'It was cancelled.', run: () => Promise.resolve({}), finished: () => 'finished' },
      ...{ settle: () => undefined, resume: () => null },
      progress: () => ({
        ...{ title: 'Export', detail: '', voxels: 0, stages: [], fraction: 0 },
        ...{ blocks: [], throughput: [], provider: null, facts: [] },
      }),
      course: () => ({ throughput: [], throughputUnit: 'blocks/s', blocks: [], blockSeconds: [] }),
      ...work,
    },
  );
  return { job, said, kept: () => readJob(database, id)!.state };
}

// A full disk under the user's folder, where speeds are kept, made a failed job of one that had done all it was to do.
it('a job that is done stays done when what follows it fails, which is told', async () => {
  const follow = () => Promise.reject(DISK_FULL);
  const { job, said, kept } = begin({ afterDone: follow, afterEnd: follow });
  await job.run();
  expect([job.state, kept()]).toEqual(['done', 'done']);
  expect(said).toEqual(['info: started', 'info: finished', 'warn: The disk is full.', 'warn: The disk is full.']);
});

it.each([
  ['what goes wrong while it stops is told', () => DISK_FULL, ['warn: The disk is full.']],
  ['its own cancellation is not', (signal: AbortSignal) => signal.reason as Error, []],
])('a job that is cancelled is cancelled; %s', async (_, thrown, told) => {
  const { job, said, kept } = begin({
    run: (signal) =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(thrown(signal)), { once: true })),
  });
  void job.run();
  await job.stop('cancelled');
  expect([job.state, kept()]).toEqual(['cancelled', 'cancelled']);
  expect(said).toEqual(['info: started', ...told, 'info: cancelled; nothing was written']);
});

it('a job that fails has failed, with its reason', async () => {
  const { job, said, kept } = begin({ run: () => Promise.reject(DISK_FULL) });
  await job.run();
  expect([job.state, kept()]).toEqual(['failed', 'failed']);
  expect(job.present().error).toEqual({ kind: 'storage', message: 'The disk is full.' });
  expect(said.at(-1)).toBe('error: The disk is full.');
});
