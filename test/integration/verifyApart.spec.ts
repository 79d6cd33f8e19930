import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { verifyApart } from '#engine/safety/verifyApart.ts';
import { verifyProject } from '#engine/safety/verifyProject.ts';

import { phantomPerTest } from '../helpers/phantomProject.ts';

const { directory, folder } = phantomPerTest();
const temporary = join(folder, 'temporary');

beforeEach(() => {
  mkdirSync(temporary, { recursive: true });
  vi.stubEnv('TMPDIR', temporary);
});
afterEach(() => void vi.unstubAllEnvs());

it('finds in a process of its own what is found in this one', async () => {
  expect(await verifyApart(directory)).toEqual(await verifyProject(directory));
  expect(readdirSync(temporary)).toEqual([]);
});

it('ends where it is given up, and leaves nothing', async () => {
  const controller = new AbortController();
  const report = verifyApart(directory, { signal: controller.signal, onProgress: () => controller.abort() });
  await expect(report).rejects.toMatchObject({ kind: 'cancelled' });
  expect(readdirSync(temporary)).toEqual([]);
});

it('tells what went wrong in that process', async () => {
  await expect(verifyApart(join(folder, 'missing'))).rejects.toMatchObject({
    kind: 'not-found',
    message: expect.stringContaining('missing'),
  });
});
