import { describe, expect, it } from 'vitest';

import { boxOfShape } from '#domain/geometry.ts';
import type { Zyx } from '#domain/geometry.ts';

import { makeGrid } from './grid.ts';
import { volumeOf } from './testVolumes.ts';
import { keepChannel, quantise, restrict, toSourceBytes } from './tileOutput.ts';

function bytesOf(values: readonly number[]): number[] {
  const bytes = new Uint8Array(values.length);
  quantise(Float32Array.from(values), bytes);
  return [...bytes];
}

describe('quantise', () => {
  it('rounds to the nearest byte, a half to the even one', () => {
    // 255 * 0.5 is exactly 127.5; 0.1 as float32 gives a little over 25.5.
    expect(bytesOf([0, 1, 0.5, 0.1, -1e-6, 1.00001])).toEqual([0, 255, 128, 26, 0, 255]);
  });

  it('brings every byte back to itself', () => {
    for (let byte = 0; byte <= 255; byte++) expect(bytesOf([byte / 255])).toEqual([byte]);
  });
});

describe('keepChannel', () => {
  const tile = {
    origin: [-1, -1, -1] as Zyx,
    shape: [4, 4, 4] as Zyx,
    keep: boxOfShape([2, 2, 2]),
    channel: 'foreground',
  };
  const target = () => ({ box: boxOfShape([2, 2, 2]), values: new Float32Array(8) });

  it('copies what is kept and nothing of the margin', () => {
    const kept = target();
    keepChannel(
      kept,
      volumeOf([4, 4, 4], (z, y, x) => (z * 16 + y * 4 + x) / 64),
      tile,
    );
    expect([...kept.values].map((value) => value * 64)).toEqual([21, 22, 25, 26, 37, 38, 41, 42]);
  });

  it('names the tile that holds a NaN, an infinity or no probability', () => {
    for (const [wrong, text] of [
      [NaN, /gave a NaN for foreground in the tile at z -1, y -1, x -1/],
      [Infinity, /values from 0 to Infinity/],
      [-0.5, /values from -0.5 to 1/],
    ] as const)
      expect(() =>
        keepChannel(
          target(),
          volumeOf([4, 4, 4], (z, y, x) => (z + y + x === 6 ? wrong : 0)),
          tile,
        ),
      ).toThrow(text);
  });

  it('does not mind what the margin holds', () => {
    const edge = volumeOf([4, 4, 4], (z, y, x) => (Math.min(z, y, x) === 0 ? NaN : 0.25));
    expect(() => keepChannel(target(), edge, tile)).not.toThrow();
  });
});

describe('toSourceBytes', () => {
  it('brings a ramp back to where it was', () => {
    const grid = makeGrid([4, 16, 18], [1, 2, 3]);
    const ramp = (y: number, x: number) => (y + 0.5) / 32 + (x + 0.5) / 72;
    const depth = (z: number) => z / 32;
    const model = {
      box: boxOfShape(grid.modelShape),
      values: volumeOf(grid.modelShape, (z, y, x) => depth(z) + ramp(2 * y + 0.5, 3 * x + 1)),
    };
    const found = toSourceBytes(model, grid, { min: [1, 2, 3], max: [3, 14, 15] }, [0, 0, 0]);
    const expected = volumeOf([2, 12, 12], (z, y, x) => 255 * (depth(z + 1) + ramp(y + 2, x + 3)));
    found.forEach((byte, i) => expect(Math.abs(byte - expected[i])).toBeLessThanOrEqual(0.5001));
  });
});

describe('restrict', () => {
  it('takes the smaller of the two', () => {
    const affinity = Uint8Array.of(10, 200, 90);
    restrict(affinity, Uint8Array.of(20, 100, 90));
    expect([...affinity]).toEqual([10, 100, 90]);
  });
});
