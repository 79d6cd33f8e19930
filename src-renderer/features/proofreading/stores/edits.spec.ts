import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, describe, expect, it } from 'vitest';
import { nextTick } from 'vue';

import type { History, HistoryEntry } from '#contract/routes/edits.ts';
import { FascicleError } from '#domain/errors.ts';
import { createFakeEngine } from '#renderer/engine/fakeEngine.ts';
import {
  anotherProject,
  FAKE_CUTS,
  fakeEdit,
  fakeEntry,
  fakeProject,
  fakeSegments,
} from '#renderer/engine/fakeProject.ts';
import { createGate } from '#renderer/engine/gate.ts';
import { provideEngine } from '#renderer/engine/useEngine.ts';
import { useNoticeStore } from '#renderer/features/notices/index.ts';
import { useProjectStore } from '#renderer/features/project/index.ts';

import { editCommands } from '../commands/editCommands.ts';

import { useEditStore } from './edits.ts';

const PROJECT = fakeProject(1, { supervoxels: 2, segments: 2, edges: 1 });
const OTHER = anotherProject(PROJECT);
const entryOf = (revision: number, summary = `edit ${revision}`): HistoryEntry => fakeEntry(revision, 'merge', summary);
const historyOf = (revision: number): History => ({
  revision,
  head: revision,
  undoTarget: revision > 1 ? revision - 1 : null,
  redoTarget: null,
  cuts: FAKE_CUTS,
  entries: Array.from({ length: revision }, (_, i) => entryOf(i + 1)),
  checkpoints: [],
});

/** An engine at revision 1 whose next commit does what a test says. */
async function openWith(commit: (expected: number, project: string) => unknown) {
  let revision = 1;
  /** What is asked of the history while it is held is answered late, as it was when it was asked. */
  const history = createGate();
  const { engine, emit } = createFakeEngine({
    projects: { get: () => PROJECT },
    segments: fakeSegments([4, 4], { revision: () => revision }),
    edits: {
      history() {
        const answer = historyOf(revision);
        return history.passed().then(() => answer);
      },
      async commit({ params, body }) {
        const { expected } = body as { expected: number };
        await commit(expected, params.project);
        revision = expected + 1;
        tell(revision);
        return {
          revision,
          head: revision,
          summary: 'Merge 1 + 2',
          delta: { supervoxels: [2], segments: [1] },
          segments: 1,
        };
      },
    },
  });
  let events = 0;
  const tell = (at: number): void =>
    emit(fakeEdit(entryOf(at), { revision: ++events, changed: { supervoxels: [2], segments: [1] }, segments: 1 }));
  provideEngine(engine);
  setActivePinia(createPinia());
  const project = useProjectStore();
  const edits = useEditStore();
  await project.show(PROJECT);
  await expect.poll(() => edits.isKnown).toBe(true);
  return { project, edits, tell, setRevision: (at: number) => (revision = at), hold: history.hold };
}
const MERGE = { kind: 'merge' as const, supervoxels: [1, 2] };

describe('the store of edits', () => {
  beforeEach(() => setActivePinia(createPinia()));

  it('makes edits one after the other, each at the revision that the one before led to', async () => {
    const asked: number[] = [];
    const { project, edits } = await openWith((expected) => asked.push(expected));
    const outcomes = await Promise.all([edits.commit(MERGE), edits.commit(MERGE), edits.commit(MERGE)]);
    expect(asked).toEqual([1, 2, 3]);
    expect(outcomes.every(({ isMade }) => isMade)).toBe(true);
    expect(edits.history.entries).toHaveLength(4);
    expect(edits.editCount).toBe(3);
    expect([...project.assignment!]).toEqual([0, 1, 1]);
    expect(project.info!.revision).toBe(4);
    expect(edits.undoSummary).toBe('edit 4');
  });

  it('makes no edit in another project that is opened before its turn comes', async () => {
    const asked: unknown[] = [];
    const slow = createGate();
    const { project, edits } = await openWith((expected, id) => {
      asked.push([id, expected]);
      return slow.passed();
    });
    const go = slow.hold();
    const [first, second] = [edits.commit(MERGE), edits.commit(MERGE)];
    await expect.poll(() => asked.length).toBe(1);
    await project.show(OTHER);
    await expect.poll(() => edits.isKnown).toBe(true);
    go();
    expect((await first).isMade).toBe(true);
    expect(await second).toEqual({ isMade: false, reason: null });
    expect(useNoticeStore().notices.map(({ reason }) => reason)).toEqual([
      'The project was left before its turn came.',
    ]);
    void edits.commit(MERGE);
    await expect.poll(() => asked.length).toBe(2);
    expect(asked).toEqual([
      [PROJECT.id, 1],
      [OTHER.id, 1],
    ]);
  });

  it('follows edits of other windows, and reads again what it missed', async () => {
    const { edits, tell, setRevision } = await openWith(() => undefined);
    tell(2);
    await nextTick();
    expect(edits.history.head).toBe(2);
    setRevision(5);
    tell(5);
    await expect.poll(() => edits.history.entries.length).toBe(5);
  });

  it('knows of an edit that is made while the history is read', async () => {
    const { edits, tell, setRevision, hold } = await openWith(() => undefined);
    const answer = hold();
    const reading = edits.read();
    setRevision(2);
    tell(2);
    answer();
    await reading;
    expect(edits.history.entries).toHaveLength(2);
    expect((await edits.commit(MERGE)).isMade).toBe(true);
  });

  it('says that the project has changed, and goes on from what it is now', async () => {
    let isFirst = true;
    const { edits, setRevision } = await openWith(() => {
      if (!isFirst) return;
      isFirst = false;
      setRevision(7);
      throw new FascicleError('conflict', 'The project has changed since.');
    });
    expect(await edits.commit(MERGE)).toEqual({ isMade: false, reason: null });
    expect(useNoticeStore().notices.map(({ title }) => title)).toEqual(['The edit was not made']);
    expect(edits.history.revision).toBe(7);
    expect((await edits.commit(MERGE)).isMade).toBe(true);
  });

  it('is taken back at once, also before the window has heard of the edit', async () => {
    const { edits } = await openWith(() => undefined);
    const undo = editCommands().find(({ id }) => id === 'edit.undo')!;
    expect(undo.refusal!()).toBe('There is nothing to undo');
    const made = edits.commit(MERGE);
    expect(undo.refusal!()).toBeNull();
    await made;
    expect(undo.refusal!()).toBeNull();
  });

  it('gives a refusal to whoever asked', async () => {
    const { edits } = await openWith(() => {
      throw new FascicleError('bad-request', 'These places are one object already.');
    });
    expect(await edits.commit(MERGE)).toEqual({ isMade: false, reason: 'These places are one object already.' });
    expect(edits.failure).toBeNull();
    expect(useNoticeStore().notices).toEqual([]);
  });

  it('stops while saving fails, until the history can be read again', async () => {
    let isFull = true;
    const { edits } = await openWith(() => {
      if (isFull) throw new FascicleError('storage', 'The disk is full.');
    });
    await edits.commit(MERGE);
    expect(edits.failure).toBe('The disk is full.');
    expect(edits.refusal).toContain('was not saved');
    expect((await edits.commit(MERGE)).isMade).toBe(false);
    isFull = false;
    await edits.read();
    expect(edits.failure).toBeNull();
    expect((await edits.commit(MERGE)).isMade).toBe(true);
  });
});
