import { mount } from '@vue/test-utils';
import { createPinia, setActivePinia } from 'pinia';
import { expect, it } from 'vitest';

import type { Neighbour } from '#contract/routes/segments.ts';
import { createFakeEngine } from '#renderer/engine/fakeEngine.ts';
import { fakeProject, fakeSegments } from '#renderer/engine/fakeProject.ts';
import { provideEngine } from '#renderer/engine/useEngine.ts';
import { useProjectStore } from '#renderer/features/project/index.ts';

import SegmentNeighbours from './SegmentNeighbours.vue';

const PROJECT = fakeProject(1, { supervoxels: 3, segments: 3, edges: 2 });
const CONTACT = { contactVoxels: 4, contactUm2: 1, score: 0.5 };
const neighbour = (segment: number): Neighbour => ({ segment, ...CONTACT, contact: [0, 0, 0] });

it('the neighbours of the segment before are not acted on while those of this one are read', async () => {
  const second = Promise.withResolvers<undefined>();
  const { engine } = createFakeEngine({
    segments: {
      ...fakeSegments([4, 2, 2], { revision: () => 1 }),
      async neighbours({ params }) {
        if (params.segment === '1') return { revision: 1, neighbours: [neighbour(2)], total: 1 };
        await second.promise;
        return { revision: 1, neighbours: [neighbour(3)], total: 1 };
      },
    },
  });
  provideEngine(engine);
  setActivePinia(createPinia());
  await useProjectStore().show(PROJECT);
  const list = mount(SegmentNeighbours, { props: { segment: 1 } });
  await expect.poll(() => list.findAll('tbody button').map((button) => button.text())).toEqual(['2']);
  expect(list.get('tbody').attributes('inert')).toBeUndefined();

  await list.setProps({ segment: 2 });
  expect(list.get('tbody').attributes('inert')).toBeDefined();
  second.resolve(undefined);
  await expect.poll(() => list.findAll('tbody button').map((button) => button.text())).toEqual(['3']);
  expect(list.get('tbody').attributes('inert')).toBeUndefined();
});
