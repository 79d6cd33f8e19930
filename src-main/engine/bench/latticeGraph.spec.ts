import { describe, expect, it } from 'vitest';

import { multicut } from '#native/multicut.ts';

import { LATTICE_UNIT, latticeGraph } from './latticeGraph.ts';

describe('latticeGraph', () => {
  it('is a sorted graph of about seven contacts for each supervoxel, whose multicut has objects in it', async () => {
    const { supervoxelCount, ...edges } = latticeGraph(8000);
    expect(supervoxelCount).toBe(8000);
    expect(edges.u.length / supervoxelCount).toBeGreaterThan(6);
    const keys = Array.from(edges.u, (u, i) => u * 2 ** 24 + edges.v[i]);
    expect(keys.every((key, i) => i === 0 || key > keys[i - 1])).toBe(true);
    const params = { supervoxelCount, unit: LATTICE_UNIT, beta: 0.25, byContactArea: true };
    const { segments, energy, contractionEnergy } = await multicut(edges, params);
    expect(energy).toBeLessThanOrEqual(contractionEnergy);
    const count = new Set(segments.subarray(1)).size;
    expect(count).toBeGreaterThan(10);
    expect(count).toBeLessThan(200);
  });
});
