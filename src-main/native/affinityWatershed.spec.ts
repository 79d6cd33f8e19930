import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { blocksCovering, boxOfShape, boxShape, voxelCount, type Box, type Zyx } from '#domain/geometry.ts';

import {
  affinityWatershed,
  affinityWatershedBlock,
  DEFAULT_WATERSHED_THRESHOLDS,
  stitchAffinityWatershed,
  watershedWindow,
  type Affinities,
} from './affinityWatershed.ts';
import { regionGraph, sizeGatedMerge } from './regionGraph.ts';

const edge = fc.integer({ min: 1, max: 7 });
const shapes: fc.Arbitrary<Zyx> = fc.tuple(edge, edge, edge);
const volumes = shapes.chain((shape) =>
  fc.record({
    shape: fc.constant(shape),
    // Few values make many plateaus.
    values: fc.array(fc.constantFrom(0, 60, 120, 200, 255), {
      minLength: 3 * voxelCount(shape),
      maxLength: 3 * voxelCount(shape),
    }),
    block: shapes,
    threads: fc.integer({ min: 1, max: 3 }),
    float: fc.boolean(),
  }),
);

function cut(affinities: Affinities, shape: Zyx, box: Box): Affinities {
  const [depth, height, width] = boxShape(box);
  const part = new (affinities.constructor as Uint8ArrayConstructor)(3 * depth * height * width);
  let target = 0;
  for (let c = 0; c < 3; c++)
    for (let z = box.min[0]; z < box.max[0]; z++)
      for (let y = box.min[1]; y < box.max[1]; y++)
        for (let x = box.min[2]; x < box.max[2]; x++)
          part[target++] = affinities[((c * shape[0] + z) * shape[1] + y) * shape[2] + x];
  return part;
}

/** The volume watershed made of its blocks, as from files. */
async function byBlocks(affinities: Affinities, shape: Zyx, blockShape: Zyx): Promise<[Uint32Array, BigUint64Array]> {
  const blocks = blocksCovering(boxOfShape(shape), blockShape);
  const labels = blocks.map((block) => new Uint32Array(voxelCount(boxShape(block))));
  const summaries = await Promise.all(
    blocks.map((block, i) => {
      const box = watershedWindow(block, shape);
      return affinityWatershedBlock({ affinities: cut(affinities, shape, box), box }, shape, block, labels[i]);
    }),
  );
  const { tables, voxelCounts } = await stitchAffinityWatershed(summaries);
  const whole = new Uint32Array(voxelCount(shape));
  blocks.forEach((block, i) => {
    let source = 0;
    for (let z = block.min[0]; z < block.max[0]; z++)
      for (let y = block.min[1]; y < block.max[1]; y++)
        for (let x = block.min[2]; x < block.max[2]; x++)
          whole[(z * shape[1] + y) * shape[2] + x] = tables[i][labels[i][source++]];
  });
  return [whole, voxelCounts];
}

describe('affinityWatershed', () => {
  it('climbs to the strongest affinity and leaves voxels without edges at 0', async () => {
    const labels = new Uint32Array(6);
    const affinities = new Uint8Array(18);
    affinities.set([0, 100, 200, 50, 0, 0], 12); // x edges: 0-1 100, 1-2 200, 2-3 50
    const counts = await affinityWatershed(affinities, [1, 1, 6], labels);
    expect([...labels]).toEqual([1, 1, 1, 1, 0, 0]);
    expect([...counts]).toEqual([4n]);
  });

  it('gives the same fragments in memory and block by block, for bytes and floats', async () => {
    await fc.assert(
      fc.asyncProperty(volumes, async ({ shape, values, block, threads, float }) => {
        const bytes = Uint8Array.from(values);
        const affinities = float ? Float32Array.from(values, (value) => value / 255) : bytes;
        const whole = new Uint32Array(voxelCount(shape));
        const counts = await affinityWatershed(bytes, shape, whole);
        const other = new Uint32Array(whole.length);
        expect(await affinityWatershed(affinities, shape, other, undefined, { block, threads })).toEqual(counts);
        expect(other).toEqual(whole);
        expect(await byBlocks(affinities, shape, block)).toEqual([whole, counts]);
        const sizes = new BigUint64Array(counts.length);
        for (const label of whole) if (label !== 0) sizes[label - 1]++;
        expect(sizes).toEqual(counts);
      }),
      { numRuns: 60 },
    );
  });

  it('merges ahead in its blocks without a trace after the size-gated merge', async () => {
    const gate = { sizeThreshold: 12, gateAffinity: 0.3 };
    async function segments(affinities: Uint8Array, shape: Zyx, block: Zyx, ahead: boolean): Promise<Uint32Array> {
      const labels = new Uint32Array(voxelCount(shape));
      const thresholds = { ...DEFAULT_WATERSHED_THRESHOLDS, ...(ahead && { gate }) };
      const counts = await affinityWatershed(affinities, shape, labels, thresholds, { block });
      const graph = await regionGraph(labels, affinities, shape);
      const { table } = await sizeGatedMerge(graph, counts, gate);
      return labels.map((label) => table[label]);
    }
    await fc.assert(
      fc.asyncProperty(volumes, async ({ shape, values, block }) => {
        const affinities = Uint8Array.from(values);
        const expected = await segments(affinities, shape, [9, 9, 9], false);
        expect(await segments(affinities, shape, block, true)).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });

  it('names the wrong argument', async () => {
    const shape: Zyx = [2, 2, 2];
    const labels = new Uint32Array(8);
    await expect(affinityWatershed(new Uint8Array(23), shape, labels)).rejects.toMatchObject({
      kind: 'bad-request',
      message: 'affinityWatershed: `affinities` is 23 elements; accepted: 24 elements',
    });
    const words = new Uint32Array(24) as unknown as Uint8Array;
    await expect(affinityWatershed(words, shape, labels)).rejects.toMatchObject({
      message: 'affinityWatershed: `affinities` is Uint32Array; accepted: Uint8Array, Float32Array',
    });
    await expect(affinityWatershed(new Uint8Array(24), shape, labels, { low: 0.5, high: 0.5 })).rejects.toMatchObject({
      kind: 'bad-request',
      message: /0 <= low < high/,
    });
    const block = { min: [0, 0, 0], max: [1, 2, 2] } as const;
    await expect(
      affinityWatershedBlock({ affinities: new Uint8Array(12), box: block }, shape, block, new Uint32Array(4)),
    ).rejects.toMatchObject({ kind: 'bad-request', message: /halo/ });
  });

  it('refuses summaries that do not make one volume', async () => {
    const shape: Zyx = [4, 1, 1];
    const block = { min: [0, 0, 0], max: [2, 1, 1] } as const;
    const window = { affinities: new Uint8Array(12), box: boxOfShape(shape) };
    const summary = await affinityWatershedBlock(window, shape, block, new Uint32Array(2));
    await expect(stitchAffinityWatershed([summary])).rejects.toMatchObject({ kind: 'bad-request' });
    await expect(stitchAffinityWatershed([summary.slice(1)])).rejects.toMatchObject({ kind: 'bad-request' });
    const text = ['summary'] as unknown as Uint32Array[];
    await expect(stitchAffinityWatershed(text)).rejects.toMatchObject({ message: /`summaries`/ });
  });

  it('stops when its signal aborts', async () => {
    const signal = AbortSignal.abort();
    const call = affinityWatershed(new Uint8Array(24), [2, 2, 2], new Uint32Array(8), undefined, { signal });
    await expect(call).rejects.toMatchObject({ kind: 'cancelled' });
  });
});
