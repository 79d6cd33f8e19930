import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeEach, describe, expect, it } from 'vitest';

import { createFileLog } from './log.ts';
import type { Log } from './log.ts';
import { createPreferencesStore } from './preferences.ts';
import { createRecentProjects } from './recentProjects.ts';

const root = mkdtempSync(join(tmpdir(), 'fascicle-user-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let folder: string;
let warnings: string[];
const log: Log = {
  info: () => undefined,
  warn: (text) => void warnings.push(text),
  error: () => undefined,
  close: async () => undefined,
};
beforeEach(() => {
  folder = mkdtempSync(join(root, 'x'));
  warnings = [];
});

describe('preferences', () => {
  const path = () => join(folder, 'preferences.json');

  it('are the defaults at first, and nothing is written by reading', async () => {
    expect(await createPreferencesStore(folder, log).read()).toMatchObject({ theme: 'system', scale: 1, keys: {} });
    expect(readdirSync(folder)).toEqual([]);
  });

  it('keep what a change does not name, also when changes come at the same time', async () => {
    const store = createPreferencesStore(folder, log);
    await Promise.all([
      store.change({ theme: 'dark' }),
      store.change({ scale: 1.5 }),
      store.change({ tourSeen: true }),
    ]);
    expect(await createPreferencesStore(folder, log).read()).toMatchObject({
      theme: 'dark',
      scale: 1.5,
      tourSeen: true,
    });
  });

  it('put a damaged file aside, take the defaults and say so', async () => {
    writeFileSync(path(), '{"theme": "da');
    expect(await createPreferencesStore(folder, log).read()).toMatchObject({ theme: 'system' });
    expect(readFileSync(`${path()}.damaged`, 'utf8')).toBe('{"theme": "da');
    expect(warnings).toHaveLength(1);
  });

  it.each(['null', '[]', '"x"', '7'])('survive a file that holds %s', async (content) => {
    writeFileSync(path(), content);
    expect(await createPreferencesStore(folder, log).read()).toMatchObject({ theme: 'system' });
  });

  it('lose only the value that is not understood', async () => {
    writeFileSync(path(), JSON.stringify({ theme: 'sepia', scale: 1.25, unheardOf: 1 }));
    expect(await createPreferencesStore(folder, log).read()).toMatchObject({ theme: 'system', scale: 1.25 });
  });
});

describe('recent projects', () => {
  const project = (n: number) => ({
    id: `project${String(n).padStart(3, '0')}`,
    directory: `/p/${n}`,
    openedAt: new Date(1e12 + n).toISOString(),
    source: null,
    shape: null,
    voxelSizeNm: null,
    edits: 0,
    segments: null,
  });

  it('are listed last first, each once, and no more than are kept', async () => {
    const recents = createRecentProjects(folder, log);
    for (let n = 0; n < 55; n++) await recents.remember(project(n));
    await recents.remember({ ...project(30), openedAt: new Date(2e12).toISOString(), edits: 7 });
    const list = await recents.list();
    expect(list).toHaveLength(50);
    expect(list[0]).toMatchObject({ id: 'project030', edits: 7 });
    expect(list[1].id).toBe('project054');
  });

  it('forget one and keep the others', async () => {
    const recents = createRecentProjects(folder, log);
    await Promise.all([recents.remember(project(1)), recents.remember(project(2))]);
    await recents.forget(project(1).id);
    expect((await recents.list()).map(({ id }) => id)).toEqual([project(2).id]);
  });

  it('begin anew where the file is damaged, and leave out entries that are not understood', async () => {
    const recents = createRecentProjects(folder, log);
    writeFileSync(join(folder, 'recent-projects.json'), '}{');
    expect(await recents.list()).toEqual([]);
    writeFileSync(join(folder, 'recent-projects.json'), JSON.stringify({ projects: [{ id: 'x' }, project(1), null] }));
    expect(await recents.list()).toEqual([project(1)]);
  });
});

describe('log', () => {
  const read = (name = 'engine.log') => readFileSync(join(folder, name), 'utf8');

  it('writes a line for each entry, and the stack of a cause below it', async () => {
    const file = createFileLog(folder, { now: () => new Date(0) });
    file.info('started');
    file.error('broke', new Error('why'));
    await file.close();
    expect(read()).toMatch(
      /^1970-01-01T00:00:00.000Z info {2}started\n1970-01-01T00:00:00.000Z error broke\n {4}Error: why\n/,
    );
  });

  it('lets nothing from outside begin a line', async () => {
    const file = createFileLog(folder);
    file.warn('page: x\n2026-01-01T00:00:00.000Z error forged\r\nmore');
    await file.close();
    expect(
      read()
        .split('\n')
        .filter((line) => !line.startsWith(' '.repeat(4))),
    ).toHaveLength(2);
  });

  it('begins another file where one is full, and keeps three old ones', async () => {
    const file = createFileLog(folder, { maxBytes: 10 });
    for (const text of ['one', 'two', 'three', 'four', 'five', 'six']) file.info(text);
    await file.close();
    expect(readdirSync(folder).sort()).toEqual(['engine.log', 'engine.log.1', 'engine.log.2', 'engine.log.3']);
    expect(read()).toContain('six');
    expect(read('engine.log.1')).toContain('five');
  });

  it('costs nothing but itself where it cannot be written', async () => {
    writeFileSync(join(folder, 'file'), '');
    const file = createFileLog(join(folder, 'file', 'below'));
    file.info('lost');
    await expect(file.close()).resolves.toBeUndefined();
  });
});
