import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { boxOfShape, boxShape, voxelCount, type Zyx } from '#domain/geometry.ts';

import { withChunkCache } from './chunkCache.ts';
import { copyVolume, readWhole, slabBoxes, slabs } from './copyVolume.ts';
import { checkBox, copyRegion, cutRegion } from './regions.ts';
import type { VolumeReader, VolumeWriter } from './volume.ts';

/** A volume in memory that counts what is read. */
function memoryVolume(shape: Zyx, chunkShape: Zyx, channels = 1): { reader: VolumeReader; reads: string[] } {
  const reads: string[] = [];
  const whole = Uint16Array.from({ length: voxelCount(shape) }, (_, index) => index);
  const reader: VolumeReader = {
    info: {
      source: 'memory',
      format: 'memory',
      dataset: null,
      shape,
      channels,
      type: 'uint16',
      voxelSizeNm: null,
      storedAxes: 'czyx',
      chunkShape,
    },
    async read(box, { channel = 0 } = {}) {
      checkBox(reader.info, box, channel);
      reads.push(JSON.stringify([box, channel]));
      return (cutRegion({ voxels: whole, box: boxOfShape(shape) }, box) as Uint16Array).map((value) => value + channel);
    },
    close: async () => undefined,
  };
  return { reader, reads };
}

const extent = fc.integer({ min: 1, max: 9 });
const shapes = fc.tuple(extent, extent, extent);

describe('slabs', () => {
  it('cover the volume once, in order, within the budget', () => {
    fc.assert(
      fc.property(
        shapes,
        fc.integer({ min: 1, max: 3000 }),
        fc.integer({ min: 1, max: 4 }),
        (shape, maxBytes, thickness) => {
          const boxes = [...slabBoxes({ shape, type: 'uint16' }, { maxBytes, thickness })];
          expect(boxes[0]!.min).toEqual([0, 0, 0]);
          expect(boxes.at(-1)!.max).toEqual(shape);
          for (const [index, box] of boxes.entries()) {
            if (index > 0) expect(box.min[0]).toBe(boxes[index - 1]!.max[0]);
            const depth = boxShape(box)[0];
            expect(depth <= thickness || depth * shape[1] * shape[2] * 2 <= maxBytes).toBe(true);
          }
        },
      ),
    );
  });

  it('come with their voxels', async () => {
    const { reader } = memoryVolume([5, 2, 3], [2, 2, 3]);
    const depths: number[] = [];
    const values: number[] = [];
    for await (const { box, voxels } of slabs(reader, { maxBytes: 30 })) {
      depths.push(boxShape(box)[0]);
      values.push(...(voxels as Uint16Array));
    }
    expect(depths).toEqual([2, 2, 1]);
    expect(values).toEqual(Array.from({ length: 30 }, (_, index) => index));
  });
});

describe('readWhole', () => {
  it('refuses what does not fit into memory', async () => {
    const { reader } = memoryVolume([5, 2, 3], [1, 1, 1]);
    expect(await readWhole(reader)).toHaveLength(30);
    await expect(readWhole(reader, { maxBytes: 59 })).rejects.toMatchObject({ kind: 'unsupported' });
  });
});

describe('copyVolume', () => {
  it('writes every voxel of every channel once, on the borders of the writer', async () => {
    await fc.assert(
      fc.asyncProperty(shapes, shapes, fc.integer({ min: 1, max: 2000 }), async (shape, chunkShape, maxBytes) => {
        const { reader } = memoryVolume(shape, [1, 1, 1], 2);
        const targets = [new Uint16Array(voxelCount(shape)), new Uint16Array(voxelCount(shape))];
        let written = 0;
        const writer: VolumeWriter = {
          chunkShape,
          async write(box, voxels, { channel = 0 } = {}) {
            for (const axis of [0, 1, 2] as const) {
              expect(box.min[axis] % chunkShape[axis]).toBe(0);
              expect(box.max[axis] % chunkShape[axis] === 0 || box.max[axis] === shape[axis]).toBe(true);
            }
            written += voxels.length;
            copyRegion({ voxels, box }, { voxels: targets[channel]!, box: boxOfShape(shape) });
          },
          finish: async () => undefined,
          discard: async () => undefined,
        };
        await copyVolume(reader, writer, { maxBytes });
        expect(written).toBe(2 * voxelCount(shape));
        for (const channel of [0, 1])
          expect(targets[channel]).toEqual(await reader.read(boxOfShape(shape), { channel }));
      }),
      { numRuns: 50 },
    );
  });

  it('stops when it is cancelled', async () => {
    const { reader } = memoryVolume([5, 2, 3], [1, 1, 1]);
    const cached = withChunkCache(reader, 1e6);
    const signal = AbortSignal.abort();
    await expect(cached.read(boxOfShape([5, 2, 3]), { signal })).rejects.toMatchObject({ kind: 'cancelled' });
  });
});

describe('withChunkCache', () => {
  it('gives the same voxels as the reader behind it', async () => {
    const { reader } = memoryVolume([7, 8, 9], [3, 4, 5], 2);
    const axis = (length: number) =>
      fc.tuple(fc.nat(length), fc.nat(length)).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const);
    for (const maxBytes of [0, 300, 1e6]) {
      const cached = withChunkCache(reader, maxBytes);
      await fc.assert(
        fc.asyncProperty(axis(7), axis(8), axis(9), fc.nat(1), async (z, y, x, channel) => {
          const box = { min: [z[0], y[0], x[0]], max: [z[1], y[1], x[1]] } as const;
          expect(await cached.read(box, { channel })).toEqual(await reader.read(box, { channel }));
        }),
      );
    }
  });

  it('reads each chunk once for boxes that overlap', async () => {
    const { reader, reads } = memoryVolume([8, 8, 8], [4, 4, 4]);
    const cached = withChunkCache(reader, 1e6);
    await cached.read({ min: [1, 1, 1], max: [7, 7, 7] });
    await cached.read({ min: [2, 0, 0], max: [8, 8, 8] });
    expect(reads).toHaveLength(8);
  });
});
