import { setImmediate as nextTurn } from 'node:timers/promises';
import { join } from 'node:path';

import { beforeAll, describe, expect, it } from 'vitest';

import { decodeAssignment } from '#contract/assignmentTable.ts';
import type { Client } from '#contract/client.ts';
import { decodeSupervoxels } from '#contract/supervoxelBytes.ts';
import { decodeVoxelBlock } from '#contract/voxelBlock.ts';
import { boxOfShape, voxelCount } from '#domain/geometry.ts';
import type { Zyx } from '#domain/geometry.ts';
import { createOrOpenProject } from '#engine/project/project.ts';
import { projectFromLabels } from '#engine/segmentation/projectFromVolumes.ts';
import { createOmeZarrVolume } from '#volumes/zarr/index.ts';

import { startTestEngine } from '../helpers/engine.ts';
import type { TestEngine } from '../helpers/engine.ts';
import { temporaryFolder } from '../helpers/folders.ts';

const folder = temporaryFolder();
const SHAPE: Zyx = [80, 200, 300];
let server: TestEngine;
let client: Client;
let project: string;

/** Cuboids of 20 x 40 x 50 voxels. */
const labelAt = (z: number, y: number, x: number): number =>
  1 + Math.floor(z / 20) * 30 + Math.floor(y / 40) * 6 + Math.floor(x / 50);

beforeAll(async () => {
  const voxels = new Uint32Array(voxelCount(SHAPE));
  for (let z = 0, index = 0; z < SHAPE[0]; z++)
    for (let y = 0; y < SHAPE[1]; y++) for (let x = 0; x < SHAPE[2]; x++) voxels[index++] = labelAt(z, y, x);
  const spec = { shape: SHAPE, voxelSizeNm: [10, 10, 10] } as const;
  const labels = await createOmeZarrVolume(join(folder, 'labels.zarr'), { ...spec, type: 'uint32', kind: 'labels' });
  await labels.write(boxOfShape(SHAPE), voxels);
  await labels.finish();
  const made = await createOrOpenProject(join(folder, 'project'));
  const sources = { labels: join(folder, 'labels.zarr'), affinities: null, raw: null, region: null };
  await projectFromLabels(made, sources, null, { axes: null, voxelSizeNm: null, block: 64, threads: 2 });
  made.close();
  server = await startTestEngine(folder);
  ({ client } = server);
  project = (await client.projects.open({ body: { directory: join(folder, 'project') } })).id;
});

const sliceCall = (position: number) =>
  ({
    params: { project, layer: 'supervoxels', level: 0, plane: 'xz', position },
    query: { column: 0, row: 0, columns: 4096, rows: 4096 },
  }) as const;

describe('the voxel routes', () => {
  it('answer with the slice, the box and the oblique slice', async () => {
    const slice = decodeVoxelBlock(await client.voxels.slice(sliceCall(90)));
    expect([slice.type, slice.depth, slice.rows, slice.columns]).toEqual(['uint32', 1, 80, 300]);
    expect(slice.voxels[45 * 300 + 120]).toBe(labelAt(45, 90, 120));
    const layer = { project, layer: 'supervoxels', level: 0 } as const;
    const box = decodeVoxelBlock(
      await client.voxels.box({ params: layer, query: { z: 39, y: 79, x: 99, depth: 2, rows: 2, columns: 2 } }),
    );
    expect([...box.voxels]).toEqual(
      [39, 40].flatMap((z) => [79, 80].flatMap((y) => [99, 100].map((x) => labelAt(z, y, x)))),
    );
    const oblique = decodeVoxelBlock(
      await client.voxels.oblique({
        params: layer,
        query: {
          ...{ originZ: 0, originY: 90, originX: 0, rightZ: 0, rightY: 0, rightX: 1, downZ: 1, downY: 0, downX: 0 },
          ...{ columns: 300, rows: 80 },
        },
      }),
    );
    expect(Buffer.compare(Buffer.from(oblique.voxels.buffer), Buffer.from(slice.voxels.buffer))).toBe(0);
  });

  it('give the tables of the segmentation, and neighbours', async () => {
    const { revision, assignment } = decodeAssignment(await client.segments.assignment({ params: { project } }));
    expect(revision).toBe(1);
    expect([...assignment]).toEqual(Array.from({ length: 121 }, (_, id) => id));
    const { count, sizes, boxes } = decodeSupervoxels(await client.segments.supervoxels({ params: { project } }));
    expect([count, sizes[7]]).toEqual([120, 20 * 40 * 50]);
    expect([...boxes.subarray(42, 48)]).toEqual([0, 40, 50, 20, 80, 100]);
    const { total, neighbours } = await client.segments.neighbours({
      params: { project, segment: 8 },
      query: { limit: 2 },
    });
    expect(total).toBe(5);
    expect(neighbours.map(({ segment, contactVoxels }) => [segment, contactVoxels])).toEqual([
      [38, 2000],
      [2, 1000],
    ]);
  });

  it('refuse what there is not, with a reason', async () => {
    await expect(client.voxels.slice(sliceCall(200))).rejects.toMatchObject({ status: 400, kind: 'bad-request' });
    const raw = { ...sliceCall(0), params: { ...sliceCall(0).params, layer: 'raw' } } as const;
    await expect(client.voxels.slice(raw)).rejects.toMatchObject({ status: 404, kind: 'not-found' });
    await expect(client.voxels.histogram({ params: { project, layer: 'supervoxels' } })).rejects.toMatchObject({
      status: 400,
    });
  });

  it('give up the work of callers that go away, and serve the others', async () => {
    const { views } = server.engine.projects.get(project);
    const abort = new AbortController();
    const stale = Array.from({ length: 40 }, (_, i) => client.voxels.slice(sliceCall(i * 5), { signal: abort.signal }));
    const outcomes = Promise.allSettled(stale);
    const kept = client.voxels.slice(sliceCall(199));
    abort.abort();
    await outcomes;
    expect(decodeVoxelBlock(await kept).voxels[0]).toBe(labelAt(0, 199, 0));
    while (views.usage.queued + views.usage.loading > 0) await nextTurn();
    expect(views.usage).toMatchObject({ queued: 0, loading: 0 });
  });
});
