import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { boxContains, boxOfShape, boxShape, intersectBoxes, mapZyx, voxelCount } from '#domain/geometry.ts';
import type { Box, Zyx } from '#domain/geometry.ts';

import { makeGrid } from './grid.ts';
import { chooseBlockShape, planTiles } from './tiling.ts';
import type { NetworkGeometry, OutputBlock } from './tiling.ts';

const triple = (min: number, max: number) =>
  fc.tuple(fc.integer({ min, max }), fc.integer({ min, max }), fc.integer({ min, max })) as fc.Arbitrary<Zyx>;

const scenario = fc.record({
  shape: triple(1, 40),
  factor: fc.tuple(fc.constantFrom(1, 2, 0.5), fc.constantFrom(1, 2, 1.7), fc.constantFrom(1, 3)) as fc.Arbitrary<Zyx>,
  radius: triple(0, 7),
  stride: fc.tuple(fc.constantFrom(1, 2), fc.constantFrom(1, 4), fc.constantFrom(2, 8)) as fc.Arbitrary<Zyx>,
  block: triple(3, 25),
  origin: triple(0, 5),
  fixed: fc.boolean(),
});

const networkOf = (radius: Zyx, stride: Zyx, fixed: boolean): NetworkGeometry => ({
  receptiveFieldRadius: radius,
  stride,
  sizes: mapZyx((axis) => axis).map((_, axis) =>
    fixed
      ? { min: 2 * Math.ceil(radius[axis] / stride[axis]) * stride[axis] + 2 * stride[axis], step: 0 }
      : { min: stride[axis] * 2, step: stride[axis] },
  ),
});

function expectPartition(boxes: readonly Box[], whole: Box): void {
  expect(boxes.every((box) => boxContains(whole, box) && voxelCount(boxShape(box)) > 0)).toBe(true);
  expect(boxes.reduce((sum, box) => sum + voxelCount(boxShape(box)), 0)).toBe(voxelCount(boxShape(whole)));
  for (const [i, a] of boxes.entries())
    for (const b of boxes.slice(i + 1)) expect(voxelCount(boxShape(intersectBoxes(a, b)))).toBe(0);
}

describe('planTiles', () => {
  it('uses blended tiles as far as they reach, the same ones for a voxel whatever its block', () => {
    fc.assert(
      fc.property(scenario, triple(3, 25), ({ shape, radius, stride, block, origin }, other) => {
        const grid = makeGrid(shape, [1, 1, 1]);
        const network = { ...networkOf(radius, stride, true), blending: { sigma: 0.5 } };
        const roi: Box = { min: mapZyx((axis) => Math.min(origin[axis], shape[axis] - 1)), max: shape };
        const tilesAt = (blocks: readonly OutputBlock[], voxel: Zyx) => {
          const one = { min: voxel, max: mapZyx((axis) => voxel[axis] + 1) };
          const { tiles } = blocks.find(({ box }) => boxContains(box, one))!;
          return tiles.filter(({ keep }) => boxContains(keep, one)).map(({ origin: at }) => at);
        };
        const [some, others] = [block, other].map(
          (size) => planTiles(grid, network, { roi, origin: roi.min }, size).blocks,
        );
        for (const voxel of [roi.min, mapZyx((axis) => shape[axis] - 1)]) {
          expect(tilesAt(some, voxel).length).toBeGreaterThan(0);
          expect(tilesAt(others, voxel)).toEqual(tilesAt(some, voxel));
        }
      }),
    );
  });

  it('refuses to blend tiles whose size depends on the block', () => {
    const network = { ...networkOf([1, 1, 1], [1, 1, 2], false), blending: { sigma: 0.5 } };
    const lattice = { roi: boxOfShape([8, 8, 8]), origin: [0, 0, 0] } as const;
    expect(() => planTiles(makeGrid([8, 8, 8], [1, 1, 1]), network, lattice, [8, 8, 8])).toThrow('no fixed size');
  });

  it('covers the region once, from tiles on the stride lattice that see a whole receptive field', () => {
    fc.assert(
      fc.property(scenario, ({ shape, factor, radius, stride, block, origin, fixed }) => {
        const grid = makeGrid(shape, factor);
        const roi: Box = { min: mapZyx((axis) => Math.min(origin[axis], shape[axis] - 1)), max: shape };
        const plan = planTiles(grid, networkOf(radius, stride, fixed), { roi, origin: roi.min }, block);
        expectPartition(
          plan.blocks.map(({ box }) => box),
          roi,
        );
        for (const { need, tiles } of plan.blocks) {
          expect(boxContains(boxOfShape(grid.modelShape), need)).toBe(true);
          expectPartition(
            tiles.map(({ keep }) => keep),
            need,
          );
          for (const { origin: at, keep } of tiles)
            for (const axis of [0, 1, 2] as const) {
              expect(Math.abs(at[axis] % stride[axis])).toBe(0);
              expect(keep.min[axis] - at[axis]).toBeGreaterThanOrEqual(radius[axis]);
              expect(at[axis] + plan.tileShape[axis] - keep.max[axis]).toBeGreaterThanOrEqual(radius[axis]);
            }
        }
      }),
    );
  });

  it('starts blocks where the chunks of the store start', () => {
    const grid = makeGrid([1, 1, 20], [1, 1, 1]);
    const network = networkOf([0, 0, 1], [1, 1, 2], false);
    const roi: Box = { min: [0, 0, 5], max: [1, 1, 18] };
    const edges = (blocks: readonly OutputBlock[]) => blocks.map(({ box }) => [box.min[2], box.max[2]]);
    expect(edges(planTiles(grid, network, { roi, origin: [0, 0, 5] }, [1, 1, 8]).blocks)).toEqual([
      [5, 13],
      [13, 18],
    ]);
    expect(edges(planTiles(grid, network, { roi, origin: [0, 0, 0] }, [1, 1, 8]).blocks)).toEqual([
      [5, 8],
      [8, 16],
      [16, 18],
    ]);
  });

  it('refuses a fixed tile that the receptive field uses up', () => {
    const network = {
      receptiveFieldRadius: [0, 0, 8],
      stride: [1, 1, 4],
      sizes: [1, 1, 16].map((min) => ({ min, step: 0 })),
    };
    expect(() =>
      planTiles(
        makeGrid([1, 1, 64], [1, 1, 1]),
        network as unknown as NetworkGeometry,
        { roi: boxOfShape([1, 1, 64]), origin: [0, 0, 0] },
        [1, 1, 64],
      ),
    ).toThrow(/leaves nothing to keep/);
  });
});

describe('chooseBlockShape', () => {
  const grid = makeGrid([128, 1024, 1024], [1, 1, 1]);
  const network = networkOf([8, 52, 52], [1, 8, 8], false);
  const lattice = { roi: boxOfShape(grid.sourceShape), origin: [0, 0, 0] as Zyx };
  const choose = (budgetBytes: number) =>
    chooseBlockShape(grid, network, lattice, [64, 64, 64], {
      bytesPerTileVoxel: 300,
      bytesPerBlockVoxel: 40,
      budgetBytes,
    });
  const wasteOf = (block: Zyx) => planTiles(grid, network, lattice, block).waste;

  it('spends more memory on less waste, in whole chunks', () => {
    const [small, large] = [choose(2 ** 30), choose(2 ** 32)];
    expect([...small, ...large].every((length) => length % 64 === 0)).toBe(true);
    expect(wasteOf(large)).toBeLessThan(wasteOf(small));
    expect(wasteOf(large)).toBeLessThan(3);
    expect(voxelCount(planTiles(grid, network, lattice, large).tileShape) * 300).toBeLessThan(2 ** 32);
  });

  it('says what the smallest tile takes where the budget is below it', () => {
    expect(() => choose(2 ** 20)).toThrow(/budget of 1 MiB is too small.* smallest tile takes about \d+ MiB/);
  });
});
