import { describe, expect, it } from 'vitest';

import { boxOfShape, voxelCount } from '#domain/geometry.ts';
import type { Zyx } from '#domain/geometry.ts';

import { BlendedBlock, blendingWindow } from './blending.ts';

describe('blendingWindow', () => {
  it('falls with the distance from the centre, to one thousandth at least', () => {
    const weights = blendingWindow([5, 9, 9], { sigma: 0.5 });
    expect(weights[(2 * 9 + 4) * 9 + 4]).toBe(1);
    expect(weights[(2 * 9 + 4) * 9]).toBeCloseTo(Math.exp(-2), 6);
    expect(weights[(2 * 9 + 4) * 9 + 2]).toBeCloseTo(Math.exp(-0.5), 6);
    expect(weights[0]).toBeCloseTo(Math.exp(-6), 6);
    expect(Math.min(...blendingWindow([5, 9, 9], { sigma: 0.2 }))).toBeCloseTo(1e-3, 9);
  });
});

describe('BlendedBlock', () => {
  const shape: Zyx = [2, 2, 4];
  const box = boxOfShape([2, 2, 6]);
  const tiles = [
    { origin: [0, 0, 0], shape, keep: { min: [0, 0, 0], max: [2, 2, 4] } },
    { origin: [0, 0, 2], shape, keep: { min: [0, 0, 2], max: [2, 2, 6] } },
  ] as const;
  const constant = (value: number) => [{ name: 'channel 0', values: new Float32Array(voxelCount(shape)).fill(value) }];
  const make = () => {
    const channel = { box, values: new Float32Array(voxelCount(box.max)) };
    return { channel, block: new BlendedBlock(blendingWindow(shape, { sigma: 0.5 }), [channel]) };
  };

  it('is the mean by weight where tiles overlap, and the tile alone elsewhere', () => {
    const { channel, block } = make();
    block.add(tiles[0], constant(0));
    block.add(tiles[1], constant(1));
    block.finish();
    const weights = blendingWindow(shape, { sigma: 0.5 });
    const row = [...channel.values.subarray(0, 6)];
    expect([row[0], row[1], row[4], row[5]]).toEqual([0, 0, 1, 1]);
    expect(row[2]).toBeCloseTo(weights[0] / (weights[0] + weights[2]), 6);
    expect(row[3]).toBeCloseTo(weights[1] / (weights[1] + weights[3]), 6);
  });

  it('takes a tile that was not run for one of zeros', () => {
    const [{ channel, block }, expected] = [make(), make()];
    block.add(tiles[0], constant(0.5));
    block.add(tiles[1], null);
    expected.block.add(tiles[0], constant(0.5));
    expected.block.add(tiles[1], constant(0));
    for (const { block: each } of [{ block }, expected]) each.finish();
    expect(channel.values).toEqual(expected.channel.values);
  });

  it('names a tile whose values are no probabilities', () => {
    expect(() => make().block.add(tiles[1], constant(NaN))).toThrow('a NaN for channel 0 in the tile at z 0, y 0, x 2');
    expect(() => make().block.add(tiles[0], constant(1.5))).toThrow('values from 0 to 1.5');
  });
});
