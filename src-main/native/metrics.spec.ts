import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { ContingencyTable } from './metrics.ts';

const TRUTH = Uint32Array.of(1, 1, 1, 1, 2, 2, 2, 2);

describe('ContingencyTable', () => {
  it('scores the published vectors exactly', async () => {
    const vectors = [
      { segments: [1, 1, 2, 2, 3, 3, 3, 3], split: 0.5, merge: 0, error: 0.2, cremi: 1 / 7 },
      { segments: [5, 5, 5, 5, 5, 5, 5, 5], split: 0, merge: 1, error: 0.4, cremi: 1 - 64 / 96 },
      { segments: [0, 0, 1, 1, 0, 0, 2, 2], split: 1, merge: 0.5, error: 0.6, cremi: 47 / 81 },
    ];
    for (const { segments, split, merge, error, cremi } of vectors) {
      const table = new ContingencyTable();
      await table.add(Uint16Array.from(segments), TRUTH);
      const scores = await table.scores();
      expect(scores.voiSplit).toBeCloseTo(split, 12);
      expect(scores.voiMerge).toBeCloseTo(merge, 12);
      expect(scores.adaptedRandError).toBeCloseTo(error, 12);
      expect(scores.adaptedRandErrorCremi).toBeCloseTo(cremi, 12);
      expect(scores.voxels).toBe(8);
    }
  });

  it('gives the joint counts out again', async () => {
    const table = new ContingencyTable();
    await table.add(Uint32Array.of(7, 7, 0, 3), Uint32Array.of(2, 2, 1, 2));
    expect(await table.pairs()).toEqual({
      segments: BigUint64Array.of(0n, 3n, 7n),
      truths: BigUint64Array.of(1n, 2n, 2n),
      counts: Float64Array.of(1, 1, 2),
    });
  });

  it('gives the same scores however the voxels are divided into blocks', async () => {
    const pair = fc.tuple(fc.bigInt({ min: 0n, max: 3n }), fc.integer({ min: 0, max: 3 }));
    await fc.assert(
      fc.asyncProperty(fc.array(pair, { maxLength: 80 }), fc.integer({ min: 1, max: 20 }), async (pairs, step) => {
        const segmentation = BigUint64Array.from(pairs, ([segment]) => segment);
        const truth = Uint8Array.from(pairs, ([, label]) => label);
        const whole = new ContingencyTable();
        await whole.add(segmentation, truth);
        const blocks = new ContingencyTable();
        const starts = Array.from({ length: Math.ceil(pairs.length / step) }, (_, i) => i * step).reverse();
        await Promise.all(
          starts.map((at) => blocks.add(segmentation.subarray(at, at + step), truth.subarray(at, at + step))),
        );
        expect(await blocks.scores(3)).toEqual(await whole.scores(3));
      }),
    );
  });

  it('refuses arrays of different length', async () => {
    const call = new ContingencyTable().add(new Uint8Array(3), TRUTH);
    await expect(call).rejects.toMatchObject({ kind: 'bad-request', message: /`truth` is 8 elements; accepted: 3/ });
  });
});
