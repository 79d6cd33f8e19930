import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, it } from 'vitest';

import { appendThreshold } from '#engine/project/edits.ts';
import { createOrOpenProject } from '#engine/project/project.ts';
import type { Project } from '#engine/project/project.ts';

import { listBackups } from './backups.ts';
import { keepBackups } from './keepBackups.ts';
import type { BackupKeeper } from './keepBackups.ts';

let folder: string;
let project: Project;
let now: Date;
let failures: unknown[];
let keeper: BackupKeeper;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fascicle-backups-'));
  project = await createOrOpenProject(join(folder, 'p'));
  now = new Date('2026-11-21T10:00:00Z');
  failures = [];
  keeper = keepBackups(
    project,
    (error) => failures.push(error),
    () => now,
  );
});
afterEach(() => {
  project.close();
  rmSync(folder, { recursive: true });
});

/** Tells of edits, of which one is made, and says how many backups there are then. */
async function edit(times: number): Promise<number> {
  appendThreshold(project.database, { threshold: 0.5, minSize: 0 });
  for (let i = 0; i < times; i++) keeper.edited();
  await keeper.close();
  return (await listBackups(project.paths)).length;
}

const pass = (minutes: number): void => void (now = new Date(now.getTime() + minutes * 60_000));

it('copies after many edits, but not at once again', async () => {
  expect(await edit(250)).toBe(0);
  pass(4);
  expect(await edit(1)).toBe(1);
  expect(await edit(250)).toBe(1);
  pass(4);
  expect(await edit(1)).toBe(2);
  expect(failures).toEqual([]);
});

it('copies after a single edit when a quarter of an hour has passed', async () => {
  expect(await edit(1)).toBe(0);
  pass(16);
  expect(await edit(1)).toBe(1);
  expect((await listBackups(project.paths))[0]).toMatchObject({ revision: 2, createdAt: '2026-11-21T10:16:00.000Z' });
});

it('says why there is no copy, and lets edits go on', async () => {
  rmSync(project.paths.database);
  pass(16);
  keeper.edited();
  await keeper.close();
  expect(failures).toHaveLength(1);
});
