import { expect, it } from 'vitest';

import { USUAL_SECONDS_PER_MEGAVOXEL, paceOf } from './paces.ts';
import { STAGE_KEYS } from './stagePlan.ts';

it('keeps speeds of ways apart that take more or less than the usual', () => {
  expect(paceOf('watershed', {})).toBe('watershed');
  expect(paceOf('watershed', { supervoxels: { method: 'watershed' } })).toBe('watershed');
  expect(paceOf('watershed', { supervoxels: { method: 'distance-transform-2d' } })).toBe('slice-watershed');
  expect(paceOf('watershed', { supervoxels: { method: 'distance-transform-3d' } })).toBe('space-watershed');
  expect(paceOf('agglomerate', { score: { kind: 'mean' } })).toBe('agglomerate');
  expect(paceOf('agglomerate', { score: { kind: 'multicut' } })).toBe('multicut');
});

it('leaves all other stages as they are', () => {
  const methods = { supervoxels: { method: 'distance-transform-2d' }, score: { kind: 'multicut' } } as const;
  for (const stage of STAGE_KEYS.filter((key) => key !== 'watershed' && key !== 'agglomerate'))
    expect(paceOf(stage, methods)).toBe(stage);
});

it('knows what is usual for all of them', () => {
  expect(Object.values(USUAL_SECONDS_PER_MEGAVOXEL).every((seconds) => seconds > 0)).toBe(true);
});
