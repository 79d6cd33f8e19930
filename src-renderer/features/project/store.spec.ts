import { createPinia, setActivePinia } from 'pinia';
import { expect, it } from 'vitest';

import type { Zyx } from '#domain/geometry.ts';
import { createFakeEngine } from '#renderer/engine/fakeEngine.ts';
import { fakeEdit, fakeEntry, fakeProject, fakeSegments } from '#renderer/engine/fakeProject.ts';
import { createGate } from '#renderer/engine/gate.ts';
import { provideEngine } from '#renderer/engine/useEngine.ts';

import { useProjectStore } from './store.ts';

/**
 * An engine whose supervoxels grow by a voxel each with every revision. Segments are answered as they are when a gate opens, sizes that
 * were read before another opens are sent then.
 */
function openStore() {
  let revision = 1;
  const [gate, sending] = [createGate(), createGate()];
  const { engine, emit, callsOf } = createFakeEngine({
    segments: {
      traits: () => ({ revision, traits: [] }),
      async assignment() {
        await gate.passed();
        return fakeSegments([4, 2], { revision: () => revision }).assignment();
      },
      async supervoxels() {
        const sizes = fakeSegments([3 + revision, 1 + revision]).supervoxels();
        await sending.passed();
        return sizes;
      },
    },
  });
  provideEngine(engine);
  setActivePinia(createPinia());
  const paint = (): void => {
    revision++;
    const voxels = { min: [0, 0, 0] as Zyx, max: [2, 2, 2] as Zyx };
    emit(fakeEdit(fakeEntry(revision, 'paint'), { changed: null, tables: true, voxels }));
  };
  return { store: useProjectStore(), gate, sending, paint, callsOf };
}

it('a project that is painted on while it is opened has the sizes of its newest voxels', async () => {
  const { store, gate, paint } = openStore();
  const open = gate.hold();
  const shown = store.show(fakeProject(1, { supervoxels: 2, segments: 2, edges: 0 }));
  await expect.poll(() => store.info).not.toBeNull();
  paint();
  open();
  await shown;
  expect([...store.supervoxels!.sizes]).toEqual([5, 3]);
});

it('sizes that are on their way while a stroke is made are read again', async () => {
  const { store, sending, paint, callsOf } = openStore();
  const send = sending.hold();
  const shown = store.show(fakeProject(1, { supervoxels: 2, segments: 2, edges: 0 }));
  await expect.poll(() => callsOf('segments.supervoxels').length).toBe(1);
  paint();
  send();
  await shown;
  expect([...store.supervoxels!.sizes]).toEqual([5, 3]);
});

it('sizes that are painted over while they are read again are read once more', async () => {
  const { store, gate, paint } = openStore();
  await store.show(fakeProject(1, { supervoxels: 2, segments: 2, edges: 0 }));
  const open = gate.hold();
  paint();
  paint();
  open();
  await expect.poll(() => [...store.supervoxels!.sizes]).toEqual([6, 4]);
  expect(store.voxelsOf(Uint32Array.of(1, 2))).toBe(3);
});
