import { describe, expect, it } from 'vitest';

import { planBlockTasks, voxelsToRead } from './blockTasks.ts';
import type { MeshLevel } from './meshLevels.ts';

const level = (factor: number): MeshLevel => ({
  level: 0,
  shape: [100, 100, 200],
  factor: [factor, factor, factor],
  voxelSizeNm: [1, 1, 1],
  blockEdge: 64,
  toleranceNm: 1,
});

const plan = (boxes: number[][], factor = 1) =>
  planBlockTasks(level(factor), {
    ids: Uint32Array.from(boxes, (_, row) => 10 + row),
    boxes: Uint32Array.from(boxes.flat()),
  });

describe('planBlockTasks', () => {
  it('finds the blocks of a box, and reads no more than the box', () => {
    const tasks = plan([[10, 20, 30, 20, 30, 70]]);
    expect(tasks.map(({ position, rows }) => ({ position, rows }))).toEqual([
      { position: [0, 0, 0], rows: [0] },
      { position: [0, 0, 1], rows: [0] },
    ]);
    expect(tasks[0]!.window).toEqual({ min: [10, 20, 30], max: [20, 30, 68] });
    expect(tasks[1]!.window).toEqual({ min: [10, 20, 60], max: [20, 30, 70] });
    expect(tasks[1]!.box).toEqual({ min: [0, 0, 64], max: [64, 64, 128] });
    expect(voxelsToRead(tasks)).toBe(100 * (38 + 10));
  });

  it('counts the block before a supervoxel that begins with one: the face between belongs to it', () => {
    const tasks = plan([[0, 0, 64, 1, 1, 65]]);
    expect(tasks.map(({ position }) => position)).toEqual([
      [0, 0, 0],
      [0, 0, 1],
    ]);
  });

  it('joins the supervoxels of a block and cuts the last blocks to the volume', () => {
    const tasks = plan([
      [70, 70, 130, 80, 80, 140],
      [90, 90, 190, 100, 100, 200],
    ]);
    expect(tasks.map(({ rows }) => rows)).toEqual([[0, 1], [1]]);
    expect(tasks[1]!.box).toEqual({ min: [64, 64, 192], max: [100, 100, 200] });
    expect(
      plan([
        [70, 70, 130, 80, 80, 140],
        [72, 72, 131, 99, 75, 135],
      ])[0]!.rows,
    ).toEqual([0, 1]);
  });

  it('covers the voxels of coarse levels that a box may have become', () => {
    expect(plan([[7, 8, 9, 13, 14, 15]], 4)[0]!.window).toEqual({ min: [1, 2, 2], max: [4, 4, 4] });
  });
});
