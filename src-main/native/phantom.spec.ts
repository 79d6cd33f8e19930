import { describe, expect, it } from 'vitest';

import { paintPhantom, paintPhantomAffinities } from './phantom.ts';

describe('paintPhantom', () => {
  const shape = [4, 24, 32] as const;
  const size = shape[0] * shape[1] * shape[2];

  it('makes a block that agrees with a part of it made alone', async () => {
    const raw = new Uint8Array(size);
    const labels = new Uint32Array(size);
    await paintPhantom({ seed: 3 }, { origin: [10, 100, 100], shape, raw, labels });
    const plane = shape[1] * shape[2];
    const lastRaw = new Uint8Array(plane);
    const lastLabels = new Uint32Array(plane);
    const origin = [13, 100, 100] as const;
    await paintPhantom({ seed: 3 }, { origin, shape: [1, 24, 32], raw: lastRaw, labels: lastLabels }, { threads: 1 });
    expect(lastRaw).toEqual(raw.subarray(3 * plane));
    expect(lastLabels).toEqual(labels.subarray(3 * plane));
    expect(labels).not.toContain(0);
  });

  it('paints affinities that are low between labels and high within', async () => {
    const affinities = new Uint8Array(3 * size);
    const labels = new Uint32Array(size);
    const quiet = { affinityNoise: 0, blunders: 0 };
    await paintPhantomAffinities(quiet, { origin: [0, 0, 0], shape, affinities, labels });
    for (let i = 1; i < size; i++) {
      if (i % shape[2] === 0) continue;
      expect(affinities[2 * size + i] > 128).toBe(labels[i] === labels[i - 1]);
    }
  });

  it('refuses a seed that is no whole number and a block out of range', async () => {
    const block = { origin: [0, 0, 0], shape, raw: new Uint8Array(size) } as const;
    await expect(paintPhantom({ seed: 0.5 }, block)).rejects.toMatchObject({ message: /`seed` is 0.5/ });
    await expect(paintPhantom({}, { ...block, origin: [1e9, 0, 0] })).rejects.toMatchObject({ kind: 'bad-request' });
  });
});
