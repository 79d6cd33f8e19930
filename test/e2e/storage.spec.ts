import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { decodeAssignment } from '#contract/assignmentTable.ts';
import type { EditRequestInput } from '#contract/routes/edits.ts';

import { startTestEngine } from '../helpers/engine.ts';
import { jsonHere, PROGRAM, run, runJson, start } from '../helpers/fascicle.ts';
import { filesIn, temporaryFolder } from '../helpers/folders.ts';

/** A disk that is full: a message and exit code 6, everything that was finished is kept, and more room is all it takes. */

const folder = temporaryFolder();
const phantom = join(folder, 'phantom.h5');
const disk = join(folder, 'disk');
const elsewhere = join(folder, 'elsewhere');

const segment = (project: string) => [
  ...['segment', `${phantom}:/raw`, '--affinities', `${phantom}:/affinities`, '--project', project],
  ...['--block', '64', '--threads', '1'],
];
const shell = (command: string, ...args: string[]) => spawnSync(command, args, { encoding: 'utf8' }).status === 0;

mkdirSync(disk);
// A small disk of its own needs root on Linux; without it, the limit on the size of files below stands for a full disk.
const canMount = process.platform === 'linux' && shell('mount', '-t', 'tmpfs', '-o', 'size=500k', 'tmpfs', disk);
const canLimit = process.platform !== 'win32';

let reference: { all: string };

beforeAll(async () => {
  await runJson('phantom', phantom, '--shape', '40,130,150', '--seed', '3', '--affinities');
  await runJson(...segment(elsewhere));
  reference = await runJson('hash', elsewhere);
});

afterAll(() => {
  if (canMount) shell('umount', disk);
});

describe.skipIf(!canMount)('a full disk (needs root on Linux, to mount a small one)', () => {
  it('stops a segmentation with a message; with more room the same command goes on to the same bytes', async () => {
    const project = join(disk, 'project');
    const { code, stdout, stderr } = await run(...segment(project));
    expect(stderr).toMatch(/disk is full.*free some space/);
    expect(stderr).not.toMatch(/\n\s+at |defect of the program/);
    expect({ code, stdout }).toEqual({ code: 6, stdout: '' });

    // It opens, and says what it is.
    expect((await run('hash', project)).stderr).toMatch(/holds no segmentation yet/);
    expect(shell('mount', '-o', 'remount,size=20m', disk)).toBe(true);
    await runJson(...segment(project));
    expect(await runJson('hash', project)).toEqual(reference);
    expect(filesIn(project).filter((file) => /partial|work|abandoned/.test(file))).toEqual([]);
  });

  it('stops an export, a phantom and a watershed, and leaves nothing of them', async () => {
    for (const extension of ['h5', 'zarr', 'tif']) {
      expect(shell('mount', '-o', 'remount,size=20m', disk)).toBe(true);
      const full = join(disk, 'ballast');
      expect(shell('sh', '-c', `head -c 30000000 /dev/zero > ${full}`)).toBe(false);
      const out = join(disk, `labels.${extension}`);
      const { code, stderr } = await run('export', elsewhere, '--labels', out);
      expect(stderr).toMatch(/labels\.\w+.*(disk is full|has space|Free some space)/s);
      expect(code).toBe(6);
      expect(filesIn(disk).filter((file) => file.includes('labels'))).toEqual([]);
    }
    const painted = await run('phantom', join(disk, 'phantom.h5'), '--shape', '40,130,150', '--seed', '3');
    expect(painted.code).toBe(6);
    const shed = await run('watershed', `${phantom}:/affinities`, join(disk, 'fragments.h5'));
    expect(shed.code).toBe(6);
    // The work folder stays: with more room the same command goes on from it.
    expect(filesIn(disk).filter((file) => /^(phantom|fragments)\.h5(\.partial)?$/.test(file))).toEqual([]);
  });
});

describe.skipIf(!canMount)('proofreading on a full disk (needs root on Linux, to mount a small one)', () => {
  it('refuses edits in words, changes nothing, and goes on where it was when there is room', async () => {
    expect(shell('mount', '-o', 'remount,size=20m', disk)).toBe(true);
    for (const file of readdirSync(disk)) rmSync(join(disk, file), { recursive: true });
    const directory = join(disk, 'edited');
    cpSync(elsewhere, directory, { recursive: true });
    const { client } = await startTestEngine(join(folder, 'user'));
    const { id: project } = await client.projects.open({ body: { directory } });
    const params = { project };
    const state = async () => ({
      revision: (await client.edits.history({ params })).revision,
      segments: decodeAssignment(await client.segments.assignment({ params })).assignment,
    });
    const before = await state();
    const { revision: expected } = before;
    const note = { kind: 'fact', supervoxel: 1, key: 'note', value: 'x'.repeat(9000) } as const;
    const paint: EditRequestInput = {
      kind: 'paint',
      stroke: { tool: 'brush', plane: null, points: [[20, 60, 60]], radiusNm: 60 },
      target: 'new',
      over: 'all',
    };

    expect(shell('sh', '-c', `head -c 30000000 /dev/zero > ${join(disk, 'ballast')}`)).toBe(false);
    for (const edit of [note, paint]) {
      const refused = client.edits.commit({ params, body: { expected, edit } });
      await expect(refused).rejects.toMatchObject({
        kind: 'storage',
        message: expect.stringMatching(/disk.* is full.*[Ff]ree some space.*Nothing was changed/s),
      });
    }
    expect(await state()).toEqual(before);
    // Looking and asking what an edit would do need no room.
    expect((await client.edits.propose({ params, body: paint })).summary).toMatch(/^New object/);

    rmSync(join(disk, 'ballast'));
    await client.edits.commit({ params, body: { expected, edit: note } });
    const { revision } = await client.edits.commit({ params, body: { expected: expected + 1, edit: paint } });
    await client.edits.undo({ params, body: { expected: revision } });
    await client.projects.close({ params });
    expect(await jsonHere('verify', directory)).toMatchObject({ isSound: true });
  });
});

describe.skipIf(!canLimit)('a limit on the size of files', () => {
  it('stops a segmentation with a message, and without it the same command goes on to the same bytes', async () => {
    const project = join(folder, 'limited');
    const limited = start(['sh', '-c', 'ulimit -f 150; exec "$@"', 'sh', ...PROGRAM, ...segment(project)]);
    const { code, stderr } = await limited.outcome;
    expect(stderr).toMatch(/Writing .*work.*(larger than the file system or the limit|disk is full)/);
    expect(code).toBe(6);
    await runJson(...segment(project));
    expect(await runJson('hash', project)).toEqual(reference);
  });

  it('stops an export midway: what was to be replaced is as it was, and nothing is left of the new', async () => {
    const out = join(folder, 'limited-exports');
    mkdirSync(out);
    const labels = join(out, 'labels.nrrd');
    await runJson('export', elsewhere, '--labels', labels);
    const before = readFileSync(labels);
    const again = ['export', elsewhere, '--labels', labels, '--type', 'uint64', '--overwrite'];
    const { code, stderr } = await start(['sh', '-c', 'ulimit -f 8; exec "$@"', 'sh', ...PROGRAM, ...again]).outcome;
    expect(stderr).toMatch(/(larger than the file system or the limit|disk is full)/);
    expect(stderr).not.toMatch(/\n\s+at |defect of the program/);
    expect(code).toBe(6);
    expect(filesIn(out)).toEqual(['labels.nrrd']);
    expect(readFileSync(labels).equals(before)).toBe(true);
    expect(existsSync(join(elsewhere, 'snapshots'))).toBe(false);
  });
});
