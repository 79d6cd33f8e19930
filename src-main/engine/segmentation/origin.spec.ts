import { expect, it } from 'vitest';

import { presentParameters } from './origin.ts';

const watershed = { low: 0, high: 0.98, sizeThreshold: 800, mergeLow: 0 };

it('reads the values of the one method that there was as those of the method', () => {
  const source = { role: 'raw', source: 'a.h5:/raw' };
  expect(
    presentParameters({ source, settings: { foregroundRestriction: false, watershed, score: { kind: 'mean' } } }),
  ).toEqual({
    source,
    settings: {
      foregroundRestriction: false,
      supervoxels: { method: 'watershed', ...watershed },
      score: { kind: 'mean' },
    },
  });
  expect(presentParameters({ sources: [source], watershed, threshold: 0.5 })).toEqual({
    sources: [source],
    supervoxels: { method: 'watershed', ...watershed },
    threshold: 0.5,
  });
});

it('leaves what this program writes as it is', () => {
  const parameters = { settings: { supervoxels: { method: 'watershed', ...watershed }, threshold: 0.5 }, invert: true };
  expect(presentParameters(parameters)).toEqual(parameters);
});
