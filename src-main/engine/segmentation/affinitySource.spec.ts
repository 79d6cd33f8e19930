import { describe, expect, it } from 'vitest';

import { boxOfShape } from '#domain/geometry.ts';
import type { Zyx } from '#domain/geometry.ts';
import type { VolumeReader } from '#volumes/volume.ts';

import { affinitiesOf, restrictToForeground } from './affinitySource.ts';

const shape: Zyx = [1, 2, 3];
const box = boxOfShape(shape);

/** Channels of equal voxels. */
function volumeOf(type: 'uint8' | 'float32', ...values: number[]): VolumeReader {
  const read = ({ channel = 0 }) => (type === 'uint8' ? new Uint8Array(6) : new Float32Array(6)).fill(values[channel]);
  return {
    info: { source: 'maps.h5:/maps', shape, channels: values.length, type },
    read: (_: unknown, options = {}) => Promise.resolve(read(options)),
  } as unknown as VolumeReader;
}

describe('affinities of another network', () => {
  it.each([
    ['values of 0 to 255', [0, 128, 255], /channel 1, holds values from 0 to 128; .*divide by 255/],
    ['logits', [0.5, 0.5, -4], /channel 2, holds values from -4 to 1; .*sigmoid/],
    ['NaN', [0.5, NaN, 0.5], /channel 1, holds NaN/],
    ['an infinity', [Infinity, 0.5, 0.5], /channel 0, holds values from 0 to Infinity/],
  ])('are refused as float32 where they are %s', async (_, values, message) => {
    const read = affinitiesOf(volumeOf('float32', ...values), box).read(box);
    await expect(read).rejects.toMatchObject({ kind: 'bad-file', message: expect.stringMatching(message) });
  });

  it('may lie beside the range by what rounding adds', async () => {
    const affinities = await affinitiesOf(volumeOf('float32', -0.001, 1.001, 0.5), box).read(box);
    expect([...affinities]).toEqual([-0.001, 1.001, 0.5].flatMap((value) => Array(6).fill(Math.fround(value))));
  });

  it('may be any byte', async () => {
    expect(await affinitiesOf(volumeOf('uint8', 0, 128, 255), box).read(box)).toContain(255);
  });

  it('need a foreground of the same kind', async () => {
    const affinities = affinitiesOf(volumeOf('uint8', 0, 128, 255), box);
    await expect(restrictToForeground(affinities, volumeOf('float32', 2)).read(box)).rejects.toThrow(
      /holds values from 0 to 2/,
    );
  });
});
