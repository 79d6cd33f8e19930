import { describe, expect, it } from 'vitest';

import {
  addLabelStatistics,
  createLabelStatistics,
  labelBox,
  labelCentroid,
  labelStatistics,
} from './labelStatistics.ts';

describe('labelStatistics', () => {
  const labels = Uint32Array.of(1, 1, 0, 1, 2, 0, 0, 2);

  it('finds size, box and centroid', async () => {
    const statistics = await labelStatistics(labels, [2, 2, 2], 4);
    expect([...statistics.voxels]).toEqual([3n, 3n, 2n, 0n]);
    expect(labelBox(statistics, 1)).toEqual({ min: [0, 0, 0], max: [1, 2, 2] });
    expect(labelCentroid(statistics, 2)).toEqual([1, 0.5, 0.5]);
    expect(labelBox(statistics, 3)).toBeUndefined();
    expect(labelCentroid(statistics, 3)).toBeUndefined();
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
