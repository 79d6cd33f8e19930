import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, it } from 'vitest';

import { createOrOpenProject } from '#engine/project/project.ts';
import { readEdges, readSupervoxels, writeSegmentation } from '#engine/project/tables.ts';
import { createOmeZarr } from '#volumes/zarr/index.ts';

import { loadLiveSegmentation } from './loadLiveSegmentation.ts';
import { contactsOf } from './segmentContacts.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'fascicle-live-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const shape = [7, 8, 9] as const;
const supervoxels = {
  count: 3,
  sizes: Float64Array.of(7, 5, 9),
  boxMin: Int32Array.of(0, 0, 0, 1, 2, 3, 4, 4, 4),
  boxMax: Int32Array.of(1, 2, 3, 4, 5, 6, 6, 6, 6),
  centroids: Float64Array.of(0.5, 1, 1.5, 2, 3, 4, 5, 5, 5),
  originalIds: null,
};
const edges = {
  affinityUnit: 255,
  u: Uint32Array.of(1, 2),
  v: Uint32Array.of(2, 3),
  affinitySum: BigUint64Array.of(2n ** 40n, 30n),
  contactArea: Uint32Array.of(2 ** 32 - 1, 1),
  affinityMax: Uint32Array.of(255, 30),
  contactVoxel: BigUint64Array.of(101n, 230n),
};
const steps = { u: Uint32Array.of(1, 2), v: Uint32Array.of(2, 3), score: Float64Array.of(0.75, 0.1) };

it('reads tables as they were written, and puts cut and decisions in force', async () => {
  const project = await createOrOpenProject(folder);
  try {
    writeSegmentation(project.database, { shape, supervoxels, edges, steps });
    expect(readEdges(project.database, shape)).toEqual(edges);
    expect(readSupervoxels(project.database)).toEqual(supervoxels);

    const voxelSizeNm = [40, 4, 4] as const;
    await (
      await createOmeZarr(project.paths.supervoxels, { shape, type: 'uint32', voxelSizeNm, kind: 'labels' })
    ).close();
    const live = await loadLiveSegmentation(project, {
      cut: { threshold: 0.5, minSize: 0 },
      must: new Map([['2 3', 2]]),
      cannot: new Map([['1 2', 1]]),
      thresholds: new Map([[1, 0.6]]),
    });
    expect([...live.assignment]).toEqual([0, 1, 2, 2]);
    expect(live.decisionsOf(2)).toMatchObject({ must: Uint32Array.of(3, 3), cannot: Uint32Array.of(1) });
    expect(live.thresholdAt(1)).toBe(0.6);
    expect(contactsOf(live, 1)).toMatchObject([{ contact: [1, 3, 2] }]);
    live.close();
  } finally {
    project.close();
  }
});

it('refuses a project without a segmentation', async () => {
  const project = await createOrOpenProject(folder);
  const nothing = { cut: { threshold: null, minSize: 0 }, must: new Map(), cannot: new Map(), thresholds: new Map() };
  await expect(loadLiveSegmentation(project, nothing)).rejects.toMatchObject({ kind: 'not-found' });
  project.close();
});
