import { beforeAll, expect, it } from 'vitest';

import { decodeAssignment } from '#contract/assignmentTable.ts';
import { decodeSupervoxels } from '#contract/supervoxelBytes.ts';
import type { Client } from '#contract/client.ts';

import { startTestEngine } from '../helpers/engine.ts';
import type { TestEngine } from '../helpers/engine.ts';
import { temporaryFolder } from '../helpers/folders.ts';
import { makePhantomProject } from '../helpers/phantomProject.ts';

const folder = temporaryFolder();
let directory: string;
let server: TestEngine;
let client: Client;
let project: string;

beforeAll(async () => {
  directory = (await makePhantomProject(folder, 'p')).project;
  server = await startTestEngine(folder);
  ({ client } = server);
  project = (await client.projects.open({ body: { directory } })).id;
});

const params = () => ({ project });
const assignment = async () => decodeAssignment(await client.segments.assignment({ params: params() }));

/** Two supervoxels of different objects that touch. */
async function touching(): Promise<[number, number]> {
  const { assignment: segmentOf } = await assignment();
  for (let id = 1; id < segmentOf.length; id++) {
    const { neighbours } = await client.segments.neighbours({ params: { project, segment: segmentOf[id] } });
    if (neighbours.length > 0) return [segmentOf[id], neighbours[0].segment];
  }
  throw new Error('Nothing touches.');
}

it('proposes a merge with its numbers, makes it, and takes it back, telling every window', async () => {
  const before = await assignment();
  const [a, b] = await touching();
  const edit = { kind: 'merge' as const, supervoxels: [a, b] };
  const proposal = await client.edits.propose({ params: params(), body: edit });
  expect(proposal).toMatchObject({ revision: before.revision, summary: `Merge ${a} + ${b}`, absorbed: 1 });
  expect(proposal.gained.supervoxels).toBeGreaterThan(0);
  expect((await assignment()).assignment).toEqual(before.assignment);

  const events = server.engine.events.subscribe(null);
  await events.next();
  const committed = await client.edits.commit({ params: params(), body: { expected: before.revision, edit } });
  expect(await events.next()).toMatchObject({
    type: 'assignment',
    project,
    changed: proposal.delta,
    head: committed.head,
  });
  events.end();
  expect(committed.delta).toEqual(proposal.delta);
  const merged = await assignment();
  expect(merged.revision).toBe(before.revision + 1);
  expect(merged.assignment[a]).toBe(merged.assignment[b]);

  const undone = await client.edits.undo({ params: params(), body: { expected: committed.revision } });
  expect((await assignment()).assignment).toEqual(before.assignment);
  const history = await client.edits.history({ params: params() });
  expect(history).toMatchObject({ revision: undone.revision, redoTarget: committed.revision });
  expect(history.entries.at(-2)?.summary).toBe(proposal.summary);
  expect((await client.projects.get({ params: params() })).revision).toBe(undone.revision);
});

it('refuses an edit of a window that has not seen the last one, and says so', async () => {
  const [a, b] = await touching();
  const edit = { kind: 'merge' as const, supervoxels: [a, b] };
  const call = client.edits.commit({ params: params(), body: { expected: 0, edit } });
  await expect(call).rejects.toMatchObject({ kind: 'conflict', status: 409 });
});

it('shows another threshold without going there, and the curve that leads to it', async () => {
  const before = await assignment();
  const preview = decodeAssignment(await client.edits.assignmentAtCut({ params: params(), query: { threshold: 0.1 } }));
  const { points } = await client.edits.curve({ params: params() });
  const segments = (ids: Uint32Array) => new Set(ids.subarray(1)).size;
  expect(segments(preview.assignment)).toBeLessThan(segments(before.assignment));
  expect(points.map(({ threshold }) => threshold)).toEqual(Array.from({ length: 101 }, (_, i) => i / 100));
  expect(points[10]).toMatchObject({ segments: segments(preview.assignment), vi: null });
  const { cuts } = await client.edits.history({ params: params() });
  const now = points.find(({ threshold }) => threshold === cuts.cut.threshold)!;
  expect(now.segments).toBe(segments(before.assignment));
  expect((await assignment()).assignment).toEqual(before.assignment);
});

it('keeps names, and names of states', async () => {
  const { revision } = await assignment();
  const edit = { kind: 'fact', supervoxel: 3, key: 'name', value: 'axon 7' } as const;
  await client.edits.commit({ params: params(), body: { expected: revision, edit } });
  expect(await client.edits.facts({ params: params() })).toEqual([{ supervoxel: 3, key: 'name', value: 'axon 7' }]);
  const { checkpoints, head } = await client.edits.checkpoint({ params: params(), body: { name: 'round 1' } });
  expect(checkpoints).toMatchObject([{ name: 'round 1', revision: head }]);
});

it('leaves a merge the colour of the larger side and gives it back on undo, also after the project was opened again', async () => {
  const sizeOf = async (segment: number) => {
    const { assignment: segmentOf } = await assignment();
    const { sizes } = decodeSupervoxels(await client.segments.supervoxels({ params: params() }));
    return sizes.reduce((sum, size, row) => sum + (segmentOf[row + 1] === segment ? size : 0), 0);
  };
  const traits = async () => (await client.segments.traits({ params: params() })).traits;
  const { revision } = await assignment();
  const [a, b] = await touching();
  const [sizeA, sizeB] = [await sizeOf(a), await sizeOf(b)];
  expect(await traits()).toEqual([]);
  const events = server.engine.events.subscribe(null);
  await events.next();
  const edit = { kind: 'merge' as const, supervoxels: [a, b] };
  const committed = await client.edits.commit({ params: params(), body: { expected: revision, edit } });
  const larger = sizeA >= sizeB ? a : b;
  const merged = Math.min(a, b);
  const expected = larger === merged ? [] : [{ segment: merged, colour: larger, lead: 0 }];
  expect(await events.next()).toMatchObject({ type: 'assignment', traits: expected });
  expect(await traits()).toEqual(expected);

  await client.projects.close({ params: params() });
  await client.projects.open({ body: { directory: directory } });
  expect(await traits()).toEqual(expected);
  await client.edits.undo({ params: params(), body: { expected: committed.revision } });
  expect(await traits()).toEqual([]);
  events.end();
});
