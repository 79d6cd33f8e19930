import { closeSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { createMeshFragmentDecoder } from '#contract/meshFragments.ts';
import type { MeshFragment } from '#contract/meshFragments.ts';
import { buildMeshes } from '#engine/meshes/buildMeshes.ts';
import type { FragmentCounts } from '#engine/meshes/meshMessages.ts';
import { openMeshes } from '#engine/meshes/openMeshes.ts';
import type { MeshSource } from '#engine/meshes/openMeshes.ts';
import { writePhantom } from '#engine/phantom/writePhantom.ts';
import { createOrOpenProject, openProject } from '#engine/project/project.ts';
import type { Project } from '#engine/project/project.ts';
import { readSupervoxelSizes } from '#engine/project/tables.ts';
import { projectFromLabels } from '#engine/segmentation/projectFromVolumes.ts';

/** The meshes of a real project, made by the real mesh process: two blocks along x, three levels. */

let folder: string;
let project: Project;
let meshes: MeshSource;
let sizes: Float64Array;
const cacheFile = () => join(project.paths.directory, 'meshes', 'fragments.sqlite');

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fascicle-meshes-'));
  const volume = join(folder, 'phantom.h5');
  const options = { shape: [40, 60, 150], seed: 3, voxelSizeNm: [20, 10, 10], affinities: false, threads: 2 } as const;
  await writePhantom(volume, options);
  const made = await createOrOpenProject(join(folder, 'project'));
  const sources = { labels: `${volume}:/labels`, affinities: null, raw: null, region: null };
  await projectFromLabels(made, sources, null, { voxelSizeNm: null, axes: null, block: 128, threads: 2 });
  sizes = readSupervoxelSizes(made.database);
  made.close();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

beforeEach(async () => {
  rmSync(join(folder, 'project', 'meshes'), { recursive: true, force: true });
  await open();
});
afterEach(close);

async function open(): Promise<void> {
  project = await openProject(join(folder, 'project'));
  meshes = await openMeshes(project, { threads: 2 });
}

async function close(): Promise<void> {
  await meshes.close();
  project.close();
}

const allIds = () => Uint32Array.from(sizes, (_, row) => row + 1);

async function collect(
  ids: Uint32Array,
  level: number,
  options: { joined?: boolean } = {},
): Promise<{ fragments: MeshFragment[]; counts: FragmentCounts }> {
  const decoder = createMeshFragmentDecoder();
  const fragments: MeshFragment[] = [];
  const stream = meshes.fragments(ids, level, options);
  for (;;) {
    const next = await stream.next();
    if (next.done === true) {
      decoder.finish();
      return { fragments, counts: next.value };
    }
    fragments.push(...decoder.push(next.value));
  }
}

/** Corners of the triangles of fragments, as lattice points of the level, and the volume that they enclose, in voxels. */
function surfaceOf(fragments: readonly MeshFragment[]): { edges: Map<string, number>; voxels: number } {
  const edges = new Map<string, number>();
  let sum = 0;
  for (const { positions, indices, originNm, unitNm } of fragments) {
    const corner = (vertex: number): [number, number, number] => [
      positions[3 * vertex]! + Math.round(originNm[0] / unitNm[0]),
      positions[3 * vertex + 1]! + Math.round(originNm[1] / unitNm[1]),
      positions[3 * vertex + 2]! + Math.round(originNm[2] / unitNm[2]),
    ];
    for (let t = 0; t < indices.length; t += 3) {
      const points = [0, 1, 2].map((i) => corner(indices[t + i]!));
      const [a, b, c] = [points[0]!, points[1]!, points[2]!];
      sum +=
        a[0]! * (b[1]! * c[2]! - b[2]! * c[1]!) +
        a[1]! * (b[2]! * c[0]! - b[0]! * c[2]!) +
        a[2]! * (b[0]! * c[1]! - b[1]! * c[0]!);
      for (let i = 0; i < 3; i++) {
        const [from, to] = [points[i]!.join(), points[(i + 1) % 3]!.join()];
        // An edge and its opposite cancel where a surface is closed.
        const [key, step] = from < to ? [`${from} ${to}`, 1] : [`${to} ${from}`, -1];
        edges.set(key, (edges.get(key) ?? 0) + step);
      }
    }
  }
  return { edges, voxels: sum / 6 / 256 ** 3 };
}

function bySupervoxel(fragments: readonly MeshFragment[]): Map<number, MeshFragment[]> {
  return Map.groupBy(fragments, ({ supervoxel }) => supervoxel);
}

describe('the meshes of a project', () => {
  it('are closed surfaces, also across blocks, that enclose about the voxels of their supervoxels', async () => {
    const { fragments } = await collect(allIds(), 0);
    const groups = bySupervoxel(fragments);
    expect(groups.size).toBe(sizes.length);
    expect([...groups.values()].some((parts) => parts.length > 1)).toBe(true);
    let enclosed = 0;
    for (const [supervoxel, parts] of groups) {
      const { edges, voxels } = surfaceOf(parts);
      expect([...edges.values()].filter((balance) => balance !== 0)).toEqual([]);
      const size = sizes[supervoxel - 1]!;
      if (size > 2000) expect(Math.abs(voxels / size - 1)).toBeLessThan(0.15);
      enclosed += voxels;
    }
    expect(enclosed / sizes.reduce((sum, size) => sum + size, 0)).toBeCloseTo(0.97, 1);
  });

  it('have coarse levels with fewer triangles, and levels chosen for a set', async () => {
    const triangles = async (level: number) =>
      (await collect(allIds(), level)).fragments.reduce((sum, { indices }) => sum + indices.length / 3, 0);
    const [fine, coarse] = [await triangles(0), await triangles(1)];
    expect(meshes.levels.length).toBeGreaterThan(1);
    expect(coarse).toBeLessThan(fine / 2);
    const { first, full } = meshes.chooseLevels(allIds());
    expect(full).toBeLessThanOrEqual(first);
    await expect(collect(allIds(), 9)).rejects.toMatchObject({ kind: 'bad-request' });
    await expect(collect(Uint32Array.of(4e9), 0)).rejects.toMatchObject({ kind: 'not-found' });
  });

  it('can be one surface around all supervoxels, without walls between them', async () => {
    const apart = await collect(allIds(), 0);
    const { fragments, counts } = await collect(allIds(), 0, { joined: true });
    expect(new Set(fragments.map(({ supervoxel }) => supervoxel))).toEqual(new Set([1]));
    expect(counts.bytes).toBeLessThan(apart.counts.bytes / 2);
    const { edges, voxels } = surfaceOf(fragments);
    expect([...edges.values()].filter((balance) => balance !== 0)).toEqual([]);
    expect(voxels / sizes.reduce((sum, size) => sum + size, 0)).toBeCloseTo(1, 1);
  });

  it('come from the cache after the project was closed and opened again', async () => {
    const made = await collect(allIds(), 0);
    expect(made.counts.cached).toBe(0);
    await close();
    await open();
    const again = await collect(allIds(), 0);
    expect(again.counts).toEqual({ ...made.counts, cached: made.counts.fragments });
    const sorted = (fragments: MeshFragment[]) =>
      fragments.sort((a, b) => a.supervoxel - b.supervoxel || a.block[0] - b.block[0]);
    expect(sorted(again.fragments)).toEqual(sorted(made.fragments));
  });

  it('are made again where a supervoxel has changed, and only there', async () => {
    const ids = Uint32Array.of(1, 2);
    const { counts } = await collect(ids, 0);
    await close();
    project = await openProject(join(folder, 'project'));
    const shift = (by: number) =>
      project.database.prepare('UPDATE supervoxels SET centroid_x = centroid_x + ? WHERE id = 2').run(by);
    shift(0.5);
    meshes = await openMeshes(project, { threads: 1 });
    const again = await collect(ids, 0);
    shift(-0.5);
    expect(again.counts.fragments).toBe(counts.fragments);
    expect(again.counts.cached).toBe((await collect(Uint32Array.of(1), 0)).counts.fragments);
  });

  it('are made again where the cache is damaged', async () => {
    const made = await collect(allIds(), 0);
    await close();
    const bytes = statSync(cacheFile()).size;
    for (const position of [0, Math.floor(bytes / 2), bytes - 5000]) {
      const file = openSync(cacheFile(), 'r+');
      writeSync(file, Buffer.alloc(4096, 0xa5), 0, 4096, position);
      closeSync(file);
      await open();
      const again = await collect(allIds(), 0);
      expect({ ...again.counts, cached: 0 }).toEqual(made.counts);
      await close();
    }
    await open();
  });

  it('fail with a way out when the mesh process is killed, and work again after that', async () => {
    const stream = meshes.fragments(allIds(), 0);
    await stream.next();
    process.kill(meshes.pid!, 'SIGKILL');
    const rest = (async () => {
      for (;;) if ((await stream.next()).done === true) return;
    })();
    await expect(rest).rejects.toMatchObject({
      kind: 'internal',
      message: expect.stringMatching(/mesh process ended unexpectedly \(SIGKILL\).*Select the segment again/),
    });
    const { fragments } = await collect(allIds(), 0);
    expect(bySupervoxel(fragments).size).toBe(sizes.length);
  });

  it('can be cancelled, by the signal or by not reading on', async () => {
    const controller = new AbortController();
    const stream = meshes.fragments(allIds(), 0, { signal: controller.signal });
    controller.abort();
    await expect(stream.next()).rejects.toMatchObject({ kind: 'cancelled' });
    for await (const part of meshes.fragments(allIds(), 0)) {
      expect(part.length).toBeGreaterThan(0);
      break;
    }
    expect((await collect(Uint32Array.of(1), 0)).fragments.length).toBeGreaterThan(0);
  });

  it('are built ahead of time, going on where an earlier build stopped', async () => {
    const controller = new AbortController();
    const stopped = buildMeshes(project, meshes, {
      level: 0,
      signal: controller.signal,
      onProgress: () => controller.abort(),
    });
    await expect(stopped).rejects.toMatchObject({ kind: 'cancelled' });
    const seen: number[] = [];
    const counts = await buildMeshes(project, meshes, { level: 0, onProgress: ({ done }) => seen.push(done) });
    expect(counts.cached).toBeGreaterThan(0);
    expect(counts.cached).toBeLessThan(counts.fragments);
    expect(seen.at(-1)).toBe(sizes.length);
    const { cached, fragments } = (await collect(allIds(), 0)).counts;
    expect(cached).toBe(fragments);
  });
});
