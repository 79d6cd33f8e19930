import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, it } from 'vitest';

import { openJobLog } from './jobLog.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'fascicle-log-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const at = Date.parse('2026-11-21T08:00:00Z');

it('gives back what was said in every run, a message of several lines as one', async () => {
  const path = join(folder, 'logs', 'job-1.log');
  const first = openJobLog(path, () => at);
  first.add('info', 'started');
  first.add('error', 'no room:\n  the disk is full');
  await first.flush();
  const second = openJobLog(path, () => at + 1000);
  second.add('info', 'resumed');
  expect(await second.lines()).toEqual([
    { at: '2026-11-21T08:00:00.000Z', level: 'info', text: 'started' },
    { at: '2026-11-21T08:00:00.000Z', level: 'error', text: 'no room: the disk is full' },
    { at: '2026-11-21T08:00:01.000Z', level: 'info', text: 'resumed' },
  ]);
  // The folder goes after the test.
  await second.flush();
});

it('passes over lines that it did not write', async () => {
  const path = join(folder, 'job-1.log');
  appendFileSync(path, 'scribble\n2026-11-21T08:00:00.000Z info  fine\n');
  expect((await openJobLog(path).lines()).map(({ text }) => text)).toEqual(['fine']);
});

it('keeps its lines where they cannot be written', async () => {
  writeFileSync(join(folder, 'logs'), 'a file where the folder should be');
  const log = openJobLog(join(folder, 'logs', 'job-1.log'));
  log.add('info', 'started');
  await log.flush();
  expect((await log.lines()).map(({ text }) => text)).toEqual(['started']);
});
