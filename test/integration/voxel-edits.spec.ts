import { spawnSync } from 'node:child_process';
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { EditRequest } from '#contract/routes/edits.ts';
import { decodeVoxelPatches, encodeVoxelPatches, KEEP } from '#contract/voxelPatches.ts';
import { isFascicleError } from '#domain/errors.ts';
import { boxOfShape, boxShape, mapZyx } from '#domain/geometry.ts';
import type { Zyx } from '#domain/geometry.ts';
import { EditSession } from '#engine/editing/editSession.ts';
import { markVoxelsAt } from '#engine/editing/voxels/voxelLog.ts';
import { contentHash } from '#engine/project/contentHash.ts';
import { openProject } from '#engine/project/project.ts';
import type { Project } from '#engine/project/project.ts';
import { readSupervoxelRow } from '#engine/project/tableChange.ts';
import { readEdges, readSupervoxels } from '#engine/project/tables.ts';
import { openOmeZarr } from '#volumes/zarr/index.ts';
import { openGraphAffinities } from '#engine/proofreading/openGraphAffinities.ts';
import { labelStatistics } from '#native/labelStatistics.ts';
import { regionGraph } from '#native/regionGraph.ts';

import { phantomPerTest } from '../helpers/phantomProject.ts';

const SHAPE: Zyx = [24, 96, 96];

const { directory, folder, made: original } = phantomPerTest({ seed: 5, shape: SHAPE.join() });
let project: Project;
let session: EditSession;

beforeEach(open);
afterEach(async () => {
  await session.close();
  project.close();
});

async function open(): Promise<void> {
  project = await openProject(directory);
  session = await EditSession.open(project);
}

async function reopen(): Promise<void> {
  await session.close();
  project.close();
  await open();
}

async function levels(): Promise<Uint32Array[]> {
  const store = await openOmeZarr(project.paths.supervoxels);
  try {
    return await Promise.all(
      store.levels.map(({ shape }, level) => store.read(boxOfShape(shape), { level }) as Promise<Uint32Array>),
    );
  } finally {
    await store.close();
  }
}

/** Makes the coarser levels of the whole volume anew. */
async function rebuildLevels(): Promise<void> {
  const store = await openOmeZarr(project.paths.supervoxels);
  await store.buildLevels();
  await store.close();
}

const hash = async () => {
  const { labels, graph } = await contentHash(project);
  return { labels, graph };
};
const commit = (request: EditRequest) => session.commit(request, session.revision);

/** Two voxels of the `at`-th supervoxel that is large, far apart, as seeds of two sides. */
async function sharedSeeds(at: number): Promise<Extract<EditRequest, { kind: 'split' }>['seeds']> {
  const [labels] = await levels();
  const { sizes } = readSupervoxels(project.database);
  const large = [...sizes.keys()].filter((row) => sizes[row] > 400).map((row) => row + 1);
  const supervoxel = large[at % large.length];
  const voxels: Zyx[] = [];
  labels.forEach((label, i) => {
    const line = Math.floor(i / SHAPE[2]);
    if (label === supervoxel) voxels.push([Math.floor(line / SHAPE[1]), line % SHAPE[1], i % SHAPE[2]]);
  });
  return [
    { side: 0, supervoxel, voxel: voxels[0] },
    { side: 1, supervoxel, voxel: voxels[voxels.length - 1] },
  ];
}

const splitRequest = async (at: number): Promise<Extract<EditRequest, { kind: 'split' }>> => ({
  kind: 'split',
  seeds: await sharedSeeds(at),
  alternative: 0,
  place: null,
});

/** The tables are those that the voxels on disk give, counted anew. */
async function expectTablesOfVoxels(): Promise<void> {
  const [labels] = await levels();
  const supervoxels = readSupervoxels(project.database);
  const found = await labelStatistics(labels, SHAPE, supervoxels.count + 1);
  for (let id = 1; id <= supervoxels.count; id++) {
    const size = Number(found.voxels[id]);
    expect(supervoxels.sizes[id - 1]).toBe(size);
    if (size === 0) continue;
    const box = [...supervoxels.boxMin.slice(3 * id - 3, 3 * id), ...supervoxels.boxMax.slice(3 * id - 3, 3 * id)];
    expect(box).toEqual([...found.boxes.slice(6 * id, 6 * id + 6)]);
    for (let axis = 0; axis < 3; axis++)
      expect(supervoxels.centroids[3 * id - 3 + axis]).toBeCloseTo(
        Number(found.coordinateSums[3 * id + axis]) / size,
        9,
      );
  }
  const sources = await openGraphAffinities(project);
  const expected = await regionGraph(labels, await sources.affinities(boxOfShape(SHAPE)), SHAPE);
  await sources.close();
  const edges = readEdges(project.database, SHAPE);
  for (const column of ['u', 'v', 'affinitySum', 'contactArea', 'affinityMax', 'contactVoxel'] as const)
    expect(edges[column]).toEqual(expected[column]);
}

describe('a split between seeds in one supervoxel', () => {
  it('is proposed without a change, and parts the two in one edit with its voxels, tables and coarser levels', async () => {
    const before = await hash();
    const request = await splitRequest(0);
    const [{ supervoxel, voxel: a }, { voxel: b }] = request.seeds;
    const proposed = await session.prepare(request);
    expect(proposed.divides).toEqual([supervoxel]);
    expect(await session.prepare(request)).toEqual(proposed);
    expect(await hash()).toEqual(before);

    const { voxels, tables } = await commit(request);
    expect(tables).toBe(true);
    expect(voxels).not.toBeNull();
    const [labels] = await levels();
    const at = ([z, y, x]: Zyx): number => labels[(z * SHAPE[1] + y) * SHAPE[2] + x];
    expect(session.live.segmentOf(at(a))).not.toBe(session.live.segmentOf(at(b)));
    const [{ window, labels: parts }] = decodeVoxelPatches(encodeVoxelPatches(proposed.voxels));
    const [, rows, columns] = boxShape(window);
    parts.forEach((part, i) => {
      const line = Math.floor(i / columns);
      const place: Zyx = [Math.floor(line / rows), line % rows, i % columns];
      if (part !== KEEP) expect(at(mapZyx((axis) => window.min[axis] + place[axis]))).toBe(part);
    });
    await expectTablesOfVoxels();
    const changed = await levels();
    await rebuildLevels();
    expect(changed).toEqual(await levels());

    const after = await hash();
    await reopen();
    expect(await hash()).toEqual(after);
    await session.undo(session.revision);
    expect(await hash()).toEqual(before);
    await reopen();
    expect(await hash()).toEqual(before);
    await session.redo(session.revision);
    expect(await hash()).toEqual(after);
  });

  it('does not give the ids of an edit that was taken back to another one', async () => {
    await commit(await splitRequest(0));
    const last = session.live.assignment.length - 1;
    await session.undo(session.revision);
    await reopen();
    await commit(await splitRequest(1));
    expect(session.live.assignment[last]).toBe(0);
    expect(readSupervoxels(project.database).sizes[last - 1]).toBe(0);
    expect(session.live.assignment.length).toBeGreaterThan(last + 1);
    await expectTablesOfVoxels();
    // Another branch, and back.
    const here = { head: session.log.tree.head, ...(await hash()) };
    await session.goTo(2, session.revision);
    await expectTablesOfVoxels();
    await session.goTo(here.head, session.revision);
    expect(await hash()).toEqual({ labels: here.labels, graph: here.graph });
  });

  it('reaches the voxels when the program ended right after the edit was durable', async () => {
    await commit(await splitRequest(0));
    const after = await hash();
    const kept = join(folder, 'kept');
    await session.close();
    project.close();
    // As it was before the voxels were written, or while they were: steps name the labels themselves.
    cpSync(join(directory, 'supervoxels.zarr'), kept, { recursive: true });
    rmSync(join(directory, 'supervoxels.zarr'), { recursive: true });
    cpSync(join(original, 'supervoxels.zarr'), join(directory, 'supervoxels.zarr'), { recursive: true });
    await open();
    markVoxelsAt(project.database, 1);
    await reopen();
    expect(await hash()).toEqual(after);
    await session.undo(session.revision);
    await expectTablesOfVoxels();
  });

  it('is whole after the program ended with all of its chunks written, before that was noted', async () => {
    await commit(await splitRequest(0));
    const after = await hash();
    markVoxelsAt(project.database, 1);
    await reopen();
    expect(await hash()).toEqual(after);
    await session.undo(session.revision);
    await expectTablesOfVoxels();
  });

  it('that is not in the volume yet is refused for reading only, with the way out', async () => {
    await commit(await splitRequest(0));
    markVoxelsAt(project.database, 1);
    const look = () => openProject(directory, { readOnly: true });
    await expect(look()).rejects.toMatchObject({ kind: 'conflict', message: expect.stringMatching(/is writing them/) });
    await session.close();
    project.close();
    await expect(look()).rejects.toMatchObject({
      kind: 'conflict',
      message: expect.stringMatching(/Open the project once as usual.*copy its folder/),
    });
    await open();
    (await look()).close();
  });

  // One chunk of the volume, and one of the level above it.
  it.each([0, 1])('is whole after the program was killed with %i of its chunks written', async (renames) => {
    const request = await splitRequest(0);
    const { revision } = session;
    await session.close();
    project.close();
    const expected = join(folder, `expected-${renames}`);
    cpSync(directory, expected, { recursive: true });
    const script = join(import.meta.dirname, '..', 'fixtures', 'killedEdit.ts');
    const end = spawnSync(process.execPath, [script, directory, String(renames), JSON.stringify(request)]);
    expect(end.signal).toBe('SIGKILL');
    await open();
    expect(session.revision).toBe(revision + 1);
    await expectTablesOfVoxels();
    const changed = await levels();
    await rebuildLevels();
    expect(changed).toEqual(await levels());
    const after = await hash();
    const whole = await openProject(expected);
    const other = await EditSession.open(whole);
    await other.commit(request, other.revision);
    const { labels, graph } = await contentHash(whole);
    await other.close();
    whole.close();
    expect(after).toEqual({ labels, graph });
  });

  it('is taken back alone where later ones lie elsewhere, and not while one stands on it', async () => {
    const start = await hash();
    await commit(await splitRequest(0));
    const first = session.revision;
    await commit(await splitRequest(0));
    await expect(session.revert(first, session.revision)).rejects.toMatchObject({ kind: 'conflict' });
    await session.undo(session.revision);
    await commit({ kind: 'threshold', cut: { threshold: 0.5, minSize: 0 } });
    const { voxels } = await session.revert(first, session.revision);
    expect(voxels).not.toBeNull();
    await expectTablesOfVoxels();
    expect((await hash()).graph).toEqual(start.graph);
    await reopen();
    await session.undo(session.revision);
    await expectTablesOfVoxels();
  });
});

const paint = (request: Omit<Extract<EditRequest, { kind: 'paint' }>, 'kind' | 'place'>): EditRequest => ({
  kind: 'paint',
  place: null,
  ...request,
});
const brush = (points: readonly Zyx[], radiusNm: number, plane: 'xy' | 'xz' | 'yz' | null) =>
  ({ tool: 'brush', points, radiusNm, plane }) as const;
const labelAt = async ([z, y, x]: Zyx): Promise<number> => (await levels())[0][(z * SHAPE[1] + y) * SHAPE[2] + x];

describe('a stroke', () => {
  it('of a new object has an id, a size and contacts of its own; undo gives every voxel back', async () => {
    const before = await hash();
    const stroke = brush(
      [
        [12.5, 40, 40],
        [12.5, 50, 60],
      ],
      40,
      'xy',
    );
    const { entry, voxels } = await commit(paint({ stroke, target: 'new', over: 'all' }));
    expect(entry).toMatchObject({ type: 'edit', kind: 'paint' });
    expect(voxels).not.toBeNull();
    const made = session.live.assignment.length - 1;
    expect(await labelAt([12, 40, 40])).toBe(made);
    expect(await labelAt([11, 40, 40])).not.toBe(made);
    expect(session.live.segmentOf(made)).toBe(made);
    await expectTablesOfVoxels();
    const after = await hash();
    await session.undo(session.revision);
    expect(await hash()).toEqual(before);
    await session.redo(session.revision);
    expect(await hash()).toEqual(after);
    await reopen();
    expect(await hash()).toEqual(after);
  });

  it('takes only what it may: nothing but background, or voxels of one object', async () => {
    await commit(paint({ stroke: brush([[5, 20, 20]], 60, null), target: 'none', over: 'all' }));
    const other = await labelAt([12, 48, 48]);
    const [labels] = await levels();
    const target = labels.find((label) => label !== 0 && label !== other)!;
    await commit(
      paint({
        stroke: brush(
          [
            [5, 20, 20],
            [12, 48, 48],
          ],
          70,
          null,
        ),
        target,
        over: 'background',
      }),
    );
    expect(await labelAt([5, 20, 20])).toBe(target);
    expect(await labelAt([12, 48, 48])).toBe(other);
    await expectTablesOfVoxels();
    await commit(paint({ stroke: brush([[12, 48, 48]], 50, 'xz'), target, over: { object: other } }));
    expect(await labelAt([12, 48, 48])).toBe(target);
    await expectTablesOfVoxels();
  });

  it('over a whole supervoxel lets it go, with what it joined still joined', async () => {
    const { sizes } = readSupervoxels(project.database);
    const small = [...sizes.keys()].sort((a, b) => sizes[a] - sizes[b]).map((row) => row + 1);
    const joined = small.find(
      (id) => session.live.stepsOf(id).steps.length > 1 && session.live.members(session.live.segmentOf(id)).length > 2,
    );
    const gone = joined ?? small.find((id) => session.live.stepsOf(id).steps.length > 0)!;
    const others = [...session.live.members(session.live.segmentOf(gone))].filter((id) => id !== gone);
    await commit({ kind: 'fact', supervoxel: gone, key: 'name', value: 'axon', place: null });
    const before = await hash();
    const { boxMin, boxMax } = readSupervoxelRow(project.database, gone);
    const first = session.revision;
    const [labels] = await levels();
    for (let i = labels.indexOf(gone); i >= 0; i = (await levels())[0].indexOf(gone)) {
      const line = Math.floor(i / SHAPE[2]);
      const voxel: Zyx = [Math.floor(line / SHAPE[1]), line % SHAPE[1], i % SHAPE[2]];
      const stroke = { tool: 'fill', voxel, plane: null, box: { min: boxMin, max: boxMax } } as const;
      await commit(paint({ stroke, target: 'none', over: 'all' }));
    }
    expect(session.live.assignment[gone]).toBe(0);
    expect(new Set(others.map((id) => session.live.segmentOf(id))).size).toBe(others.length > 0 ? 1 : 0);
    await expectTablesOfVoxels();
    const segments = [...session.live.assignment];
    await reopen();
    expect([...session.live.assignment]).toEqual(segments);
    await commit({ kind: 'threshold', cut: { threshold: 0.4, minSize: 0 } });
    const after = [...session.live.assignment];
    await reopen();
    expect([...session.live.assignment]).toEqual(after);
    await session.goTo(first, session.revision);
    expect(await hash()).toEqual(before);
    expect(session.state.facts.name.get(gone)).toBe('axon');
  });

  it('between two painted slices goes over from one outline into the other', async () => {
    await commit(paint({ stroke: brush([[4.5, 30, 30]], 50, 'xy'), target: 'new', over: 'all' }));
    const target = session.live.assignment.length - 1;
    await commit(paint({ stroke: brush([[10.5, 30, 60]], 90, 'xy'), target, over: 'all' }));
    await commit(paint({ stroke: { tool: 'interpolate', plane: 'xy', slices: [10, 4] }, target, over: 'all' }));
    const [labels] = await levels();
    const sizeIn = (z: number): number =>
      labels.subarray(z * SHAPE[1] * SHAPE[2], (z + 1) * SHAPE[1] * SHAPE[2]).filter((label) => label === target)
        .length;
    const sizes = [4, 5, 6, 7, 8, 9, 10].map(sizeIn);
    expect([...sizes].sort((a, b) => a - b)).toEqual(sizes);
    expect(await labelAt([7, 30, 45])).toBe(target);
    await expectTablesOfVoxels();
  });

  it('that is too large, outside, or changes nothing is refused and changes nothing', async () => {
    const before = await hash();
    const refused = async (
      stroke: Extract<EditRequest, { kind: 'paint' }>['stroke'],
      target: 'new' | 'none' | number,
    ) => expect(commit(paint({ stroke, target, over: 'all' }))).rejects.toMatchObject({ kind: 'bad-request' });
    await refused(brush([[500, 500, 500]], 50, null), 'new');
    await refused({ tool: 'fill', voxel: [-1, 0, 0], plane: null, box: null }, 'new');
    await refused(brush([[5, 5, 5]], 10, null), await labelAt([5, 5, 5]));
    await refused(brush([[5, 5, 5]], 10, null), 4_000_000);
    await refused({ tool: 'interpolate', plane: 'xy', slices: [3, 4] }, await labelAt([5, 5, 5]));
    expect(await hash()).toEqual(before);
    expect(session.revision).toBe(1);
  });
});

it('comes back to the first hash when many divisions and strokes are undone, and to the last when they are redone', async () => {
  const hashes = [await hash()];
  const point = (i: number, by: number): Zyx => [
    (i * 7 + by) % SHAPE[0],
    (i * 31 + by) % SHAPE[1],
    (i * 53 + 3 * by) % SHAPE[2],
  ];
  const requestOf = async (i: number): Promise<EditRequest> => {
    const target = await labelAt(point(i, 11));
    switch (i % 6) {
      case 0:
        return splitRequest(i * 5);
      case 1:
        return paint({ stroke: brush([point(i, 0), point(i, 9)], 30 + i, null), target: target || 'new', over: 'all' });
      case 2:
        return { kind: 'threshold', cut: { threshold: 0.3 + 0.02 * i, minSize: 0 } };
      case 3:
        return paint({ stroke: brush([point(i, 0), point(i, 30)], 60, 'yz'), target: 'none', over: 'all' });
      case 4:
        return paint({
          stroke: { tool: 'lasso', plane: 'xz', points: [point(i, 0), point(i, 20), point(i, 40)] },
          target: 'new',
          over: 'all',
        });
      default:
        return paint({
          stroke: { tool: 'fill', plane: null, voxel: point(i, 11), box: null },
          target: i % 2 ? 'none' : 'new',
          over: 'all',
        });
    }
  };
  for (let i = 0; i < 24; i++) {
    const done = await commit(await requestOf(i)).catch((error: unknown) => {
      if (!isFascicleError(error, 'bad-request')) throw error;
      return null;
    });
    if (!done) continue;
    hashes.push(await hash());
    if (i % 6 === 5) await expectTablesOfVoxels();
  }
  expect(hashes.length).toBeGreaterThan(15);
  for (const expected of hashes.slice(0, -1).reverse()) {
    await session.undo(session.revision);
    expect(await hash()).toEqual(expected);
  }
  await reopen();
  await session.goTo(hashes.length, session.revision);
  expect(await hash()).toEqual(hashes.at(-1));
});
