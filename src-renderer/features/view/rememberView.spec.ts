import { createPinia, setActivePinia } from 'pinia';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { nextTick } from 'vue';

import type { ViewState } from '#contract/viewState.ts';
import { FascicleError } from '#domain/errors.ts';
import { createFakeEngine } from '#renderer/engine/fakeEngine.ts';
import { fakeProject, fakeSegments } from '#renderer/engine/fakeProject.ts';
import { createGate } from '#renderer/engine/gate.ts';
import { provideEngine } from '#renderer/engine/useEngine.ts';
import { useProjectStore } from '#renderer/features/project/index.ts';

import { useViewStore } from './store.ts';

const PROJECT = fakeProject(0, { supervoxels: 3, segments: 2, edges: 1 });

/** An engine that keeps what it is given, as the file of a project does. */
function createKeeper(stored: Record<string, ViewState> = {}) {
  let isRefusing = false;
  /** What is sent while it is held waits. */
  const sending = createGate();
  const { engine, callsOf } = createFakeEngine({
    projects: {
      view: ({ params }) => stored[params.project] ?? {},
      async setView({ params, body }) {
        await sending.passed();
        if (isRefusing) throw new FascicleError('storage', 'The disk is full.');
        stored[params.project] = { ...stored[params.project], ...(body as ViewState) };
        return undefined;
      },
    },
    segments: fakeSegments([4, 2, 2], { segmentOf: [1, 1, 3] }),
  });
  provideEngine(engine);
  const openWindow = async (info = PROJECT) => {
    setActivePinia(createPinia());
    const [project, view] = [useProjectStore(), useViewStore()];
    await project.show(info);
    return { project, view };
  };
  return { stored, callsOf, openWindow, refuse: (now: boolean) => (isRefusing = now), hold: sending.hold };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());
const rest = () => vi.advanceTimersByTimeAsync(1000);

describe('what is looked at', () => {
  it('comes back when the project is opened again', async () => {
    const { openWindow } = createKeeper();
    const { view } = await openWindow();
    expect(view.isScaled).toBe(false);
    view.moveTo([1, 0.5, 1.5]);
    view.nmPerPixel = 3;
    view.reshuffle();
    const { salt } = view.overlay;
    view.pin(3, '#ff8800');
    view.select(3);
    view.setHidden([1], true);
    view.images.raw.limits = [10, 200];
    view.maximised = 'xz';
    await rest();

    const { view: again } = await openWindow();
    expect(again).toMatchObject({ isScaled: true, position: [1, 0.5, 1.5], nmPerPixel: 3, maximised: 'xz' });
    expect(again.overlay).toEqual({ ...view.overlay, salt });
    expect(again.images.raw).toEqual({ visible: true, opacity: 1, limits: [10, 200] });
    expect(again.colourOf(3)).toBe('#ff8800');
    expect(again.selected).toEqual([3]);
    expect([...again.hidden]).toEqual([1]);
  });

  it('is that of each project, and the defaults where nobody has looked yet', async () => {
    const { openWindow, stored } = createKeeper();
    const { project, view } = await openWindow();
    view.select(1);
    view.pin(1, '#ff8800');
    view.overlay.opacity = 0.5;
    await nextTick();
    await project.show({ ...PROJECT, id: 'otherone' });
    expect(view.selected).toEqual([]);
    expect(view.pinned.size).toBe(0);
    expect(view.overlay.opacity).toBe(0.31);
    await rest();
    expect(stored).toEqual({
      [PROJECT.id]: { selected: [1], pinned: { '1': '#ff8800' }, overlay: { ...view.overlay, opacity: 0.5 } },
    });
  });

  it('is kept without what a mode shows for as long as it lasts', async () => {
    const { openWindow, stored } = createKeeper();
    const { view } = await openWindow();
    view.tool = { click: () => undefined, takesStroke: () => false, stroke: () => undefined };
    view.overlay.supervoxelBorders = true;
    await rest();
    expect(stored).toEqual({});
    view.overlay.opacity = 0.5;
    view.overlay.supervoxelBorders = false;
    view.tool = null;
    await rest();
    expect(stored[PROJECT.id].overlay).toEqual({ ...view.overlay, opacity: 0.5, supervoxelBorders: false });
  });

  it('names the segments that there are now, and lies within the volume', async () => {
    const { openWindow } = createKeeper({ [PROJECT.id]: { selected: [2, 9], position: [7, -1, 0.5] } });
    const { view } = await openWindow();
    expect(view.selected).toEqual([1]);
    expect(view.position).toEqual([2 - 1e-6, 0, 0.5]);
  });

  it('that the engine could not take goes with the next change', async () => {
    const { openWindow, stored, refuse } = createKeeper();
    const { view } = await openWindow();
    refuse(true);
    view.select(3);
    await rest();
    expect(stored).toEqual({});
    refuse(false);
    view.hideOthers = true;
    await rest();
    expect(stored[PROJECT.id]).toEqual({ selected: [3], hideOthers: true });
  });

  it('is sent once for a burst of changes, not for what was put back, and never of a project that is only read', async () => {
    const { openWindow, callsOf } = createKeeper({ [PROJECT.id]: { position: [1, 1, 1], hideOthers: true } });
    const { view } = await openWindow();
    await rest();
    expect(callsOf('projects.setView')).toEqual([]);
    for (const z of [0, 0.25, 0.5]) {
      view.moveTo([z, 1, 1]);
      await nextTick();
    }
    await rest();
    expect(callsOf('projects.setView').map(({ body }) => body)).toEqual([{ position: [0.5, 1, 1] }]);

    const reader = await openWindow({ ...PROJECT, readOnly: true });
    reader.view.select(3);
    await rest();
    expect(callsOf('projects.setView')).toHaveLength(1);
  });

  it('is sent in the order in which it changed, however long an answer takes', async () => {
    const { openWindow, stored, callsOf, hold } = createKeeper();
    const { view } = await openWindow();
    const release = hold();
    view.select(1);
    await rest();
    view.select(3);
    await rest();
    expect(callsOf('projects.setView')).toHaveLength(1);
    release();
    await rest();
    expect(stored[PROJECT.id].selected).toEqual([3]);
  });

  it('comes back also where the project is closed and opened again at once', async () => {
    const { openWindow, hold } = createKeeper();
    const { project, view } = await openWindow();
    const release = hold();
    view.select(3);
    await nextTick();
    project.leave();
    const opening = project.show(PROJECT);
    release();
    await opening;
    expect(view.selected).toEqual([3]);
  });
});
