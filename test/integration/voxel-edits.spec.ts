import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import type { EditRequest } from '../../src-shared/contract/routes/edits.ts';
import { isFascicleError } from '../../src-shared/domain/errors.ts';
import { boxOfShape } from '../../src-shared/domain/geometry.ts';
import type { Zyx } from '../../src-shared/domain/geometry.ts';
import { EditSession } from '../../src-main/engine/editing/editSession.ts';
import { markVoxelsAt } from '../../src-main/engine/editing/voxels/voxelLog.ts';
import { contentHash } from '../../src-main/engine/project/contentHash.ts';
import { openProject } from '../../src-main/engine/project/project.ts';
import type { Project } from '../../src-main/engine/project/project.ts';
import { readEdges, readSupervoxels } from '../../src-main/engine/project/tables.ts';
import { openOmeZarr } from '../../src-main/engine/volumes/zarr/index.ts';
import { openGraphAffinities } from '../../src-main/engine/proofreading/openGraphAffinities.ts';
import { labelStatistics } from '../../src-main/native/labelStatistics.ts';
import { regionGraph } from '../../src-main/native/regionGraph.ts';
import { jsonHere } from '../helpers/fascicle.ts';

const SHAPE: Zyx = [24, 96, 96];

let made: string;
let folder: string;
let project: Project;
let session: EditSession;

beforeAll(async () => {
  made = mkdtempSync(join(tmpdir(), 'fascicle-voxels-'));
  const volume = join(made, 'phantom.h5');
  await jsonHere('phantom', volume, '--shape', SHAPE.join(), '--seed', '5', '--affinities');
  const settings = ['--threshold', '0.9', '--min-size', '0', '--project', join(made, 'p')];
  await jsonHere('segment', `${volume}:/raw`, '--affinities', `${volume}:/affinities`, ...settings);
});
afterAll(() => rmSync(made, { recursive: true }));

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fascicle-voxels-'));
  cpSync(join(made, 'p'), join(folder, 'p'), { recursive: true });
  await open();
});
afterEach(async () => {
  await session.close();
  project.close();
  rmSync(folder, { recursive: true });
});

async function open(): Promise<void> {
  project = await openProject(join(folder, 'p'));
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
    expect((await session.prepare(request)).divides).toEqual([supervoxel]);
    expect(await hash()).toEqual(before);

    const { voxels, tables } = await commit(request);
    expect(tables).toBe(true);
    expect(voxels).not.toBeNull();
    const [labels] = await levels();
    const at = ([z, y, x]: Zyx): number => labels[(z * SHAPE[1] + y) * SHAPE[2] + x];
    expect(session.live.segmentOf(at(a))).not.toBe(session.live.segmentOf(at(b)));
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
    cpSync(join(folder, 'p', 'supervoxels.zarr'), kept, { recursive: true });
    rmSync(join(folder, 'p', 'supervoxels.zarr'), { recursive: true });
    cpSync(join(made, 'p', 'supervoxels.zarr'), join(folder, 'p', 'supervoxels.zarr'), { recursive: true });
    await open();
    markVoxelsAt(project.database, 1);
    await reopen();
    expect(await hash()).toEqual(after);
    await session.undo(session.revision);
    await expectTablesOfVoxels();
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

it('comes back to the first hash when many divisions are undone, and to the last when they are redone', async () => {
  const hashes = [await hash()];
  for (let i = 0; i < 12; i++) {
    const request: EditRequest =
      i % 3 === 2 ? { kind: 'threshold', cut: { threshold: 0.3 + 0.05 * i, minSize: 0 } } : await splitRequest(i * 5);
    const done = await commit(request).catch((error: unknown) => {
      if (!isFascicleError(error, 'bad-request')) throw error;
      return null;
    });
    if (done) hashes.push(await hash());
  }
  expect(hashes.length).toBeGreaterThan(8);
  await expectTablesOfVoxels();
  for (const expected of hashes.slice(0, -1).reverse()) {
    await session.undo(session.revision);
    expect(await hash()).toEqual(expected);
  }
  await reopen();
  await session.goTo(hashes.length, session.revision);
  expect(await hash()).toEqual(hashes.at(-1));
});
