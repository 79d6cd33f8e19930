import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { connectedComponents, type AnyLabels } from './connectedComponents.ts';

const WIDTHS = [Uint8Array, Uint16Array, Uint32Array, BigUint64Array] as const;

function volume(Width: (typeof WIDTHS)[number], values: readonly number[]): AnyLabels {
  const labels = new Width(values.length);
  values.forEach((value, i) => (labels[i] = labels instanceof BigUint64Array ? BigInt(value) : value));
  return labels;
}

describe('connectedComponents', () => {
  it('counts what touches by a corner as one with 26 neighbours and as two with 6', async () => {
    const labels = Uint8Array.of(5, 0, 0, 0, 0, 0, 0, 5);
    const out = new Uint32Array(8);
    expect(await connectedComponents(labels, [2, 2, 2], out)).toBe(2);
    expect([...out]).toEqual([1, 0, 0, 0, 0, 0, 0, 2]);
    expect(await connectedComponents(labels, [2, 2, 2], out, { connectivity: 26 })).toBe(1);
  });

  it('is the same for every width of labels and number of threads, and stable under itself', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 })),
        fc.infiniteStream(fc.integer({ min: 0, max: 2 })),
        fc.constantFrom<6 | 26>(6, 26),
        async (shape, stream, connectivity) => {
          const size = shape[0] * shape[1] * shape[2];
          const values = [...stream.take(size)];
          const first = new Uint32Array(size);
          const count = await connectedComponents(volume(Uint8Array, values), shape, first, { connectivity });
          expect(new Set([0, ...first]).size).toBe(count + 1);
          for (const Width of WIDTHS) {
            const out = new Uint32Array(size);
            await connectedComponents(volume(Width, values), shape, out, { connectivity, threads: 3 });
            expect(out).toEqual(first);
          }
          const again = first.slice();
          expect(await connectedComponents(again, shape, again, { connectivity })).toBe(count);
          expect(again).toEqual(first);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('refuses another connectivity and a shape that does not fit', async () => {
    const labels = new Uint8Array(8);
    const call = (shape: [number, number, number], connectivity: number): Promise<number> =>
      connectedComponents(labels, shape, new Uint32Array(8), { connectivity: connectivity as 6 });
    await expect(call([2, 2, 2], 18)).rejects.toMatchObject({ message: /`connectivity` is 18; accepted: 6 or 26/ });
    await expect(call([2, 2, 3], 6)).rejects.toMatchObject({ message: /`labels` is 8 elements; accepted: 12/ });
    await expect(call([2, -2, 2], 6)).rejects.toMatchObject({ message: /`shape`/ });
  });
});
