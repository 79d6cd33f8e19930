import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { blocksCovering, boxOfShape, boxShape, voxelCount, type Box, type Zyx } from '#domain/geometry.ts';

import { cutRegion } from '../regions.ts';
import type { VoxelArray } from '../volume.ts';
import { downsample } from './downsample.ts';
import { createOmeZarr, openOmeZarr, type OmeZarrSpec } from './omeZarrStore.ts';
import { openZarr } from './reader.ts';

const SHAPE: Zyx = [20, 37, 41];
const WHOLE = boxOfShape(SHAPE);
const SPEC: OmeZarrSpec = { shape: SHAPE, type: 'uint32', voxelSizeNm: [30, 6, 6], kind: 'labels', chunk: 8 };

const ids = Uint32Array.from({ length: voxelCount(SHAPE) }, (_, index) => 1 + Math.floor(index / 100));
const cut = (box: Box): VoxelArray => cutRegion({ voxels: ids, box: WHOLE }, box);
const blocks = blocksCovering(WHOLE, [16, 16, 16]);

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fascicle-'));
  path = join(folder, 'a.zarr');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Every file below a folder with its content. */
async function filesOf(root: string): Promise<Record<string, string>> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(
    await Promise.all(files.toSorted().map(async (file) => [file.slice(root.length), await readFile(file, 'base64')])),
  );
}

describe('an OME-Zarr store', () => {
  it('gives the same bytes for blocks written in any order, at the same time, and twice', async () => {
    const inOrder = await createOmeZarr(path, SPEC);
    for (const box of blocks) await inOrder.write(box, cut(box));
    const shuffled = await createOmeZarr(join(folder, 'b.zarr'), SPEC);
    await Promise.all(blocks.toReversed().map((box) => shuffled.write(box, cut(box))));
    await Promise.all(blocks.slice(0, 3).map((box) => shuffled.write(box, cut(box))));
    const [a, b] = [await filesOf(path), await filesOf(join(folder, 'b.zarr'))];
    expect(Object.keys(b).filter((file) => file.includes('/c/'))).toHaveLength(3 * 5 * 6);
    delete a['/zarr.json'];
    delete b['/zarr.json'];
    expect(b).toEqual(a);
  });

  it('is 0 where nothing was written', async () => {
    const store = await createOmeZarr(path, SPEC);
    await store.write(blocks[0]!, cut(blocks[0]!));
    const voxels = (await store.read({ min: [0, 0, 14], max: [1, 1, 18] })) as Uint32Array;
    expect([...voxels]).toEqual([1, 1, 0, 0]);
  });

  it('shows what was written after what was read before', async () => {
    const store = await createOmeZarr(path, SPEC);
    await store.read(WHOLE);
    await store.write(WHOLE, ids);
    expect(await store.read(WHOLE)).toEqual(ids);
    await store.write(WHOLE, new Uint32Array(ids.length));
    expect(await store.read(WHOLE)).toEqual(new Uint32Array(ids.length));
    expect(Object.keys(await filesOf(path)).filter((file) => file.includes('/c/'))).toEqual([]);
  });

  it('reads boxes with a halo, whatever the cache holds', async () => {
    const written = await createOmeZarr(path, SPEC);
    await written.write(WHOLE, ids);
    const axis = (extent: number) =>
      fc.tuple(fc.nat(extent), fc.nat(extent)).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const);
    const boxes = fc.tuple(axis(SHAPE[0]), axis(SHAPE[1]), axis(SHAPE[2]));
    for (const cacheBytes of [0, 5000, 1e9]) {
      const store = await openOmeZarr(path, { cacheBytes });
      await fc.assert(
        fc.asyncProperty(boxes, async ([z, y, x]) => {
          const box: Box = { min: [z[0], y[0], x[0]], max: [z[1], y[1], x[1]] };
          expect(await store.read(box)).toEqual(cut(box));
        }),
        { numRuns: 30 },
      );
      await store.close();
    }
  });

  it('opens again for writing and knows what it is', async () => {
    await (await createOmeZarr(path, { ...SPEC, channels: 3, type: 'uint8', kind: 'image' })).close();
    const store = await openOmeZarr(path);
    expect(store.info).toMatchObject({
      shape: SHAPE,
      channels: 3,
      type: 'uint8',
      voxelSizeNm: [30, 6, 6],
      storedAxes: 'czyx',
    });
    expect(store.kind).toBe('image');
    const voxels = new Uint8Array(voxelCount(SHAPE)).fill(9);
    await store.write(WHOLE, voxels, { channel: 2 });
    expect(await store.read(WHOLE, { channel: 2 })).toEqual(voxels);
    expect(await store.read(WHOLE, { channel: 1 })).toEqual(new Uint8Array(voxels.length));
  });

  it('refuses boxes that cut chunks, with the borders that are accepted', async () => {
    const store = await createOmeZarr(path, SPEC);
    const box: Box = { min: [0, 4, 0], max: [8, 16, 8] };
    await expect(store.write(box, new Uint32Array(8 * 12 * 8))).rejects.toMatchObject({
      kind: 'bad-request',
      message: expect.stringMatching(/0:8,4:16,0:8 cuts through chunks.*multiples of 8, 8, 8/),
    });
  });

  it('is not made over another one, and an interrupted creation is completed', async () => {
    await createOmeZarr(path, SPEC);
    await expect(createOmeZarr(path, SPEC)).rejects.toMatchObject({ kind: 'conflict' });
    await rm(join(path, 'zarr.json'));
    await expect(openOmeZarr(path)).rejects.toMatchObject({ kind: 'not-found' });
    await expect(createOmeZarr(path, SPEC)).resolves.toBeDefined();
  });

  it('ignores what a killed writer left', async () => {
    const store = await createOmeZarr(path, SPEC);
    await store.write(WHOLE, ids);
    await writeFile(join(path, '0', 'c', '0', '0', '0.partial'), 'half a chunk');
    expect(await (await openOmeZarr(path)).read(WHOLE)).toEqual(ids);
    await store.write(WHOLE, ids);
    expect(Object.keys(await filesOf(path)).filter((file) => file.endsWith('.partial'))).toEqual([]);
  });

  it('refuses volumes that others wrote in another way', async () => {
    const fixtures = join(import.meta.dirname, '..', '..', '..', '..', 'test', 'fixtures', 'volumes');
    await expect(openOmeZarr(join(fixtures, 'ome04.zarr'))).rejects.toMatchObject({ kind: 'unsupported' });
    await expect(openOmeZarr(join(fixtures, 'v3.zarr'))).rejects.toMatchObject({ kind: 'unsupported' });
    await expect(openOmeZarr(folder)).rejects.toMatchObject({ kind: 'not-found' });
  });
});

describe('coarser levels', () => {
  const levels: Zyx[] = [
    [1, 1, 1],
    [1, 2, 2],
    [2, 4, 4],
  ];

  it('are made block by block as if from the whole volume', async () => {
    const store = await createOmeZarr(path, { ...SPEC, levels });
    await store.write(WHOLE, ids);
    const fractions: number[] = [];
    await store.buildLevels({ onProgress: (fraction) => fractions.push(fraction) });
    const first = downsample(ids, SHAPE, [1, 2, 2], 'mode');
    const second = downsample(first, [20, 19, 21], [2, 2, 2], 'mode');
    expect(store.levels.map(({ shape }) => shape)).toEqual([SHAPE, [20, 19, 21], [10, 10, 11]]);
    expect(await store.read(boxOfShape([20, 19, 21]), { level: 1 })).toEqual(first);
    expect(await store.read(boxOfShape([10, 10, 11]), { level: 2 })).toEqual(second);
    expect(fractions).toEqual(fractions.toSorted((a, b) => a - b));
    expect(fractions.at(-1)).toBe(1);
  });

  it('follow a change when only its region is made again', async () => {
    const store = await createOmeZarr(path, { ...SPEC, levels });
    await store.write(WHOLE, ids);
    await store.buildLevels();
    const region: Box = { min: [8, 8, 16], max: [16, 24, 32] };
    await store.write(region, new Uint32Array(voxelCount(boxShape(region))).fill(77));
    await store.buildLevels({ regions: [region] });
    const whole = await store.read(WHOLE);
    const first = downsample(whole, SHAPE, [1, 2, 2], 'mode');
    expect(await store.read(boxOfShape([20, 19, 21]), { level: 1 })).toEqual(first);
    expect(await store.read(boxOfShape([10, 10, 11]), { level: 2 })).toEqual(
      downsample(first, [20, 19, 21], [2, 2, 2], 'mode'),
    );
  });

  it('state their voxel size and where they lie', async () => {
    await createOmeZarr(path, { ...SPEC, levels });
    expect((await openZarr(path, { dataset: '2' })).info.voxelSizeNm).toEqual([60, 24, 24]);
    const group = JSON.parse(await readFile(join(path, 'zarr.json'), 'utf8'));
    expect(group.attributes.ome.multiscales[0].datasets[2].coordinateTransformations).toEqual([
      { type: 'scale', scale: [60, 24, 24] },
      { type: 'translation', translation: [15, 9, 9] },
    ]);
  });

  it('must be nested', async () => {
    const wrong: Zyx[][] = [
      [[2, 2, 2]],
      [
        [1, 1, 1],
        [2, 2, 2],
        [3, 3, 3],
      ],
    ];
    for (const attempt of wrong)
      await expect(createOmeZarr(path, { ...SPEC, levels: attempt })).rejects.toMatchObject({ kind: 'bad-request' });
  });
});
