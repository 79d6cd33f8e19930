import { rmSync } from 'node:fs';
import { join } from 'node:path';

import { beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { NO_DECISIONS } from '#domain/editChange.ts';
import { boxOfShape } from '#domain/geometry.ts';
import { foldChanges, pairOf } from '#domain/editState.ts';
import { RANDOM_KINDS } from '#engine/bench/randomEdit.ts';
import { EditSession } from '#engine/editing/editSession.ts';
import { currentAssignment } from '#engine/project/assignment.ts';
import { changesTo, readEditLog } from '#engine/project/editLog.ts';
import { openProject } from '#engine/project/project.ts';
import { readSupervoxelRow } from '#engine/project/tableChange.ts';
import { overlapsOf } from '#engine/replay/overlaps.ts';
import { reanchorProject } from '#engine/replay/reanchorProject.ts';
import { createDecisionTranslator } from '#engine/replay/translateDecisions.ts';
import { verifyProject } from '#engine/safety/verifyProject.ts';
import { openVolume } from '#volumes/openVolume.ts';

import { jsonHere, runHere } from '../helpers/fascicle.ts';
import { makePhantomProject, phantomPerTest } from '../helpers/phantomProject.ts';
import { makeRandomEdits } from '../helpers/randomEdits.ts';
import { readVoxels } from '../helpers/randomVoxelEdits.ts';

const { directory, folder, made, volume } = phantomPerTest();
const onto = join(folder, 'onto');
const coarse = join(folder, 'coarse');

beforeAll(async () => {
  // The same volume with another watershed and another threshold: larger supervoxels.
  const fragments = join(folder, 'fragments.h5');
  const affinities = `${volume}:/affinities`;
  await jsonHere('watershed', affinities, fragments, '--size-threshold', '200', '--merge-low', '0.05');
  const sources = ['--affinities', affinities, '--raw', `${volume}:/raw`];
  await jsonHere('graph', `${fragments}:/labels`, ...sources, '--threshold', '0.8', '--project', coarse);
});
beforeEach(() => rmSync(onto, { recursive: true, force: true }));

async function edit(count: number, seed: number, options: Parameters<typeof makeRandomEdits>[3] = {}): Promise<void> {
  const project = await openProject(directory);
  const session = await EditSession.open(project);
  await makeRandomEdits(session, count, seed, options);
  await session.close();
  project.close();
}

async function stateOf(path: string) {
  const project = await openProject(path, { readOnly: true });
  const state = foldChanges(changesTo(readEditLog(project.database)));
  const segments = await currentAssignment(project);
  project.close();
  return { state, segments };
}

describe('onto the same segmentation', () => {
  it('gives the same segments, notes and cut', async () => {
    await edit(40, 31);
    const report = await reanchorProject(directory, made, { out: onto });
    expect(report).toMatchObject({ edits: 40, divided: 0, lost: [] });
    // Some of them take away what was not there, and change nothing.
    expect(report.carried).toBeGreaterThan(30);
    const [before, after] = [await stateOf(directory), await stateOf(onto)];
    expect(after.segments).toEqual(before.segments);
    expect(after.state).toEqual(before.state);
  });

  it('divides the supervoxels again that were divided', async () => {
    await edit(25, 32, { voxels: await readVoxels(directory), kinds: ['split', 'merge', 'keep'] });
    const report = await reanchorProject(directory, made, { out: onto });
    expect(report.divided).toBeGreaterThan(0);
    expect((await verifyProject(onto)).findings.filter(({ isSound }) => !isSound)).toEqual([]);
  });
});

describe('painted voxels', () => {
  /** Where people paint here: a new object, more of it, a hole, and a stroke that is taken back. */
  async function paint(): Promise<number> {
    const project = await openProject(directory);
    const session = await EditSession.open(project);
    const stroke = (z: number, y: number, x: number, radiusNm = 40) =>
      ({ tool: 'brush', plane: null, points: [[z, y, x]], radiusNm }) as const;
    const commit = (target: number | 'new' | 'none', at: ReturnType<typeof stroke>) =>
      session.commit({ kind: 'paint', stroke: at, target, over: 'all', place: null }, session.revision);
    const made = session.live.assignment.length;
    await commit('new', stroke(10, 40, 40));
    await commit(made, stroke(12, 46, 44));
    await commit('none', stroke(20, 80, 80));
    await commit(made, stroke(25, 100, 20));
    await session.revert(session.revision, session.revision);
    await session.commit(
      { kind: 'fact', supervoxel: made, key: 'name', value: 'painted', place: null },
      session.revision,
    );
    await session.close();
    project.close();
    return made;
  }
  const labelsOf = async (path: string): Promise<Uint32Array> => {
    const volume = await openVolume(join(path, 'supervoxels.zarr'), { role: 'labels' });
    const labels = (await volume.read(boxOfShape(volume.info.shape))) as Uint32Array;
    await volume.close();
    return labels;
  };

  it('are the same on the same segmentation', async () => {
    await paint();
    const report = await reanchorProject(directory, made, { out: onto });
    expect(report).toMatchObject({ edits: 6, carried: 4, held: 2, lost: [] });
    expect(await labelsOf(onto)).toEqual(await labelsOf(directory));
    expect((await verifyProject(onto)).findings.filter(({ isSound }) => !isSound)).toEqual([]);
  });

  it('are an object, and a hole, of the same shape on another one, with what was written about it', async () => {
    const id = await paint();
    const report = await reanchorProject(directory, coarse, { out: onto });
    expect(report).toMatchObject({ edits: 6, carried: 4, lost: [] });
    const [ours, theirs] = [await labelsOf(directory), await labelsOf(onto)];
    const there = theirs[ours.indexOf(id)];
    expect(theirs.every((label, i) => (label === there) === (ours[i] === id))).toBe(true);
    expect(theirs.every((label, i) => ours[i] !== 0 || label === 0)).toBe(true);
    const { state } = await stateOf(onto);
    expect(state.facts.name.get(there)).toBe('painted');
    expect((await verifyProject(onto)).findings.filter(({ isSound }) => !isSound)).toEqual([]);
  });
});

describe('onto another segmentation of the volume', () => {
  it('keeps together and apart what people decided, and lists what it cannot', async () => {
    await edit(40, 33, { kinds: RANDOM_KINDS.filter((kind) => kind !== 'threshold') });
    const report = await reanchorProject(directory, coarse, { out: onto });
    expect(report.carried).toBeGreaterThan(20);
    const lost = new Set(report.lost.map(({ revision }) => revision));
    const { segments } = await stateOf(onto);

    const [from, target] = [
      await openProject(directory, { readOnly: true }),
      await openProject(onto, { readOnly: true }),
    ];
    const log = readEditLog(from.database);
    const kept = log.entries.filter((entry) => entry.type === 'edit' && !lost.has(entry.revision));
    const { must, cannot } = foldChanges(kept.flatMap((entry) => (entry.type === 'edit' ? [entry.change] : [])));
    const pairs = { must: [...must.keys()].map(pairOf), cannot: [...cannot.keys()].map(pairOf) };
    const rows = [...new Set(Object.values(pairs).flat(2))].map((id) => readSupervoxelRow(from.database, id));
    const translator = createDecisionTranslator(await overlapsOf(from, target, rows), () => null);
    const { decisions } = translator.translate({ ...NO_DECISIONS, addMust: pairs.must, addCannot: pairs.cannot });
    from.close();
    target.close();
    expect(decisions.addMust.length).toBeGreaterThan(5);
    expect(decisions.addCannot.length).toBeGreaterThan(5);
    for (const [u, v] of decisions.addMust) expect(segments[u]).toBe(segments[v]);
    for (const [u, v] of decisions.addCannot) expect(segments[u]).not.toBe(segments[v]);
  });

  it('is told in words', async () => {
    await edit(6, 34);
    const { code, stdout } = await runHere('reanchor', directory, '--onto', coarse, '--out', onto);
    expect(code).toBe(0);
    expect(stdout).toMatch(/onto: \d of 6 edits made, \d hold in it already/);
  });
});

it('refuses a project of another volume and changes nothing', async () => {
  const other = join(folder, 'other');
  const volume = join(folder, 'other.h5');
  await jsonHere('phantom', volume, '--shape', '32,128,128', '--seed', '4', '--affinities');
  await makePhantomProject(folder, 'other', { volume });
  const { code, stderr } = await runHere('reanchor', directory, '--onto', other);
  expect(stderr).toMatch(/not segmentations of the same region of one volume/);
  expect(code).toBe(5);
});
