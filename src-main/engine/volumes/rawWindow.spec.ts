import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { readWindow } from './rawWindow.ts';

describe('readWindow', () => {
  it('gives every element of a window of any array, and reads nothing outside it', async () => {
    const extents = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 2, maxLength: 4 });
    const windows = extents.chain((shape) =>
      fc.record({
        shape: fc.constant(shape),
        edges: fc.tuple(...shape.map((extent) => fc.tuple(fc.nat(extent), fc.nat(extent)))),
      }),
    );
    await fc.assert(
      fc.asyncProperty(windows, async ({ shape, edges }) => {
        const start = edges.map(([a, b]) => Math.min(a, b));
        const count = edges.map(([a, b]) => Math.abs(a - b));
        const array = Uint16Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, index) => index);
        const bytes = new Uint8Array(array.buffer);
        const read = async (offset: number, length: number): Promise<Uint8Array> => {
          expect(offset >= 0 && offset + length <= bytes.byteLength).toBe(true);
          return bytes.slice(offset, offset + length);
        };
        const window = await readWindow(read, shape, { start, count }, 2);
        expect([...new Uint16Array(window.buffer)]).toEqual(elementsOf(shape, start, count));
      }),
    );
  });
});

/** The indices of the elements of a window, axis by axis. */
function elementsOf(shape: readonly number[], start: readonly number[], count: readonly number[]): number[] {
  let indices = [0];
  for (const [axis, extent] of shape.entries())
    indices = indices.flatMap((index) =>
      Array.from({ length: count[axis]! }, (_, i) => index * extent + start[axis]! + i),
    );
  return indices;
}
