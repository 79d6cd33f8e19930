import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { EditRequest } from '#contract/routes/edits.ts';
import { isFascicleError } from '#domain/errors.ts';
import { EditSession } from '#engine/editing/editSession.ts';
import { currentAssignment } from '#engine/project/assignment.ts';
import { readEditLog } from '#engine/project/editLog.ts';
import { openProject } from '#engine/project/project.ts';
import type { Project } from '#engine/project/project.ts';
import { neighboursOf } from '#engine/proofreading/segmentContacts.ts';
import { phantomPerTest } from '../helpers/phantomProject.ts';

const phantom = phantomPerTest();
let project: Project;
let session: EditSession;

beforeEach(open);
afterEach(async () => {
  await session.close();
  project.close();
});

async function open(): Promise<void> {
  project = await openProject(phantom.directory);
  session = await EditSession.open(project);
}

async function reopen(): Promise<void> {
  await session.close();
  project.close();
  await open();
}

const segments = () => [...session.live.assignment];
const commit = (request: EditRequest) => session.commit(request, session.revision);

/** A merge of two touching objects, from the `at`-th segment that has a neighbour. */
function mergeRequest(at: number): EditRequest {
  const ids = [...new Set(session.live.assignment)].filter((id) => id > 0);
  for (let i = 0; i < ids.length; i++) {
    const [first] = neighboursOf(session.live, ids[(at + i) % ids.length]);
    if (first) return { kind: 'merge', supervoxels: [first.strongest.u, first.strongest.v], place: null };
  }
  throw new Error('No segment touches another.');
}

/** A split between the first and the last supervoxel of the `at`-th object that has several. */
function splitRequest(at: number): EditRequest | null {
  const ids = [...new Set(session.live.assignment)].filter((id) => id > 0 && session.live.members(id).length > 1);
  if (ids.length === 0) return null;
  const members = session.live.members(ids[at % ids.length]);
  const seed = (side: number, supervoxel: number) => ({ side, supervoxel, voxel: [0, 0, 0] as const });
  return { kind: 'split', seeds: [seed(0, members[0]), seed(1, members.at(-1)!)], alternative: 0, place: null };
}

describe('an edit', () => {
  it('is there after the project was closed and opened again', async () => {
    const request = mergeRequest(5) as Extract<EditRequest, { kind: 'merge' }>;
    await commit(request);
    const before = segments();
    const [a, b] = request.supervoxels;
    expect(session.live.segmentOf(a)).toBe(session.live.segmentOf(b));
    await reopen();
    expect(segments()).toEqual(before);
    expect(await currentAssignment(project)).toEqual(Uint32Array.from(before));
  });

  it('made for another revision is refused and changes nothing', async () => {
    const request = mergeRequest(5);
    await commit(mergeRequest(9));
    const before = segments();
    await expect(session.commit(request, 1)).rejects.toMatchObject({ kind: 'conflict' });
    expect(segments()).toEqual(before);
    expect(readEditLog(project.database).entries).toHaveLength(session.revision);
  });

  it('that is refused changes nothing', async () => {
    const before = segments();
    await expect(commit({ kind: 'merge', supervoxels: [1, 1], place: null })).rejects.toMatchObject({
      kind: 'bad-request',
    });
    await expect(commit({ kind: 'merge', supervoxels: [1, 4_000_000], place: null })).rejects.toMatchObject({
      kind: 'bad-request',
    });
    expect(segments()).toEqual(before);
    expect(session.revision).toBe(1);
  });

  it('of the user holds whatever the threshold', async () => {
    const request = mergeRequest(2) as Extract<EditRequest, { kind: 'merge' }>;
    const [a, b] = request.supervoxels;
    await commit(request);
    for (const threshold of [null, 0, 0.5, 1]) {
      await commit({ kind: 'threshold', cut: { threshold, minSize: 0 } });
      expect(session.live.segmentOf(a)).toBe(session.live.segmentOf(b));
    }
  });

  it('older than others is taken back alone, and what others decided stays', async () => {
    const first = mergeRequest(1) as Extract<EditRequest, { kind: 'merge' }>;
    await commit(first);
    const edit = session.revision;
    await commit({ kind: 'fact', supervoxel: first.supervoxels[0], key: 'name', value: 'axon 1', place: null });
    await session.revert(edit, session.revision);
    const [a, b] = first.supervoxels;
    expect(session.live.segmentOf(a)).not.toBe(session.live.segmentOf(b));
    expect(session.state.facts.name.get(a)).toBe('axon 1');
  });
});

it('comes back to the first state when all of many random edits are undone, and redone to the last', async () => {
  const start = segments();
  const states = [start];
  for (let i = 0; i < 60; i++) {
    const threshold = ((i * 37) % 100) / 100;
    const requests: (EditRequest | null)[] = [
      mergeRequest(i * 7),
      splitRequest(i * 3),
      { kind: 'threshold', cut: { threshold, minSize: (i % 3) * 20 } },
      {
        kind: 'object-threshold',
        anchor: 1 + ((i * 11) % (states[0].length - 1)),
        threshold: 1 - threshold,
        place: null,
      },
      { kind: 'fact', supervoxel: 1 + (i % 5), key: 'status', value: i % 2 ? 'done' : null, place: null },
    ];
    const request = requests[i % requests.length];
    if (request === null) continue;
    // Some splits of made-up seeds cannot be had; a refusal must leave no trace.
    const done = await commit(request).then(
      () => true,
      (error: unknown) => {
        if (!isFascicleError(error)) throw error;
        return false;
      },
    );
    if (done) states.push(segments());
    else expect(segments()).toEqual(states.at(-1));
  }
  expect(states.length).toBeGreaterThan(40);
  for (const state of states.slice(0, -1).reverse()) {
    await session.undo(session.revision);
    expect(segments()).toEqual(state);
  }
  await reopen();
  expect(segments()).toEqual(start);
  for (const state of states.slice(1)) {
    await session.redo(session.revision);
    expect(segments()).toEqual(state);
  }
  await reopen();
  expect(segments()).toEqual(states.at(-1));
});

it('shows an older state without going there', async () => {
  const start = segments();
  await commit(mergeRequest(3));
  await commit(mergeRequest(8));
  expect([...(await session.assignmentOf(1))]).toEqual(start);
  expect(segments()).not.toEqual(start);
});

it('refuses to show or to go to an entry of the log that has no state', async () => {
  await commit(mergeRequest(3));
  await session.undo(session.revision);
  for (const entry of [session.revision, session.revision + 1]) {
    await expect(session.assignmentOf(entry)).rejects.toMatchObject({ kind: 'bad-request' });
    await expect(session.goTo(entry, session.revision)).rejects.toMatchObject({ kind: 'bad-request' });
  }
  expect(session.revision).toBe(3);
});

describe('a decision that keeps things as they are', () => {
  const apart = () => {
    const { supervoxels } = mergeRequest(3) as Extract<EditRequest, { kind: 'merge' }>;
    return [supervoxels[0], supervoxels[1]] as [number, number];
  };

  it('keeps two objects apart at every threshold, until it is taken back', async () => {
    const [u, v] = apart();
    const before = segments();
    await commit({ kind: 'keep', supervoxels: [u, v], as: 'two', place: null });
    expect(segments()).toEqual(before);
    await commit({ kind: 'threshold', cut: { threshold: 0, minSize: 0 } });
    expect(session.live.segmentOf(u)).not.toBe(session.live.segmentOf(v));
    await session.goTo(0, session.revision);
    await commit({ kind: 'threshold', cut: { threshold: 0, minSize: 0 } });
    expect(session.live.segmentOf(u)).toBe(session.live.segmentOf(v));
  });

  it('keeps one object together, and refuses what is not so', async () => {
    const [u, v] = apart();
    await expect(commit({ kind: 'keep', supervoxels: [u, v], as: 'one', place: null })).rejects.toThrow('Merge them');
    await commit({ kind: 'merge', supervoxels: [u, v], place: null });
    await expect(commit({ kind: 'keep', supervoxels: [u, v], as: 'two', place: null })).rejects.toThrow('Split it');
    await commit({ kind: 'keep', supervoxels: [u, v], as: 'one', place: null });
    await commit({ kind: 'threshold', cut: { threshold: null, minSize: 0 } });
    expect(session.live.segmentOf(u)).toBe(session.live.segmentOf(v));
  });
});
