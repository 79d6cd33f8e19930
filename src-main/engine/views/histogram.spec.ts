import { describe, expect, it } from 'vitest';

import { histogramOf } from './histogram.ts';

describe('histogramOf', () => {
  it('counts bytes value by value', () => {
    const voxels = Uint8Array.from({ length: 1000 }, (_, i) => (i < 500 ? 10 : 200));
    const { counts, range, limits } = histogramOf([voxels.subarray(0, 300), voxels.subarray(300)], 'uint8');
    expect(counts[10]).toBe(500);
    expect(counts[200]).toBe(500);
    expect(counts.reduce((sum, count) => sum + count)).toBe(1000);
    expect(range).toEqual([0, 255]);
    expect(limits).toEqual([10, 200]);
  });

  it('takes the range of wider types from the voxels and leaves out outliers', () => {
    const voxels = Uint16Array.from({ length: 10_000 }, (_, i) => 1000 + (i % 100));
    voxels[7] = 65_535;
    const { range, limits } = histogramOf([voxels], 'uint16');
    expect(range).toEqual([1000, 65_535]);
    expect(limits[0]).toBeGreaterThanOrEqual(1000);
    expect(limits[1]).toBeLessThan(1400);
  });

  it('ignores voxels without a value and gives a flat image limits that differ', () => {
    expect(histogramOf([Float32Array.of(NaN, 2, 2, Infinity)], 'float32')).toMatchObject({ range: [2, 3] });
    const { limits } = histogramOf([new Uint8Array(9).fill(5)], 'uint8');
    expect(limits[0]).toBe(5);
    expect(limits[1]).toBeGreaterThan(5);
    expect(histogramOf([new Float32Array(0)], 'float32').counts.every((count) => count === 0)).toBe(true);
  });
});
