import { fork } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { openDatabase } from './database.ts';
import { appendThreshold, currentCut } from './edits.ts';
import { beginJob, endJob } from './jobs.ts';
import { MIGRATIONS } from './migrations.ts';
import { createOrOpenProject, openProject } from './project.ts';
import { readSetting, writeSetting } from './settings.ts';
import { readMergeSteps, readOriginalIds, readSupervoxelSizes, writeSegmentation } from './tables.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'fascicle-project-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const segmentation = {
  shape: [7, 8, 9] as const,
  supervoxels: {
    count: 2,
    sizes: Float64Array.of(7, 5),
    boxMin: Int32Array.of(0, 0, 0, 1, 2, 3),
    boxMax: Int32Array.of(1, 2, 3, 4, 5, 6),
    centroids: Float64Array.of(0.5, 1, 1.5, 2, 3, 4),
    originalIds: BigUint64Array.of(2n ** 64n - 1n, 9_007_199_254_740_993n),
  },
  edges: {
    u: Uint32Array.of(1),
    v: Uint32Array.of(2),
    affinityUnit: 255,
    affinitySum: BigUint64Array.of(2n ** 40n),
    contactArea: Uint32Array.of(3),
    affinityMax: Uint32Array.of(255),
    contactVoxel: BigUint64Array.of(BigInt((1 * 8 + 2) * 9 + 3)),
  },
  steps: { u: Uint32Array.of(1), v: Uint32Array.of(2), score: Float64Array.of(0.75) },
};

describe('a project', () => {
  it('gives back the tables that were stored, 64-bit ids unharmed', async () => {
    const project = await createOrOpenProject(folder);
    writeSegmentation(project.database, segmentation);
    project.close();

    const again = await openProject(folder);
    expect(readSupervoxelSizes(again.database)).toEqual(segmentation.supervoxels.sizes);
    expect(readOriginalIds(again.database)).toEqual(segmentation.supervoxels.originalIds);
    expect(readMergeSteps(again.database)).toEqual(segmentation.steps);
    expect(again.database.prepare('SELECT * FROM edges').raw().all()).toEqual([[1, 2, 2 ** 40, 3, 255, 1, 2, 3]]);
    again.close();
  });

  it('is refused in a folder that holds other files, and leaves them alone', async () => {
    writeFileSync(join(folder, 'thesis.tex'), 'x');
    await expect(createOrOpenProject(folder)).rejects.toMatchObject({ kind: 'bad-request' });
    expect(readdirSync(folder)).toEqual(['thesis.tex']);
  });

  it('has one writer at a time, and readers beside it', async () => {
    const project = await createOrOpenProject(folder);
    await expect(openProject(folder)).rejects.toMatchObject({ kind: 'conflict' });
    const reader = await openProject(folder, { readOnly: true });
    reader.close();
    project.close();
    (await openProject(folder)).close();
  });

  it('can be opened at once after its writer was killed', async () => {
    const script = join(folder, 'writer.ts');
    const module = new URL('./project.ts', import.meta.url).href;
    writeFileSync(
      script,
      `const { createOrOpenProject } = await import(${JSON.stringify(module)});
       await createOrOpenProject(process.argv[2]); process.send('open'); setInterval(() => {}, 1000);`,
    );
    const directory = join(folder, 'project');
    const child = fork(script, [directory]);
    await new Promise((resolve) => child.once('message', resolve));
    await expect(openProject(directory)).rejects.toMatchObject({ kind: 'conflict' });
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
    (await openProject(directory)).close();
  });
});

describe('the edit log', () => {
  it('is append-only and remembers the last threshold', async () => {
    const { database, close } = await createOrOpenProject(folder);
    expect(currentCut(database)).toEqual({ threshold: null, minSize: 0 });
    expect(appendThreshold(database, { threshold: 0.8, minSize: 300 })).toBe(1);
    expect(appendThreshold(database, { threshold: 0.5, minSize: 0 })).toBe(2);
    expect(currentCut(database)).toEqual({ threshold: 0.5, minSize: 0 });
    expect(() => database.exec('DELETE FROM edits')).toThrow('append-only');
    expect(() => database.exec("UPDATE edits SET kind = 'x'")).toThrow('append-only');
    expect(() => appendThreshold(database, { threshold: 1.5, minSize: 0 })).toThrow('between 0 and 1');
    close();
  });
});

describe('jobs', () => {
  it('take up an unfinished job of the same parameters, and not a finished one', async () => {
    const { database, close } = await createOrOpenProject(folder);
    const first = beginJob(database, 'segment', { a: 1 });
    expect(beginJob(database, 'segment', { a: 1 })).toEqual({ id: first.id, resumed: true });
    expect(beginJob(database, 'segment', { a: 2 }).resumed).toBe(false);
    endJob(database, first.id, 'done', { seconds: 1 });
    expect(beginJob(database, 'segment', { a: 1 }).resumed).toBe(false);
    close();
  });
});

describe('openDatabase', () => {
  const path = () => join(folder, 'project.sqlite');

  it('backs an older project up and migrates it, keeping its rows', async () => {
    const old = await openDatabase(path(), { create: true, migrations: MIGRATIONS.slice(0, 1) });
    writeSetting(old, 'affinityUnit', 255);
    old.close();
    const next = { version: 2, name: 'test', sql: 'CREATE TABLE later (x INTEGER) STRICT' };
    const migrated = await openDatabase(path(), { migrations: [...MIGRATIONS.slice(0, 1), next] });
    expect(migrated.prepare('SELECT count(*) FROM later').pluck().get()).toBe(0);
    expect(readSetting(migrated, 'affinityUnit')).toBe(255);
    migrated.close();
    const backup = new Database(`${path()}.v1.bak`, { readonly: true });
    expect(backup.pragma('user_version', { simple: true })).toBe(1);
    backup.close();
  });

  it('refuses a newer project and leaves it unchanged', async () => {
    (await openDatabase(path(), { create: true })).close();
    const newer = new Database(path());
    newer.pragma('user_version = 999');
    newer.close();
    await expect(openDatabase(path())).rejects.toMatchObject({ kind: 'conflict' });
    expect(existsSync(`${path()}.v999.bak`)).toBe(false);
  });

  it('refuses files that are not projects', async () => {
    await expect(openDatabase(path())).rejects.toMatchObject({ kind: 'not-found' });
    writeFileSync(path(), 'not a database, but long enough to look at as one: '.repeat(50));
    await expect(openDatabase(path())).rejects.toMatchObject({ kind: 'bad-file' });
    rmSync(path());
    const other = new Database(path());
    other.exec('CREATE TABLE recipes (x)');
    other.close();
    await expect(openDatabase(path())).rejects.toMatchObject({ kind: 'bad-file' });
  });

  it('has migrations numbered 1, 2, 3, ...', () => {
    expect(MIGRATIONS.map((migration) => migration.version)).toEqual(MIGRATIONS.map((_, index) => index + 1));
  });
});
