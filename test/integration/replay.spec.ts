import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { beforeEach, expect, it } from 'vitest';

import { EditSession } from '#engine/editing/editSession.ts';
import { contentHash } from '#engine/project/contentHash.ts';
import { readEditLog } from '#engine/project/editLog.ts';
import { openProject } from '#engine/project/project.ts';
import { replayProject } from '#engine/replay/replayProject.ts';
import { verifyProject } from '#engine/safety/verifyProject.ts';

import { jsonHere, runHere } from '../helpers/fascicle.ts';
import { phantomPerTest } from '../helpers/phantomProject.ts';
import { makeRandomEdits } from '../helpers/randomEdits.ts';
import { readVoxels } from '../helpers/randomVoxelEdits.ts';

const { directory, folder, made } = phantomPerTest();
const out = join(folder, 'replayed');

beforeEach(() => rmSync(out, { recursive: true, force: true }));

/** Edits of all kinds with undos and redos between them; `onEdit` sees the project after each. */
async function edit(count: number, seed: number, onEdit: (revision: number) => Promise<void>): Promise<void> {
  const project = await openProject(directory);
  const session = await EditSession.open(project);
  let edits = 0;
  await makeRandomEdits(session, count, seed, {
    voxels: await readVoxels(directory),
    onEdit: async () => {
      edits++;
      await onEdit(session.revision);
      if (edits % 5 === 0) await session.undo(session.revision);
      if (edits % 10 === 0) await session.redo(session.revision);
      if (edits % 15 === 0)
        await session.goTo(Math.floor(session.revision / 2), session.revision).catch(() => undefined);
    },
  });
  await session.close();
  project.close();
}

const hashNow = async (): Promise<string> => {
  const project = await openProject(directory, { readOnly: true });
  const { all } = await contentHash(project);
  project.close();
  return all;
};

it('makes the project anew as it was at any entry of its log, with equal hashes', async () => {
  const hashes = new Map<number, string>();
  await edit(40, 11, async (revision) => {
    if (revision % 9 === 0) hashes.set(revision, await hashNow());
  });
  const project = await openProject(directory, { readOnly: true });
  const { entries, tree } = readEditLog(project.database);
  project.close();
  // The log must hold what is hard to make again.
  expect(entries.some((entry) => entry.type === 'edit' && entry.change.tables !== undefined)).toBe(true);
  expect(entries.filter((entry) => entry.type === 'move').length).toBeGreaterThan(5);
  hashes.set(tree.revision, await hashNow());
  expect(hashes.size).toBeGreaterThan(3);
  for (const [revision, hash] of hashes) {
    rmSync(out, { recursive: true, force: true });
    expect(await replayProject(directory, out, { to: revision })).toMatchObject({ revision, hash: { all: hash } });
  }
  expect((await verifyProject(out)).findings.filter(({ isSound }) => !isSound)).toEqual([]);
});

it('goes back to the project as it was segmented', async () => {
  const { all } = await jsonHere<{ all: string; graph: string; labels: string }>('hash', directory);
  await edit(12, 12, () => Promise.resolve());
  const report = await jsonHere<{ hash: { all: string } }>('replay', directory, '--to', '1', '--out', out);
  expect(report.hash.all).toBe(all);
});

it('refuses an entry beyond the log and leaves no copy; a folder in use; a file', async () => {
  const beyond = await runHere('replay', directory, '--to', '99', '--out', out);
  expect(beyond.stderr).toMatch(/has 1 entries; --to 99 is beyond its end/);
  expect(beyond.code).toBe(2);
  expect(existsSync(out)).toBe(false);
  const inUse = await runHere('replay', directory, '--out', made);
  expect(inUse.stderr).toMatch(/holds files already/);
  const file = await runHere('replay', directory, '--out', join(directory, 'project.sqlite'));
  expect(file).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/project\.sqlite is a file; a project is a folder/),
  });
});
