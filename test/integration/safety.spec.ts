import {
  closeSync,
  cpSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import type { EditRequest } from '#contract/routes/edits.ts';
import { EditSession } from '#engine/editing/editSession.ts';
import type { EditEvent } from '#engine/editing/editWriter.ts';
import { currentAssignment } from '#engine/project/assignment.ts';
import { contentHash } from '#engine/project/contentHash.ts';
import { readEditLog } from '#engine/project/editLog.ts';
import { openProject } from '#engine/project/project.ts';
import { createBackup, listBackups } from '#engine/safety/backups.ts';
import { openChecked } from '#engine/safety/openChecked.ts';
import { verifyProject } from '#engine/safety/verifyProject.ts';

import { runHere } from '../helpers/fascicle.ts';
import { filesIn } from '../helpers/folders.ts';
import { phantomPerTest } from '../helpers/phantomProject.ts';
import { makeRandomEdits } from '../helpers/randomEdits.ts';
import { readVoxels } from '../helpers/randomVoxelEdits.ts';

const { directory, folder } = phantomPerTest();

/** Opens, edits and closes the project; `work` may do more with it. */
async function edit(
  count: number,
  seed: number,
  work: (session: EditSession) => Promise<void> = async () => undefined,
) {
  const project = await openProject(directory);
  const session = await EditSession.open(project);
  await makeRandomEdits(session, count, seed, { voxels: await readVoxels(directory) });
  await work(session);
  await session.close();
  project.close();
}

/** Overwrites bytes in the middle of a file, as a failing disk would. */
function damage(path: string, at: number, length = 4096): void {
  const file = openSync(path, 'r+');
  writeSync(file, new Uint8Array(length).fill(0xa5), 0, length, at);
  closeSync(file);
}

async function segmentsAndRevision() {
  const project = await openProject(directory, { readOnly: true });
  const state = {
    revision: readEditLog(project.database).tree.revision,
    segments: await currentAssignment(project),
  };
  project.close();
  return state;
}

describe('verify', () => {
  it('finds a project sound after edits of every kind, and changes nothing', async () => {
    await edit(40, 1);
    const before = await segmentsAndRevision();
    const { isSound, findings, hash } = await verifyProject(directory);
    expect(findings.filter((finding) => !finding.isSound)).toEqual([]);
    expect(findings.length).toBeGreaterThan(7);
    expect(isSound).toBe(true);
    expect(hash?.all).toMatch(/^[0-9a-f]{64}$/);
    expect(await segmentsAndRevision()).toEqual(before);
  });

  it('finds a voxel that has another supervoxel than the tables say', async () => {
    const project = await openProject(directory);
    project.database.exec('UPDATE supervoxels SET size = size - 1 WHERE id = 7');
    project.close();
    const { isSound, findings } = await verifyProject(directory);
    expect(isSound).toBe(false);
    expect(findings.filter((finding) => !finding.isSound).map(({ detail }) => detail)).toEqual([
      expect.stringContaining('supervoxel 7 has'),
    ]);
  });

  it('finds a chunk that cannot be read, and ends with 3', async () => {
    const chunk = filesIn(join(directory, 'supervoxels.zarr')).find((name) => /^0\/c\//.test(name))!;
    const path = join(directory, 'supervoxels.zarr', chunk);
    damage(path, Math.floor(statSync(path).size / 2), 16);
    const { code, stdout, stderr } = await runHere('verify', directory);
    expect(code).toBe(3);
    expect(stdout).toMatch(/DAMAGED {2}Chunks of supervoxels/);
    expect(stderr).toMatch(/is damaged/);
  });
});

describe('a damaged database', () => {
  it('is opened for reading only, with the way out, and the backup brings back all that can still be read', async () => {
    let backupRevision = 0;
    await edit(10, 2, async (session) => {
      const project = await openProject(directory, { readOnly: true });
      backupRevision = (await createBackup(project)).revision;
      project.close();
      await makeRandomEdits(session, 10, 3);
    });
    const before = await segmentsAndRevision();
    expect(backupRevision).toBeLessThan(before.revision);
    damage(join(directory, 'project.sqlite'), middleOf(join(directory, 'project.sqlite')));

    const { project, damage: words } = await openChecked(directory, { readOnly: false });
    expect(project.readOnly).toBe(true);
    project.close();
    expect(words).toMatch(/damaged.*--restore/s);

    const { code, stderr } = await runHere('verify', directory, '--restore');
    expect(stderr).toMatch(/Restored .* with 1\d later entries/);
    expect(code).toBe(0);
    expect(await segmentsAndRevision()).toEqual(before);
    expect(readdirSync(directory).some((name) => name.startsWith('project.damaged-'))).toBe(true);
    expect((await openChecked(directory, { readOnly: true }).then(closed)).damage).toBeNull();
  });

  it('that cannot be read at all is refused with the way out', async () => {
    damage(join(directory, 'project.sqlite'), 0);
    await expect(openChecked(directory, { readOnly: false })).rejects.toMatchObject({
      kind: 'bad-file',
      message: expect.stringMatching(/damaged or not an SQLite file.*There is no backup/s),
    });
  });
});

/** The graph fills the middle of the file; the log lies at its end. */
function middleOf(path: string): number {
  return Math.floor(statSync(path).size / 2 / 4096) * 4096;
}

async function closed<Opened extends { project: { close(): void } }>(opened: Opened): Promise<Opened> {
  opened.project.close();
  return opened;
}

describe('a full disk', () => {
  it('refuses the edit, keeps all others, and goes on when there is room again', async () => {
    const project = await openProject(directory);
    const session = await EditSession.open(project);
    await makeRandomEdits(session, 5, 4);
    const before = session.live.assignment.slice();
    const { revision } = session;
    const pages = project.database.pragma('page_count', { simple: true }) as number;
    project.database.pragma(`max_page_count = ${pages}`);
    const note = { kind: 'fact', supervoxel: 1, key: 'note', value: 'x'.repeat(10_000), place: null } as const;
    // The first ones may still find room in pages that are begun.
    const refused = Array.from({ length: 20 }, () => note).reduce<Promise<unknown>>(
      (last, request) => last.then(() => session.commit(request, session.revision)),
      Promise.resolve(),
    );
    await expect(refused).rejects.toMatchObject({
      kind: 'storage',
      message: expect.stringContaining('Nothing was changed'),
    });
    const kept = session.revision;
    expect(session.live.assignment).toEqual(before);
    expect(kept).toBeGreaterThanOrEqual(revision);

    project.database.pragma('max_page_count = 1000000');
    await session.commit(note, kept);
    await makeRandomEdits(session, 3, 5);
    const after = session.live.assignment.slice();
    await session.close();
    project.close();
    expect(await segmentsAndRevision()).toEqual({ revision: kept + 4, segments: after });
    expect((await verifyProject(directory)).isSound).toBe(true);
  });
});

const STROKE: EditRequest = {
  kind: 'paint',
  stroke: { tool: 'brush', plane: null, points: [[8, 40, 40]], radiusNm: 60 },
  target: 'new',
  over: 'all',
  place: null,
};
/** A chunk of a coarser level; a folder with something in it cannot be replaced by one, whoever asks. */
const obstacle = (): string => join(directory, 'supervoxels.zarr', '1', 'c', '0', '0', '0');
const obstruct = (): void => {
  rmSync(obstacle(), { force: true });
  mkdirSync(join(obstacle(), 'held'), { recursive: true });
};
const clear = (): void => rmSync(obstacle(), { recursive: true });

describe('voxels that find no room', () => {
  const note: EditRequest = { kind: 'fact', supervoxel: 1, key: 'note', value: 'x', place: null };

  it('hold up what comes after them, in words, until they are written: then windows are told', async () => {
    const project = await openProject(directory);
    const events: EditEvent[] = [];
    const session = await EditSession.open(project, { onEdit: (event) => events.push(event) });
    const first = await contentHash(project);
    obstruct();
    await expect(session.commit(STROKE, 1)).rejects.toMatchObject({
      kind: 'storage',
      message: expect.stringMatching(/The edit is kept.*mend the disk/),
    });
    expect(session.revision).toBe(2);
    expect(events).toMatchObject([{ entry: { revision: 2 }, voxels: null }]);
    for (const next of [() => session.commit(note, 2), () => session.undo(2), () => session.prepare(STROKE)])
      await expect(next()).rejects.toMatchObject({
        kind: 'storage',
        message: expect.stringMatching(/^Nothing was changed.*mend the disk/),
      });
    expect(session.revision).toBe(2);

    clear();
    await session.voxelsFollowed();
    expect(events.at(-1)).toMatchObject({ entry: { revision: 2 }, voxels: { min: expect.anything() } });
    await session.commit(note, 2);
    await session.close();
    expect((await verifyProject(directory)).isSound).toBe(true);
    const again = await EditSession.open(project);
    await again.goTo(1, 3);
    await again.close();
    expect(await contentHash(project)).toMatchObject({ labels: first.labels, graph: first.graph });
    project.close();
  });

  it('are written when the project is opened again, which says so while it cannot', async () => {
    const project = await openProject(directory);
    const session = await EditSession.open(project);
    obstruct();
    await expect(session.commit(STROKE, 1)).rejects.toMatchObject({ kind: 'storage' });
    await session.close();
    project.close();
    await expect(openProject(directory)).rejects.toMatchObject({
      kind: 'storage',
      message: expect.stringMatching(/voxels of the last edit .* could not be written.*mend the disk/),
    });
    clear();
    await openProject(directory).then((opened) => opened.close());
    expect(await segmentsAndRevision()).toMatchObject({ revision: 2 });
    expect((await verifyProject(directory)).isSound).toBe(true);
  });
});

describe('a power cut', () => {
  /** What a commit had written of the log when the power went, with or without sectors that never came. */
  const CUTS = 5;

  it.each(['shorter', 'with zeros at its end'])(
    'that leaves the write-ahead log %s leaves the edit or nothing of it',
    async (how) => {
      const project = await openProject(directory);
      const session = await EditSession.open(project);
      await makeRandomEdits(session, 6, 8, { voxels: await readVoxels(directory) });
      const before = { revision: session.revision, segments: session.live.assignment.slice() };
      const kept = join(folder, 'kept');
      rmSync(kept, { recursive: true, force: true });
      cpSync(directory, kept, { recursive: true });
      const start = statSync(join(directory, 'project.sqlite-wal')).size;
      // The voxels come after the log: of those, nothing is on the disk yet.
      obstruct();
      await expect(session.commit(STROKE, session.revision)).rejects.toMatchObject({ kind: 'storage' });
      const log = readFileSync(join(directory, 'project.sqlite-wal'));
      const after = { revision: session.revision, segments: session.live.assignment.slice() };
      await session.close();
      project.close();
      expect(log.length).toBeGreaterThan(start);

      const found = new Set<number>();
      // In the middle of a page, and at last all of it.
      for (let cut = 1; cut <= CUTS; cut++) {
        const length = start + Math.round(((log.length - start) * cut) / CUTS) - (cut < CUTS ? 7 : 0);
        rmSync(directory, { recursive: true });
        cpSync(kept, directory, { recursive: true });
        const left = how === 'shorter' ? log.subarray(0, length) : Buffer.from(log).fill(0, length);
        writeFileSync(join(directory, 'project.sqlite-wal'), left);
        rmSync(join(directory, 'project.sqlite-shm'), { force: true });
        await openProject(directory).then((opened) => opened.close());
        const state = await segmentsAndRevision();
        expect([before, after]).toContainEqual(state);
        expect((await verifyProject(directory)).findings.filter(({ isSound }) => !isSound)).toEqual([]);
        found.add(state.revision);
      }
      expect([...found].sort()).toEqual([before.revision, after.revision]);
    },
  );
});

describe('backups', () => {
  it('are made while the project is edited, and open as what it was', async () => {
    await edit(3, 6, async (session) => {
      const project = await openProject(directory, { readOnly: true });
      const copying = createBackup(project, new Date('2026-11-21T10:00:00Z'));
      await makeRandomEdits(session, 3, 7);
      await copying;
      project.close();
    });
    const [backup] = await listBackups({ backups: join(directory, 'backups') });
    expect(backup).toMatchObject({ createdAt: '2026-11-21T10:00:00.000Z' });
    expect(readdirSync(join(directory, 'backups'))).toEqual([backup.name]);
  });
});
