import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { distinctIds, relabel, toDenseIds } from './relabel.ts';

describe('relabel', () => {
  it('reads every label through the table, in place and shared between threads', async () => {
    const labels = new Uint32Array(new SharedArrayBuffer(4 * 5));
    labels.set([2, 0, 1, 1, 2]);
    await relabel(labels, new Uint32Array([7, 8, 9]), labels);
    expect([...labels]).toEqual([9, 7, 8, 8, 9]);
  });

  it('restores ids beyond 2^53', async () => {
    const out = new BigUint64Array(2);
    await relabel(new Uint32Array([1, 0]), new BigUint64Array([0n, 2n ** 63n + 1n]), out);
    expect([...out]).toEqual([2n ** 63n + 1n, 0n]);
  });

  it('refuses a label without an entry, naming it', async () => {
    const call = relabel(new Uint32Array([3]), new Uint32Array(3), new Uint32Array(1));
    await expect(call).rejects.toMatchObject({ kind: 'bad-request', message: /label 3 .* table of 3/ });
  });

  it('refuses arrays of the wrong type or length, naming the argument', async () => {
    const labels = new Float32Array(4) as unknown as Uint32Array;
    await expect(relabel(labels, new Uint32Array(1), new Uint32Array(4))).rejects.toMatchObject({
      kind: 'bad-request',
      message: 'relabel: `labels` is Float32Array; accepted: Uint32Array',
    });
    await expect(relabel(new Uint32Array(4), new Uint32Array(1), new Uint32Array(3))).rejects.toMatchObject({
      message: 'relabel: `out` is 3 elements; accepted: 4 elements',
    });
  });

  it('rejects as cancelled after an abort', async () => {
    const labels = new Uint32Array(1 << 24);
    const signal = AbortSignal.abort();
    await expect(relabel(labels, new Uint32Array(1), labels, { signal })).rejects.toMatchObject({ kind: 'cancelled' });
    const running = new AbortController();
    const call = relabel(labels, new Uint32Array(1), labels, { signal: running.signal, threads: 1 });
    running.abort();
    await expect(call).rejects.toMatchObject({ kind: 'cancelled' });
  });

  it('reports progress up to the whole', async () => {
    const labels = new Uint32Array(3 << 20);
    const last = await new Promise((resolve) => {
      void relabel(labels, new Uint32Array(1), labels, {
        onProgress: (done, total) => {
          if (done === total) resolve(total);
        },
      });
    });
    expect(last).toBe(labels.length);
  });
});

describe('dense ids', () => {
  it('come back as the ids they were', async () => {
    const id = fc.oneof(fc.constantFrom(0n, 1n, 2n ** 64n - 1n), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }));
    await fc.assert(
      fc.asyncProperty(fc.array(id, { maxLength: 60 }), async (values) => {
        const labels = BigUint64Array.from(values);
        const ids = await distinctIds(labels);
        expect([...ids]).toEqual(
          [...new Set(values)].filter((v) => v !== 0n).sort((a, b) => (a < b ? -1 : Number(a > b))),
        );
        const dense = new Uint32Array(labels.length);
        await toDenseIds(labels, ids, dense);
        const back = new BigUint64Array(labels.length);
        await relabel(dense, BigUint64Array.from([0n, ...ids]), back);
        expect([...back]).toEqual(values);
      }),
    );
  });
});
