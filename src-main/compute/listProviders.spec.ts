import { expect, it } from 'vitest';

import { listProviders } from './listProviders.ts';
import { smallestGraph } from './smallestGraph.ts';

it('lists the providers of a platform, best first, with the reason and the way to those that cannot be had', async () => {
  const list = await listProviders(
    'linux',
    async (provider) => {
      if (provider !== 'cpu') throw new Error(`no ${provider} here`);
    },
    (error) => `${(error as Error).message}.`,
  );
  expect(list.map(({ name, available }) => [name, available])).toEqual([
    ['cuda', false],
    ['webgpu', false],
    ['cpu', true],
  ]);
  expect(list[0].detail).toMatch(/^no cuda here\. It needs Linux on x64/);
});

it('writes lengths that fit in the byte they have', () => {
  // Protocol buffers use more bytes for lengths from 128; a longer graph would need them.
  expect(smallestGraph().length).toBeLessThan(128);
});
