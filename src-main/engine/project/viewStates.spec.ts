import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, expect, it } from 'vitest';

import { projectPaths } from './paths.ts';
import { createViewStates } from './viewStates.ts';

const root = mkdtempSync(join(tmpdir(), 'fascicle-view-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

function projectFolder(readOnly = false) {
  const paths = projectPaths(mkdtempSync(join(root, 'x')));
  const warnings: string[] = [];
  return { project: { paths, readOnly }, warnings, states: createViewStates({ warn: (text) => warnings.push(text) }) };
}

it('is nothing at first, and reading writes nothing', async () => {
  const { project, states } = projectFolder();
  expect(await states.read(project)).toEqual({});
  expect(readdirSync(project.paths.directory)).toEqual([]);
});

it('keeps what a change does not name, also when changes come at the same time', async () => {
  const { project, states } = projectFolder();
  await Promise.all([
    states.change(project, { pinned: { '7': '#ff0000' } }),
    states.change(project, { position: [1, 2.5, 3] }),
    states.change(project, { pinned: { '8': '#00ff00' } }),
  ]);
  const again = createViewStates({ warn: () => undefined });
  expect(await again.read(project)).toEqual({ pinned: { '8': '#00ff00' }, position: [1, 2.5, 3] });
});

it('of another version is taken part by part, and a damaged one is put aside', async () => {
  const { project, states, warnings } = projectFolder();
  writeFileSync(project.paths.view, '{"position":[1,2],"hideOthers":true,"selected":[0],"brain":7}');
  expect(await states.read(project)).toEqual({ hideOthers: true });
  for (const content of ['null', '[]', '7']) {
    writeFileSync(project.paths.view, content);
    expect(await states.read(project)).toEqual({});
  }
  expect(warnings).toEqual([]);
  writeFileSync(project.paths.view, '{"position":[1');
  expect(await states.read(project)).toEqual({});
  expect(readFileSync(`${project.paths.view}.damaged`, 'utf8')).toBe('{"position":[1');
  expect(warnings).toHaveLength(1);
});

it('of a project that is open for reading only is not changed', async () => {
  const { project, states } = projectFolder(true);
  await expect(states.change(project, { hideOthers: true })).rejects.toMatchObject({ kind: 'conflict' });
  expect(readdirSync(project.paths.directory)).toEqual([]);
});
