import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, expect, it } from 'vitest';
import { nextTick } from 'vue';

import type { ProjectInfo } from '#contract/routes/projects.ts';
import { createFakeEngine } from '#renderer/engine/fakeEngine.ts';
import { fakeProject } from '#renderer/engine/fakeProject.ts';
import { provideEngine } from '#renderer/engine/useEngine.ts';
import { useProjectStore } from '#renderer/features/project/index.ts';
import { useViewStore } from '#renderer/features/view/index.ts';

import { useSlicesStore } from './store.ts';

const PROJECT: ProjectInfo = {
  ...fakeProject(0, { supervoxels: 1, segments: 1, edges: 0 }),
  shape: [100, 1000, 1000],
  voxelSizeNm: [10, 10, 10],
};

beforeEach(() => {
  provideEngine(createFakeEngine({}).engine);
  setActivePinia(createPinia());
  useProjectStore().info = PROJECT;
});

it('a slice that was fitted stays fitted when its panel changes its size, until the user zooms', async () => {
  const [slices, view] = [useSlicesStore(), useViewStore()];
  slices.sizes.xy = [500, 500];
  slices.fit();
  expect(view.nmPerPixel).toBe(20);
  slices.sizes.xy = [1000, 800];
  await nextTick();
  expect(view.nmPerPixel).toBe(12.5);
  slices.pan('xy', 30, 0);
  slices.sizes.xy = null;
  await nextTick();
  slices.sizes.xy = [400, 400];
  await nextTick();
  expect(view.nmPerPixel).toBe(25);
  slices.zoom('xy', 0.5);
  slices.sizes.xy = [500, 500];
  await nextTick();
  expect(view.nmPerPixel).toBe(12.5);
});

it('a scale that came from elsewhere is kept when a panel changes its size', async () => {
  const [slices, view] = [useSlicesStore(), useViewStore()];
  slices.sizes.xy = [500, 500];
  slices.fit();
  view.nmPerPixel = 7;
  slices.sizes.xy = [1000, 1000];
  await nextTick();
  expect(view.nmPerPixel).toBe(7);
});

it('begins in the middle at a scale that fills the panel, and where somebody went before the panels were there it stays', () => {
  const [slices, view] = [useSlicesStore(), useViewStore()];
  expect(view.position).toEqual([50.5, 500, 500]);
  view.moveTo([3, 20, 70]);
  slices.sizes.xy = [500, 250];
  expect(view.position).toEqual([3, 20, 70]);
  expect(view.nmPerPixel).toBe(20);
});

it('begins once, at the scale that the project was left at', () => {
  const [slices, view] = [useSlicesStore(), useViewStore()];
  view.nmPerPixel = 3;
  view.isScaled = true;
  slices.sizes.xy = [500, 250];
  expect(view.nmPerPixel).toBe(3);
  view.isScaled = false;
  slices.sizes.xy = null;
  slices.sizes.xy = [500, 250];
  expect(view.nmPerPixel).toBe(3);
});
