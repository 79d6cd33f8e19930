import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { packLabels, unpackLabels } from './chunkDelta.ts';
import { applyPatch, KEEP } from './voxelPatch.ts';

const labels = fc
  .uint32Array({ minLength: 1, maxLength: 300, max: 4 })
  .map((ids) => ids.map((id) => (id === 4 ? KEEP : id)));

describe('labels of a cube', () => {
  it('come back as they were packed, and leave alone what they do not name', () => {
    fc.assert(
      fc.property(labels, (packed) => {
        const into = new Uint32Array(packed.length).fill(77);
        unpackLabels(packLabels(packed), into);
        expect(into).toEqual(packed.map((label) => (label === KEEP ? 77 : label)));
      }),
    );
  });

  it('that are damaged are refused', () => {
    const bytes = packLabels(Uint32Array.of(1, 2, 3));
    expect(() => unpackLabels(bytes.subarray(0, bytes.length - 2), new Uint32Array(3))).toThrow(/damaged/);
    expect(() => unpackLabels(bytes, new Uint32Array(2))).toThrow(/damaged/);
  });
});

it('a patch changes its own voxels inside of the box alone', () => {
  const target = new Uint32Array(2 * 2 * 3).fill(9);
  const patch = {
    window: { min: [0, 1, 1] as const, max: [1, 3, 5] as const },
    labels: Uint32Array.of(1, KEEP, 0, 4, 5, 6, 7, 8),
  };
  applyPatch(target, { min: [0, 0, 0], max: [2, 2, 3] }, patch);
  expect([...target]).toEqual([9, 9, 9, 9, 1, 9, 9, 9, 9, 9, 9, 9]);
});
