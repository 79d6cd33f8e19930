import { createPinia, setActivePinia } from 'pinia';
import { expect, it } from 'vitest';

import { encodeAssignment } from '#contract/assignmentTable.ts';
import type { ViewState } from '#contract/viewState.ts';
import { createFakeEngine } from '#renderer/engine/fakeEngine.ts';
import { fakeProject, fakeSegments } from '#renderer/engine/fakeProject.ts';
import { provideEngine } from '#renderer/engine/useEngine.ts';

import { useNavigationStore } from './store.ts';

const PROJECT = fakeProject(0, { supervoxels: 1, segments: 1, edges: 0 });

/** A project whose table of segments comes when a test lets it. */
function slowProject(left: ViewState = {}) {
  const gate = Promise.withResolvers<Uint8Array<ArrayBuffer>>();
  const table = encodeAssignment({ revision: 0, assignment: Uint32Array.of(0, 1) });
  const { engine } = createFakeEngine({
    projects: { get: () => PROJECT, open: () => PROJECT, view: () => left },
    segments: {
      ...fakeSegments([8]),
      assignment: () => gate.promise,
    },
  });
  provideEngine(engine);
  setActivePinia(createPinia());
  return { navigation: useNavigationStore(), letTablesCome: () => gate.resolve(table) };
}

it('a project that is opened shows its slices, also where another workspace was shown', async () => {
  const { navigation, letTablesCome } = slowProject();
  navigation.show('export');
  letTablesCome();
  await navigation.openProject(PROJECT.directory);
  expect(navigation.screen).toBe('workspace');
  expect(navigation.workspace).toBe('proofread');
});

it('whoever goes to another workspace while a project is still being read stays there', async () => {
  const { navigation, letTablesCome } = slowProject();
  const opening = navigation.showOpenProject(PROJECT.id);
  await expect.poll(() => navigation.screen).toBe('workspace');
  navigation.show('jobs');
  letTablesCome();
  await opening;
  expect(navigation.workspace).toBe('jobs');
});

it('whoever begins a new project while another is still being read goes on describing it', async () => {
  const { navigation, letTablesCome } = slowProject();
  const opening = navigation.openProject(PROJECT.directory);
  navigation.startImport({ path: '/data/a.h5' });
  letTablesCome();
  await opening;
  expect(navigation.screen).toBe('import');
  navigation.endImport();
  expect(navigation.screen).toBe('workspace');
});

it('a project is shown as it was left; opened once more, with its slices', async () => {
  const { navigation, letTablesCome } = slowProject({ workspace: 'export' });
  letTablesCome();
  await navigation.openProject(PROJECT.directory);
  expect(navigation.workspace).toBe('export');
  await navigation.openProject(PROJECT.directory);
  expect(navigation.workspace).toBe('proofread');
});
