import { describe, expect, it } from 'vitest';

import { surfaceApron, surfaceNets } from './surfaceNets.ts';

const isotropic = { voxelSize: [1, 1, 1] as const };

describe('surfaceNets', () => {
  const labels = Uint32Array.of(5, 5, 0, 0, 5, 5, 0, 9);
  const window = { min: [0, 0, 0], max: [2, 2, 2] } as const;

  it('gives each label of a block its surface', async () => {
    const [meshes] = await surfaceNets(labels, window, [window], { ...isotropic, smoothing: 0 });
    expect([...meshes!.labels]).toEqual([5, 9]);
    // 4 voxels in a square plate: 2 * 4 + 8 faces; a lone voxel: 6.
    expect([...meshes!.triangleStart]).toEqual([0, 32, 44]);
    expect([...meshes!.vertexStart]).toEqual([0, 18, 26]);
    const corners = meshes!.positions.subarray(3 * 18);
    expect([Math.min(...corners), Math.max(...corners)]).toEqual([2 * 256, 3 * 256]);
    expect(meshes!.normals).toHaveLength(2 * 26);
    expect(Math.max(...meshes!.triangles.subarray(3 * 32))).toBe(7);
  });

  it('meshes only what is selected, and blocks of a window', async () => {
    const blocks = [
      { min: [0, 0, 0], max: [1, 2, 2] },
      { min: [1, 0, 0], max: [2, 2, 2] },
    ] as const;
    const parts = await surfaceNets(labels, window, blocks, { ...isotropic, selected: Uint32Array.of(9), threads: 2 });
    expect(parts.map((part) => [...part.labels])).toEqual([[9], [9]]);
    expect(parts.map((part) => part.triangles.length / 3)).toEqual([2, 10]);
  });

  it('refuses what it cannot do', async () => {
    await expect(surfaceNets(labels, { min: [0, 0, 0], max: [2, 2, 3] }, [window], isotropic)).rejects.toMatchObject({
      kind: 'bad-request',
      message: expect.stringContaining('12 elements'),
    });
    const long = { min: [0, 0, 0], max: [2, 2, 300] } as const;
    await expect(surfaceNets(labels, window, [long], isotropic)).rejects.toMatchObject({
      message: expect.stringContaining('252'),
    });
  });

  it('stops on an abort', async () => {
    const signal = AbortSignal.abort();
    await expect(surfaceNets(labels, window, [window], { ...isotropic, signal })).rejects.toMatchObject({
      kind: 'cancelled',
    });
  });

  it('names the voxels around a block that it needs', () => {
    expect(surfaceApron()).toBe(4);
    expect(surfaceApron(0)).toBe(2);
  });
});
