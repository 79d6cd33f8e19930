import { mount } from '@vue/test-utils';
import { createPinia, setActivePinia } from 'pinia';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { defineComponent } from 'vue';

import { findCommand, onCommandFailed, refusalOf, runCommand } from '#renderer/commands/index.ts';
import { createFakeEngine } from '#renderer/engine/fakeEngine.ts';
import { fakeProject } from '#renderer/engine/fakeProject.ts';
import { provideEngine } from '#renderer/engine/useEngine.ts';
import { useProjectStore } from '#renderer/features/project/index.ts';

import { useMeshViewStore } from '../store.ts';

import { useMeshCommands } from './useMeshCommands.ts';

/*
 * The commands of the 3D view used to come with the view, which is read after the first picture of the slices. Whoever wrote one of them
 * into the palette before that and pressed Enter ran nothing, and found it in the list a moment later.
 */
const actions = {
  fitVolume: vi.fn(),
  fitSelection: vi.fn(),
  lookAlong: vi.fn(),
  toggleParallel: vi.fn(),
  isParallel: () => true,
  savePicture: vi.fn(() => Promise.resolve()),
};
const failed = vi.fn();
let workspace: ReturnType<typeof mount>;
let end: () => void;

beforeEach(() => {
  provideEngine(createFakeEngine({}).engine);
  setActivePinia(createPinia());
  useProjectStore().info = fakeProject(0, { supervoxels: 1, segments: 1, edges: 0 });
  workspace = mount(defineComponent({ setup: useMeshCommands, render: () => null }));
  end = onCommandFailed((_, error) => failed(error));
});
afterEach(() => {
  workspace.unmount();
  end();
  vi.clearAllMocks();
});

it('a command of the 3D view that is run before the view is there is done when it is, once', async () => {
  expect(runCommand('3d.picture')).toBe(true);
  expect(actions.savePicture).not.toHaveBeenCalled();
  useMeshViewStore().show(actions);
  await expect.poll(() => actions.savePicture.mock.calls).toEqual([[true]]);
  useMeshViewStore().show(actions);
  runCommand('3d.look-along-x');
  expect(actions.lookAlong).toHaveBeenCalledExactlyOnceWith('x');
  expect(actions.savePicture).toHaveBeenCalledOnce();
});

it('says why where the view cannot be built, to whoever asked before and to all later', async () => {
  runCommand('3d.picture');
  useMeshViewStore().fail('This browser has no WebGL.');
  await expect.poll(() => failed.mock.calls).toMatchObject([[{ message: 'This browser has no WebGL.' }]]);
  expect(refusalOf(findCommand('3d.fit-volume')!)).toBe('This browser has no WebGL.');
});

it('what was asked of a view that was left is not done by the next', async () => {
  runCommand('3d.picture');
  workspace.unmount();
  await expect.poll(() => failed.mock.calls).toMatchObject([[{ kind: 'cancelled' }]]);
  useMeshViewStore().show(actions);
  expect(actions.savePicture).not.toHaveBeenCalled();
});
