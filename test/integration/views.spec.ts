import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { boxOfShape, boxShape, intersectBoxes, mapZyx, voxelCount } from '#domain/geometry.ts';
import type { Box } from '#domain/geometry.ts';
import { createOrOpenProject } from '#engine/project/project.ts';
import type { Project } from '#engine/project/project.ts';
import { projectFromLabels } from '#engine/segmentation/projectFromVolumes.ts';
import { createProjectViews } from '#engine/views/projectViews.ts';
import type { ProjectViews } from '#engine/views/projectViews.ts';
import { buildRawPyramid } from '#engine/views/rawPyramid.ts';
import { createOmeZarr, openOmeZarr } from '#volumes/zarr/index.ts';

import { temporaryFolder } from '../helpers/folders.ts';
import { boxOf, expectSame, PLANES, projectOfRaw, SHAPE, VOXEL_SIZE, writeH5 } from '../helpers/viewedVolumes.ts';

const folder = temporaryFolder();

/** Affinities as the network leaves them: three channels, one level. */
async function writeAffinities(project: Project): Promise<void> {
  const store = await createOmeZarr(project.paths.affinities, {
    shape: SHAPE,
    channels: 3,
    type: 'uint8',
    voxelSizeNm: VOXEL_SIZE,
    kind: 'image',
  });
  for (const channel of [0, 1, 2]) {
    const voxels = new Uint8Array(voxelCount(SHAPE));
    for (let z = 0, index = 0; z < SHAPE[0]; z++)
      for (let y = 0; y < SHAPE[1]; y++)
        for (let x = 0; x < SHAPE[2]; x++) voxels[index++] = (z * 7 + y * 3 + x + 80 * channel) % 256;
    await store.write(boxOfShape(SHAPE), voxels, { channel });
  }
  await store.close();
}

describe('the views of a segmented project', () => {
  let project: Project;
  let views: ProjectViews;
  beforeAll(async () => {
    await writeH5(join(folder, 'raw.h5'), SHAPE, 'uint8');
    await writeH5(join(folder, 'labels.h5'), SHAPE, 'uint64');
    project = await createOrOpenProject(join(folder, 'segmented'));
    const sources = { labels: join(folder, 'labels.h5'), affinities: null, raw: join(folder, 'raw.h5'), region: null };
    await projectFromLabels(project, sources, null, { axes: null, voxelSizeNm: null, block: 64, threads: 2 });
    expect(await buildRawPyramid(project)).toBe('built');
    await writeAffinities(project);
    views = createProjectViews(project, { memoryBudgetBytes: 3 * 2 ** 20 });
  });
  afterAll(async () => {
    await views.close();
    project.close();
  });

  it('lists the layers with their levels', async () => {
    const layers = await views.layers();
    expect(layers.map(({ id, kind, type }) => [id, kind, type])).toEqual([
      ['raw', 'image', 'uint8'],
      ['affinities', 'image', 'uint8'],
      ['supervoxels', 'labels', 'uint32'],
      ['labels', 'labels', 'uint32'],
    ]);
    expect(layers[0].levels[0]).toEqual({ shape: SHAPE, factor: [1, 1, 1] });
    expect(layers[0].levels[1].factor).toEqual([1, 2, 2]);
    expect(layers[0].limits![1]).toBeGreaterThan(layers[0].limits![0]);
    expect(layers[1]).toMatchObject({ channels: 3, limits: [0, 255] });
    expect(layers[1].levels).toEqual(layers[0].levels);
    expect(layers[2].limits).toBeNull();
  });

  it('cuts every slice of every plane and level as the store holds it', async () => {
    const stores = {
      raw: await openOmeZarr(project.paths.raw),
      supervoxels: await openOmeZarr(project.paths.supervoxels),
    };
    for (const layer of ['raw', 'supervoxels'] as const)
      for (const [level, { shape }] of stores[layer].levels.entries()) {
        for (const [plane, cut, rows, columns] of [
          ['xy', 0, 1, 2],
          ['xz', 1, 0, 2],
          ['yz', 2, 0, 1],
        ] as const)
          for (let position = 0; position < shape[cut]; position += 1 + (position % 5)) {
            const rectangle = { row: 0, column: 0, rows: shape[rows], columns: shape[columns] };
            const slice = await views.slice({ layer, level, channel: 0, plane, position }, rectangle);
            expect([slice.depth, slice.rows, slice.columns]).toEqual([1, shape[rows], shape[columns]]);
            const box = boxOf(plane, position, [0, shape[rows]], [0, shape[columns]]);
            expectSame(slice.voxels, (await stores[layer].read(box, { level })) as Uint8Array);
          }
      }
    await Promise.all(Object.values(stores).map((store) => store.close()));
  });

  it('cuts any rectangle and box, clipped at the edge, also when many are asked for at once', async () => {
    const store = await openOmeZarr(project.paths.supervoxels);
    const pixel = fc.nat({ max: 140 });
    const extent = fc.integer({ min: 1, max: 140 });
    const request = fc.record({
      plane: fc.constantFrom(...PLANES),
      position: pixel,
      row: pixel,
      column: pixel,
      rows: extent,
      columns: extent,
    });
    await fc.assert(
      fc.asyncProperty(fc.array(request, { minLength: 1, maxLength: 8 }), async (requests) => {
        await Promise.all(
          requests.map(async ({ plane, position, ...rectangle }) => {
            const box = boxOf(plane, position, [rectangle.row, rectangle.rows], [rectangle.column, rectangle.columns]);
            const cut = intersectBoxes(box, boxOfShape(SHAPE));
            const place = { layer: 'supervoxels', level: 0, channel: 0 } as const;
            if (boxShape(cut).includes(0)) {
              await expect(views.slice({ ...place, plane, position }, rectangle)).rejects.toMatchObject({
                kind: 'bad-request',
              });
              return;
            }
            const expected = (await store.read(cut)) as Uint32Array;
            expectSame((await views.slice({ ...place, plane, position }, rectangle)).voxels, expected);
            expectSame((await views.box(place, box)).voxels, expected);
          }),
        );
      }),
      { numRuns: 25 },
    );
    await store.close();
  });

  it('shows imported labels under the ids of the project', async () => {
    const rectangle = { row: 3, column: 5, rows: 60, columns: 100 };
    const place = { level: 0, channel: 0, plane: 'xz', position: 17 } as const;
    const labels = await views.slice({ ...place, layer: 'labels' }, rectangle);
    const supervoxels = await views.slice({ ...place, layer: 'supervoxels' }, rectangle);
    expectSame(labels.voxels, supervoxels.voxels);
    const coarse = (await views.layers()).find(({ id }) => id === 'labels')!.levels[1];
    const middle = await views.slice(
      { ...place, layer: 'labels', level: 1, position: 8 },
      { ...rectangle, columns: 9, rows: 7 },
    );
    expect([middle.rows, middle.columns]).toEqual([7, 9]);
    const [fz, fy, fx] = coarse.factor;
    const full = await views.box({ layer: 'supervoxels', level: 0, channel: 0 }, boxOfShape(SHAPE));
    const at = (z: number, y: number, x: number) => full.voxels[(z * SHAPE[1] + y) * SHAPE[2] + x];
    expect(middle.voxels[2 * 9 + 4]).toBe(at((3 + 2) * fz + (fz >> 1), 8 * fy + (fy >> 1), (5 + 4) * fx + (fx >> 1)));
  });

  it('shows each channel of the affinities, at coarser levels too', async () => {
    const rectangle = { row: 0, column: 0, rows: 4000, columns: 4000 };
    for (const channel of [0, 1, 2])
      for (const [level, factor] of [
        [0, [1, 1, 1]],
        [2, [1, 4, 4]],
      ] as const) {
        const slice = await views.slice({ layer: 'affinities', level, channel, plane: 'xz', position: 5 }, rectangle);
        expect([slice.rows, slice.columns]).toEqual([SHAPE[0], Math.ceil(SHAPE[2] / factor[2])]);
        const [y, x] = [5 * factor[1] + (factor[1] >> 1), 20 * factor[2] + (factor[2] >> 1)];
        expect(slice.voxels[30 * slice.columns + 20]).toBe((30 * 7 + y * 3 + x + 80 * channel) % 256);
      }
    const tilted = { origin: [20, 3, 4], right: [0, 0, 1], down: [0, 1, 0], rows: 10, columns: 12 } as const;
    const place = { layer: 'affinities', level: 1, channel: 2 } as const;
    const slice = await views.slice(
      { ...place, plane: 'xy', position: 20 },
      { row: 3, column: 4, rows: 10, columns: 12 },
    );
    expectSame((await views.oblique(place, tilted)).voxels, slice.voxels);
  });

  it('samples planes along the axes as slices, and others by the voxels around each pixel', async () => {
    for (const layer of ['raw', 'supervoxels'] as const) {
      const place = { layer, level: 0, channel: 0 };
      const slice = await views.slice(
        { ...place, plane: 'yz', position: 64 },
        { row: 2, column: 1, rows: 68, columns: 80 },
      );
      const size = { rows: 68, columns: 80 };
      const oblique = await views.oblique(place, { origin: [2, 1, 64], right: [0, 1, 0], down: [1, 0, 0], ...size });
      expect([oblique.depth, oblique.rows, oblique.columns]).toEqual([1, 68, 80]);
      expectSame(oblique.voxels, slice.voxels);
    }
    const place = { layer: 'raw', level: 0, channel: 0 } as const;
    const half = await views.oblique(place, {
      origin: [10, 20, 63.5],
      right: [0, 0, 0],
      down: [0, 0, 0],
      rows: 1,
      columns: 1,
    });
    const pair = await views.box(place, { min: [10, 20, 63], max: [11, 21, 65] });
    expect(half.voxels[0]).toBe(Math.floor((pair.voxels[0] + pair.voxels[1]) / 2 + 0.5));
    const tilted = { right: [0.3, 0.2, 0.9], down: [0.5, 0.8, -0.1], rows: 150, columns: 170 } as const;
    const labels = await views.oblique({ ...place, layer: 'supervoxels' }, { origin: [-9, -9, -9], ...tilted });
    const full = await views.box({ ...place, layer: 'supervoxels' }, boxOfShape(SHAPE));
    const expected = Uint32Array.from({ length: 150 * 170 }, (_, pixel) => {
      const [row, column] = [Math.floor(pixel / 170), pixel % 170];
      const [z, y, x] = mapZyx((axis) => Math.floor(-9 + row * tilted.down[axis] + column * tilted.right[axis] + 0.5));
      const isInside = z >= 0 && y >= 0 && x >= 0 && z < SHAPE[0] && y < SHAPE[1] && x < SHAPE[2];
      return isInside ? full.voxels[(z * SHAPE[1] + y) * SHAPE[2] + x] : 0;
    });
    expectSame(labels.voxels, expected);
  });

  it('samples planes whose pixels lie far apart or outside', async () => {
    const place = { layer: 'supervoxels', level: 0, channel: 0 } as const;
    const full = await views.box(place, boxOfShape(SHAPE));
    const far = { origin: [35, 2, 1], right: [0, 0, 40], down: [0, 30, 0], rows: 5, columns: 6 } as const;
    const expected = Uint32Array.from({ length: 30 }, (_, pixel) => {
      const [y, x] = [2 + 30 * Math.floor(pixel / 6), 1 + 40 * (pixel % 6)];
      return y < SHAPE[1] && x < SHAPE[2] ? full.voxels[(35 * SHAPE[1] + y) * SHAPE[2] + x] : 0;
    });
    expectSame((await views.oblique(place, far)).voxels, expected);
    const away = { ...far, origin: [-1e12, 0, 0], right: [1e300, 0, 0] } as const;
    expectSame((await views.oblique(place, away)).voxels, new Uint32Array(30));
  });

  it('gives up what an aborted request asked for, and nothing of the others', async () => {
    const fresh = createProjectViews(project);
    try {
      const place = { layer: 'supervoxels', level: 0, channel: 0, plane: 'xy', position: 5 } as const;
      const whole = { row: 0, column: 0, rows: SHAPE[1], columns: SHAPE[2] };
      await fresh.layers();
      const abort = new AbortController();
      const stale = fresh.slice({ ...place, position: 66 }, whole, abort.signal);
      const shared = fresh.slice(place, whole, abort.signal);
      const kept = fresh.slice(place, whole);
      abort.abort();
      await expect(stale).rejects.toMatchObject({ kind: 'cancelled' });
      await expect(shared).rejects.toMatchObject({ kind: 'cancelled' });
      const found = await kept;
      expectSame(found.voxels, (await fresh.slice(place, whole)).voxels);
      expect(fresh.usage.queued).toBe(0);
      expect(fresh.usage.loading).toBe(0);
    } finally {
      await fresh.close();
    }
  });

  it('stays within its memory budget', async () => {
    for (let position = 0; position < SHAPE[0]; position += 7)
      await views.slice(
        { layer: 'supervoxels', level: 0, channel: 0, plane: 'xy', position },
        { row: 0, column: 0, rows: SHAPE[1], columns: SHAPE[2] },
      );
    expect(views.usage.keptBytes).toBeLessThanOrEqual(3 * 2 ** 20);
  });

  it('cancels what is under way when it is closed', async () => {
    const ending = createProjectViews(project);
    const rectangle = { row: 0, column: 0, rows: 80, columns: 100 };
    await ending.layers();
    const reads = (['supervoxels', 'labels'] as const).map((layer) =>
      ending.slice({ layer, level: 0, channel: 0, plane: 'xy', position: 40 }, rectangle),
    );
    const outcomes = Promise.allSettled(reads);
    await ending.close();
    for (const outcome of await outcomes)
      expect(outcome).toMatchObject({ status: 'rejected', reason: { kind: 'cancelled' } });
  });

  it('refuses layers, levels and channels that there are none of', async () => {
    const rectangle = { row: 0, column: 0, rows: 1, columns: 1 };
    const at = (change: object) =>
      views.slice({ layer: 'raw', level: 0, channel: 0, plane: 'xy', position: 0, ...change } as never, rectangle);
    await expect(at({ layer: 'foreground' })).rejects.toMatchObject({ kind: 'not-found' });
    await expect(at({ level: 9 })).rejects.toMatchObject({ kind: 'bad-request' });
    await expect(at({ channel: 1 })).rejects.toMatchObject({ kind: 'bad-request' });
    await expect(at({ position: SHAPE[0] })).rejects.toMatchObject({ kind: 'bad-request' });
    await expect(views.histogram('supervoxels', 0)).rejects.toMatchObject({ kind: 'bad-request' });
  });

  it('counts brightness', async () => {
    const { counts, range, limits } = await views.histogram('raw', 0);
    expect(range).toEqual([0, 255]);
    expect(counts.length).toBe(256);
    expect(limits[0]).toBeGreaterThanOrEqual(0);
    expect(limits[1]).toBeGreaterThan(limits[0]);
  });

  it('finds the neighbours of a segment by their contact', async () => {
    const full = await views.box({ layer: 'supervoxels', level: 0, channel: 0 }, boxOfShape(SHAPE));
    const segment = full.voxels.find((id) => id > 0)!;
    const contacts = new Map<number, number>();
    const strides = [SHAPE[1] * SHAPE[2], SHAPE[2], 1];
    full.voxels.forEach((id, index) => {
      const place = [Math.floor(index / strides[0]), Math.floor(index / SHAPE[2]) % SHAPE[1], index % SHAPE[2]];
      for (const axis of [0, 1, 2]) {
        if (place[axis] === 0) continue;
        const other = full.voxels[index - strides[axis]];
        if (id === other || id === 0 || other === 0 || (id !== segment && other !== segment)) continue;
        const neighbour = id === segment ? other : id;
        contacts.set(neighbour, (contacts.get(neighbour) ?? 0) + 1);
      }
    });
    const { total, neighbours, revision } = await views.neighbours(segment, 3);
    expect(revision).toBe(1);
    expect(total).toBe(contacts.size);
    const expected = [...contacts].sort(([a, x], [b, y]) => y - x || a - b).slice(0, 3);
    expect(neighbours.map(({ segment: id, contactVoxels }) => [id, contactVoxels])).toEqual(expected);
    expect(neighbours[0].contactUm2).toBeCloseTo((neighbours[0].contactVoxels * (0.0001 + 0.0003 + 0.0003)) / 3, 9);
    await expect(views.neighbours(4_000_000, 3)).rejects.toMatchObject({ kind: 'not-found' });
  });

  it('shows voxels that have changed once it is told of them', async () => {
    const store = await openOmeZarr(project.paths.affinities);
    const place = { layer: 'affinities', level: 0, channel: 1 } as const;
    const box: Box = { min: [0, 0, 0], max: [64, 64, 64] };
    const before = (await views.box(place, box)).voxels as Uint8Array;
    await store.write(
      box,
      before.map((value) => 255 - value),
      { channel: 1 },
    );
    views.refresh('affinities');
    expect((await views.box(place, box)).voxels[77]).toBe(255 - before[77]);
    await store.write(box, before, { channel: 1 });
    views.refresh('affinities');
    await store.close();
  });

  it('says what is wrong with a damaged chunk, and reads it again once it is mended', async () => {
    const copy = join(folder, 'damaged');
    cpSync(project.paths.directory, copy, { recursive: true, filter: (path) => !path.endsWith('.lock') });
    const damaged = await createOrOpenProject(copy);
    const broken = createProjectViews(damaged);
    try {
      const chunk = join(damaged.paths.supervoxels, '0', 'c', '0', '0', '0');
      const bytes = readFileSync(chunk);
      writeFileSync(chunk, bytes.subarray(0, bytes.length >> 1));
      const read = () =>
        broken.slice(
          { layer: 'supervoxels', level: 0, channel: 0, plane: 'xy', position: 0 },
          { row: 0, column: 0, rows: 9, columns: 9 },
        );
      await expect(read()).rejects.toMatchObject({ kind: 'bad-file' });
      writeFileSync(chunk, bytes);
      expect((await read()).columns).toBe(9);
    } finally {
      await broken.close();
      damaged.close();
    }
  });
});

describe('a raw image without a pyramid', () => {
  it.each(['uint8', 'int16', 'uint16', 'float32'] as const)(
    'is shown from its file, region and levels included (%s)',
    async (type) => {
      const path = join(folder, `plain-${type}.h5`);
      const voxels = await writeH5(path, SHAPE, type);
      const region: Box = { min: [3, 5, 7], max: [67, 88, 128] };
      const project = await projectOfRaw(join(folder, `plain-${type}`), path, region);
      const views = createProjectViews(project);
      try {
        const [layer] = await views.layers();
        expect(layer.type).toBe({ uint8: 'uint8', int16: 'uint16', uint16: 'uint16', float32: 'float32' }[type]);
        expect(layer.levels[0].shape).toEqual([64, 83, 121]);
        const shift = type === 'int16' ? 32768 : 0;
        for (const [level, { shape, factor }] of layer.levels.entries())
          for (const plane of PLANES) {
            const rectangle = { row: 1, column: 0, rows: 5000, columns: 5000 };
            const slice = await views.slice(
              { layer: 'raw', level, channel: 0, plane, position: shape[0] >> 1 },
              rectangle,
            );
            const extents = { xy: [shape[1], shape[2]], xz: [shape[0], shape[2]], yz: [shape[0], shape[1]] }[plane];
            expect([slice.rows, slice.columns]).toEqual([extents[0] - 1, extents[1]]);
            const box = intersectBoxes(boxOf(plane, shape[0] >> 1, [1, 5000], [0, 5000]), boxOfShape(shape));
            const expected: number[] = [];
            for (let z = box.min[0]; z < box.max[0]; z++)
              for (let y = box.min[1]; y < box.max[1]; y++)
                for (let x = box.min[2]; x < box.max[2]; x++) {
                  const of = (axis: 0 | 1 | 2, v: number) =>
                    Math.min(v * factor[axis] + (factor[axis] >> 1), layer.levels[0].shape[axis] - 1) +
                    region.min[axis];
                  expected.push(Number(voxels[(of(0, z) * SHAPE[1] + of(1, y)) * SHAPE[2] + of(2, x)]) + shift);
                }
            expectSame(slice.voxels, expected);
          }
        const abort = new AbortController();
        const stale = views.box({ layer: 'raw', level: 0, channel: 0 }, boxOfShape([60, 60, 60]), abort.signal);
        abort.abort();
        await expect(stale).rejects.toMatchObject({ kind: 'cancelled' });
      } finally {
        await views.close();
        project.close();
      }
    },
  );

  it('gives way to the pyramid when that is finished', async () => {
    const path = join(folder, 'later.h5');
    await writeH5(path, SHAPE, 'uint8');
    const project = await projectOfRaw(join(folder, 'later'), path);
    const views = createProjectViews(project);
    try {
      const before = await views.layers();
      const place = { layer: 'raw', level: 0, channel: 0, plane: 'xy', position: 9 } as const;
      const rectangle = { row: 0, column: 0, rows: 90, columns: 131 };
      const seen = await views.slice(place, rectangle);
      await buildRawPyramid(project);
      expect((await views.layers())[0].levels).toEqual(before[0].levels);
      rmSync(path);
      expectSame((await views.slice(place, rectangle)).voxels, seen.voxels);
    } finally {
      await views.close();
      project.close();
    }
  });
});
