import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeEach, expect, it } from 'vitest';

import { exportsFolder, newExportName, noteExport, sweepExports } from './leftovers.ts';
import { stage } from './staging.ts';

const root = mkdtempSync(join(tmpdir(), 'fascicle-leftovers-'));
const project = join(root, 'project');
const folderOf = (name: string): string => join(exportsFolder(project), name);
/** The name of an export whose process has ended. */
const deadName = (): string => newExportName().replace(/^\d+/, String(spawnSync(process.execPath, ['--version']).pid));

beforeEach(() => {
  rmSync(project, { recursive: true, force: true });
  mkdirSync(exportsFolder(project), { recursive: true });
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

// A kill between the folder and the note of where the export writes left the folder for a week.
it.each([
  ['no folder of its own', () => undefined],
  ['no note', (name: string) => void mkdirSync(folderOf(name))],
  [
    'half a note',
    (name: string) => {
      mkdirSync(folderOf(name));
      writeFileSync(join(folderOf(name), 'targets.json'), '["/da');
    },
  ],
])('what a killed export has left goes where it has %s yet', async (_, leave) => {
  leave(deadName());
  await sweepExports(project);
  expect(existsSync(exportsFolder(project))).toBe(false);
});

it('what it had written beside its targets goes with it', async () => {
  const path = join(root, 'labels.h5');
  const name = deadName();
  await noteExport(folderOf(name), [path]);
  await stage([{ what: 'labels', path, isFolder: false, replaceable: {} }]);
  expect(readdirSync(root)).toHaveLength(2);
  await sweepExports(project);
  expect(readdirSync(root)).toEqual(['project']);
});

it('exports under way stay, and those of which nobody here can tell', async () => {
  const names = [newExportName(), deadName().replace(`@${hostname()}.`, '@another.host.')];
  for (const name of names) await noteExport(folderOf(name), []);
  await sweepExports(project);
  expect(readdirSync(exportsFolder(project)).sort()).toEqual(names.sort());
});
