import { mount } from '@vue/test-utils';
import { createPinia, setActivePinia } from 'pinia';
import { expect, it } from 'vitest';
import { nextTick } from 'vue';

import { createFakeEngine } from '#renderer/engine/fakeEngine.ts';
import { FAKE_CUTS, fakeEdit, fakeEntry, fakeProject, fakeSegments } from '#renderer/engine/fakeProject.ts';
import { provideEngine } from '#renderer/engine/useEngine.ts';
import { useProjectStore } from '#renderer/features/project/index.ts';
import { useViewStore } from '#renderer/features/view/index.ts';

import { useEditStore } from '../stores/edits.ts';
import { useFactStore } from '../stores/facts.ts';

import SegmentNotes from './SegmentNotes.vue';

const PROJECT = fakeProject(1, { supervoxels: 2, segments: 2, edges: 1 });

/** The notes of segment 1, and a way to have the engine say what is written on it. */
async function openNotes() {
  let facts: { supervoxel: number; key: 'note'; value: string }[] = [];
  let revision = 1;
  const { engine, emit } = createFakeEngine({
    segments: fakeSegments([4, 4], { revision: () => revision }),
    edits: {
      facts: () => facts,
      history: () => ({
        ...{ revision: 1, head: 1, undoTarget: null, redoTarget: null, cuts: FAKE_CUTS, checkpoints: [] },
        entries: [fakeEntry(1, 'threshold')],
      }),
    },
  });
  provideEngine(engine);
  setActivePinia(createPinia());
  const [project, view, edits] = [useProjectStore(), useViewStore(), useEditStore()];
  await project.show(PROJECT);
  await expect.poll(() => edits.isKnown).toBe(true);
  view.select(1);
  const notes = mount(SegmentNotes);
  // Another segment has a field of its own.
  const field = () => notes.get('textarea').element;
  const write = (value: string): void => {
    facts = [{ supervoxel: 1, key: 'note', value }];
    revision++;
    emit(fakeEdit(fakeEntry(revision, 'note')));
  };
  return { view, notes, field, write };
}

it('a note follows what is written, of this segment and of the next', async () => {
  const { view, field, write } = await openNotes();
  write('spine');
  await expect.poll(() => field().value).toBe('spine');
  write('spine, cut');
  await expect.poll(() => field().value).toBe('spine, cut');
  view.select(2);
  await expect.poll(() => field().value).toBe('');
});

it('what is typed on while a note is being written stays', async () => {
  const { notes, field, write } = await openNotes();
  await notes.get('textarea').setValue('spine, and more');
  write('spine');
  write('spine, cut');
  await expect.poll(() => useFactStore().of(1, 'note')?.value).toBe('spine, cut');
  await nextTick();
  expect(field().value).toBe('spine, and more');
});
