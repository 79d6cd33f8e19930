import { describe, expect, it } from 'vitest';

import { addLabelStatistics, createLabelStatistics, labelStatistics } from './labelStatistics.ts';

describe('labelStatistics', () => {
  const labels = Uint32Array.of(1, 1, 0, 1, 2, 0, 0, 2);

  it('finds size, box and sum of coordinates', async () => {
    const { voxels, boxes, coordinateSums } = await labelStatistics(labels, [2, 2, 2], 4);
    const rowOf = (table: Uint32Array | BigUint64Array, width: number, label: number) =>
      Array.from(table.subarray(width * label, width * (label + 1)), Number);
    expect([...voxels]).toEqual([3n, 3n, 2n, 0n]);
    expect(rowOf(boxes, 6, 1)).toEqual([0, 0, 0, 1, 2, 2]);
    // Its voxels are 1,0,0 and 1,1,1.
    expect(rowOf(coordinateSums, 3, 2)).toEqual([2, 1, 1]);
    expect(rowOf(coordinateSums, 3, 3)).toEqual([0, 0, 0]);
  });

  it('adds up over blocks at their places in the volume', async () => {
    const whole = await labelStatistics(labels, [2, 2, 2], 3);
    const blocks = createLabelStatistics(3);
    await addLabelStatistics(blocks, labels.subarray(4), [1, 2, 2], [1, 0, 0]);
    await addLabelStatistics(blocks, labels.subarray(0, 4), [1, 2, 2], [0, 0, 0]);
    expect(blocks).toEqual(whole);
  });

  it('refuses a label beyond the tables', async () => {
    await expect(labelStatistics(labels, [2, 2, 2], 2)).rejects.toMatchObject({ message: /label 2 .* 2 rows/ });
  });
});
