import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { File, ready } from 'h5wasm/node';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import type { ExportRequest } from '../../src-shared/contract/routes/exports.ts';
import { boxOfShape } from '../../src-shared/domain/geometry.ts';
import type { Box, Zyx } from '../../src-shared/domain/geometry.ts';
import { EditSession } from '../../src-main/engine/editing/editSession.ts';
import { exportProject } from '../../src-main/engine/export/exportProject.ts';
import { exportInChild } from '../../src-main/engine/export/exportProcess.ts';
import { currentAssignment } from '../../src-main/engine/project/assignment.ts';
import { openProject } from '../../src-main/engine/project/project.ts';
import { neighboursOf } from '../../src-main/engine/proofreading/segmentContacts.ts';
import { createHdf5Volume } from '../../src-main/engine/volumes/hdf5/index.ts';
import { openVolume } from '../../src-main/engine/volumes/openVolume.ts';
import { jsonHere, runHere } from '../helpers/fascicle.ts';
import { parsePly } from '../helpers/parsePly.ts';
import { readPrecomputed } from '../helpers/readPrecomputed.ts';

const SHAPE: Zyx = [40, 90, 100];
const HIGHEST = 2n ** 64n - 1n;
/** Original ids lie beyond what a double can hold. */
const BASE = 2n ** 53n + 1n;

let made: string;
let directory: string;
/** What the screen shows: the segment of every voxel, after edits. */
let shown: Uint32Array;
let original: (segment: number) => bigint;
let done: number;
let out: string;

beforeAll(async () => {
  made = mkdtempSync(join(tmpdir(), 'fascicle-export-'));
  directory = join(made, 'p');
  const phantom = join(made, 'phantom.h5');
  await jsonHere('phantom', phantom, '--shape', SHAPE.join(), '--seed', '3');
  // The labels of the phantom under other ids: an odd factor keeps them distinct in 64 bits.
  const reader = await openVolume(`${phantom}:/labels`, { role: 'labels' });
  const ids = BigUint64Array.from(bigints(await reader.read(boxOfShape(SHAPE))), (id) =>
    id === 0n ? 0n : BASE + id * 7n,
  );
  await reader.close();
  const labels = join(made, 'labels.h5');
  const writer = await createHdf5Volume(labels, {
    dataset: 'labels',
    shape: SHAPE,
    type: 'uint64',
    voxelSizeNm: [30, 6, 6],
  });
  await writer.write(boxOfShape(SHAPE), ids);
  await writer.finish();
  await jsonHere(
    'graph',
    `${labels}:/labels`,
    '--raw',
    `${phantom}:/raw`,
    '--voxel-size',
    '30,6,6',
    '--project',
    directory,
  );
  await edit();
  const project = await openProject(directory, { readOnly: true });
  const assignment = await currentAssignment(project);
  const volume = await openVolume(project.paths.supervoxels, { role: 'labels' });
  const supervoxels = (await volume.read(boxOfShape(SHAPE))) as Uint32Array;
  shown = supervoxels.map((id) => assignment[id]!);
  const originals = new Map<number, bigint>();
  supervoxels.forEach((id, at) => originals.set(id, ids[at]!));
  original = (segment) => originals.get(segment) ?? 0n;
  await volume.close();
  project.close();
}, 60_000);
afterAll(() => rmSync(made, { recursive: true }));

beforeEach(() => {
  out = mkdtempSync(join(made, 'out-'));
});

/** Random merges, and one segment that is named and marked done. */
async function edit(): Promise<void> {
  const project = await openProject(directory);
  const session = await EditSession.open(project);
  let random = 1;
  for (let i = 0; i < 15; i++) {
    const segments = [...new Set(session.live.assignment)].filter((id) => id > 0);
    random = (random * 16_807) % 2_147_483_647;
    const [first] = neighboursOf(session.live, segments[random % segments.length]!);
    if (first === undefined) continue;
    const { u, v } = first.strongest;
    await session.commit({ kind: 'merge', supervoxels: [u, v], place: null }, session.revision);
    if (i % 5 === 4) await session.undo(session.revision);
  }
  done = Math.max(...session.live.assignment);
  for (const [key, value] of [
    ['name', 'axon, "left"'],
    ['status', 'done'],
  ] as const)
    await session.commit({ kind: 'fact', supervoxel: done, key, value, place: null }, session.revision);
  await session.close();
  project.close();
}

const nothing: ExportRequest = {
  region: null,
  labels: null,
  meshes: null,
  meshLevel: null,
  tables: null,
  manifest: null,
  overwrite: false,
};

function labelsTo(name: string, choice: Partial<NonNullable<ExportRequest['labels']>> = {}): ExportRequest {
  const path = join(out, name);
  return {
    ...nothing,
    labels: {
      path,
      format: 'hdf5',
      type: 'uint64',
      ids: 'dense',
      ignoreId: null,
      withRaw: false,
      withMeshes: false,
      ...choice,
    },
  };
}

/** The ids that a box of the screen stands for. */
function expected(of: (segment: number) => bigint, { min, max }: Box = boxOfShape(SHAPE)): BigUint64Array {
  const ids: bigint[] = [];
  for (let z = min[0]; z < max[0]; z++)
    for (let y = min[1]; y < max[1]; y++)
      for (let x = min[2]; x < max[2]; x++) {
        const segment = shown[(z * SHAPE[1] + y) * SHAPE[2] + x]!;
        ids.push(segment === 0 ? 0n : of(segment));
      }
  return BigUint64Array.from(ids);
}

async function readBack(spec: string): Promise<BigUint64Array> {
  const volume = await openVolume(spec, { role: 'labels' });
  try {
    return BigUint64Array.from(bigints(await volume.read(boxOfShape(volume.info.shape))));
  } finally {
    await volume.close();
  }
}

const bigints = (voxels: ArrayLike<number | bigint>): bigint[] => Array.from(voxels, BigInt);

describe('labels', () => {
  const formats = [
    ['segments.h5', 'hdf5', 'uint64', ':/labels'],
    ['segments.h5', 'cremi', 'uint64', ':/volumes/labels/neuron_ids'],
    ['segments.zarr', 'ome-zarr', 'uint64', ''],
    ['segments.nrrd', 'nrrd', 'uint64', ''],
    ['segments.tif', 'tiff', 'uint32', ''],
  ] as const;

  it.each(formats)('in %s (%s) are what the screen shows', async (name, format, type, dataset) => {
    await exportProject(directory, labelsTo(name, { format, type }));
    expect(await readBack(join(out, name) + dataset)).toEqual(expected(BigInt));
  });

  it.each(formats.filter(([, format]) => format !== 'tiff'))(
    'in %s (%s) have 64-bit original ids, that of the smallest member for a merged segment',
    async (name, format, type, dataset) => {
      await exportProject(directory, labelsTo(name, { format, type, ids: 'original' }));
      expect(await readBack(join(out, name) + dataset)).toEqual(expected(original));
    },
  );

  it.each([['uint32', 'dense'] as const, ['uint64', 'original'] as const])(
    'as precomputed %s are read by a decoder of the format alone, at the place of their source',
    async (type, ids) => {
      const region: Box = { min: [3, 10, 20], max: [40, 85, 91] };
      await exportProject(directory, {
        ...labelsTo('segments.precomputed', { format: 'precomputed', type, ids }),
        region,
      });
      const read = readPrecomputed(join(out, 'segments.precomputed'));
      expect(read).toMatchObject({ offset: [3, 10, 20], shape: [37, 75, 71], resolution: [30, 6, 6] });
      expect(read.voxels).toEqual(expected(ids === 'dense' ? BigInt : original, region));
    },
  );

  it('of a region say where it lies, in every format that can', async () => {
    const region: Box = { min: [5, 7, 9], max: [25, 60, 77] };
    await exportProject(directory, {
      ...labelsTo('part.h5', { format: 'cremi', withRaw: true, ids: 'original' }),
      region,
    });
    expect(await readBack(`${join(out, 'part.h5')}:/volumes/labels/neuron_ids`)).toEqual(expected(original, region));
    await ready;
    const file = new File(join(out, 'part.h5'), 'r');
    const dataset = file.get('volumes/labels/neuron_ids') as unknown as {
      attrs: Record<string, { value: unknown }>;
      value: BigUint64Array;
    };
    expect([...(dataset.attrs['resolution']!.value as Float64Array)]).toEqual([30, 6, 6]);
    expect([...(dataset.attrs['offset']!.value as Float64Array)]).toEqual([150, 42, 54]);
    expect(dataset.value).toEqual(expected(original, region));
    expect(file.get('volumes/raw')).not.toBeNull();
    file.close();
    await exportProject(directory, { ...labelsTo('part.zarr', { format: 'ome-zarr' }), region });
    const zarr = JSON.parse(readFileSync(join(out, 'part.zarr', 'zarr.json'), 'utf8'));
    expect(zarr.attributes.ome.multiscales[0].datasets[0].coordinateTransformations[1].translation).toEqual([
      150, 42, 54,
    ]);
    await exportProject(directory, { ...labelsTo('part.nrrd', { format: 'nrrd' }), region });
    expect(readFileSync(join(out, 'part.nrrd')).toString('latin1')).toContain('space origin: (54,42,150)');
  });

  it('give what nobody has reviewed the ignored id, and leave background 0', async () => {
    await exportProject(directory, labelsTo('segments.h5', { ignoreId: String(HIGHEST) }));
    const wanted = expected((segment) => (segment === done ? BigInt(segment) : HIGHEST));
    expect(await readBack(`${join(out, 'segments.h5')}:/labels`)).toEqual(wanted);
  });

  it('are refused where ids do not fit or one would be lost among the ignored', async () => {
    await expect(exportProject(directory, labelsTo('a.h5', { type: 'uint32', ids: 'original' }))).rejects.toMatchObject(
      { kind: 'unsupported' },
    );
    await expect(exportProject(directory, labelsTo('a.h5', { ignoreId: String(done) }))).rejects.toMatchObject({
      kind: 'bad-request',
    });
    expect(readdirSync(out)).toEqual([]);
  });
});

describe('surfaces', () => {
  it('are closed, lie around their segment in nm, and are called by the id of the labels', async () => {
    const meshes = { directory: join(out, 'meshes'), format: 'ply' as const, segments: [done] };
    await exportProject(directory, { ...nothing, meshes, meshLevel: 0 });
    const [name] = readdirSync(meshes.directory);
    expect(name).toBe(`${original(done)}.ply`);
    const { positions, triangles } = parsePly(readFileSync(join(meshes.directory, name!)));
    const edges = new Map<string, number>();
    for (const corners of triangles)
      for (let i = 0; i < 3; i++) {
        const [from, to] = [corners[i]!, corners[(i + 1) % 3]!];
        const key = from < to ? `${from} ${to}` : `${to} ${from}`;
        edges.set(key, (edges.get(key) ?? 0) + (from < to ? 1 : -1));
      }
    expect([...edges.values()].filter((balance) => balance !== 0)).toEqual([]);
    const box = boxOf(done);
    for (let axis = 0; axis < 3; axis++) {
      const size = [6, 6, 30][axis]!;
      const values = positions.map((position) => position[axis]!);
      expect(Math.abs(Math.min(...values) - box.min[2 - axis]! * size)).toBeLessThanOrEqual(1.5 * size);
      expect(Math.abs(Math.max(...values) - box.max[2 - axis]! * size)).toBeLessThanOrEqual(1.5 * size);
    }
  });

  it('stand beside precomputed labels with the names of the segments', async () => {
    const request = labelsTo('segments.precomputed', { format: 'precomputed', withMeshes: true, ids: 'original' });
    await exportProject(directory, { ...request, meshLevel: 1 });
    const folder = join(out, 'segments.precomputed');
    const { inline } = JSON.parse(readFileSync(join(folder, 'segment_properties', 'info'), 'utf8'));
    const at = inline.ids.indexOf(String(original(done)));
    expect(inline.properties[0].values[at]).toBe('axon, "left"');
    const { fragments } = JSON.parse(readFileSync(join(folder, 'mesh', `${original(done)}:0`), 'utf8'));
    const bytes = readFileSync(join(folder, 'mesh', fragments[0]));
    const vertices = bytes.readUInt32LE(0);
    expect(vertices).toBeGreaterThan(3);
    expect((bytes.length - 4 - 12 * vertices) % 12).toBe(0);
  });
});

it('tables hold the segments with their names, the log and the contacts', async () => {
  await exportProject(directory, { ...nothing, tables: join(out, 'tables') });
  const lines = (name: string) =>
    readFileSync(join(out, 'tables', name), 'utf8')
      .trimEnd()
      .split('\r\n');
  const segments = lines('segments.csv');
  expect(segments).toHaveLength(1 + new Set(shown.filter((id) => id > 0)).size);
  const voxels = shown.filter((id) => id === done).length;
  const row = segments.find((line) => line.startsWith(`${done},`))!;
  expect(row).toContain(`${done},${original(done)},${voxels},${(voxels * 1080) / 1e9},`);
  expect(row).toMatch(/"axon, ""left""",done,$/);
  expect(lines('edits.csv').length).toBeGreaterThan(15);
  expect(lines('contacts.csv').length).toBeGreaterThan(1);
});

it('a manifest names every file with its sha256, the volumes, the log and its state', async () => {
  const request = {
    ...labelsTo('segments.zarr', { format: 'ome-zarr' }),
    tables: join(out, 'tables'),
    manifest: join(out, 'm.json'),
  };
  const report = await exportProject(directory, request);
  const text = readFileSync(request.manifest);
  expect(report.manifestSha256).toBe(createHash('sha256').update(text).digest('hex'));
  const manifest = JSON.parse(text.toString());
  for (const { path, sha256 } of manifest.files)
    expect(
      createHash('sha256')
        .update(readFileSync(join(out, path)))
        .digest('hex'),
    ).toBe(sha256);
  expect(manifest.files).toHaveLength(report.files - 1);
  expect(manifest.edits.revision).toBe(report.revision);
  expect(manifest.content).toEqual(await jsonHere('hash', directory));
  expect(manifest.sources.map(({ role }: { role: string }) => role)).toEqual(['raw', 'labels']);
});

describe('an export', () => {
  it('replaces nothing without being told, and no folder of other things at all', async () => {
    writeFileSync(join(out, 'a.h5'), 'mine');
    await expect(exportProject(directory, labelsTo('a.h5'))).rejects.toMatchObject({ kind: 'conflict' });
    expect(readFileSync(join(out, 'a.h5'), 'utf8')).toBe('mine');
    await exportProject(directory, { ...labelsTo('a.h5'), overwrite: true });
    mkdirSync(join(out, 'photos'));
    writeFileSync(join(out, 'photos', 'cat.jpg'), 'mine');
    const onto: ExportRequest = { ...nothing, tables: join(out, 'photos'), overwrite: true };
    await expect(exportProject(directory, onto)).rejects.toMatchObject({ kind: 'conflict' });
    expect(readdirSync(out).sort()).toEqual(['a.h5', 'photos']);
  });

  it('does not touch the project or its sources', async () => {
    for (const tables of [join(directory, 'tables'), directory])
      await expect(exportProject(directory, { ...nothing, tables, overwrite: true })).rejects.toMatchObject({
        kind: 'bad-request',
      });
    const source = { ...nothing, manifest: join(made, 'labels.h5'), overwrite: true };
    await expect(exportProject(directory, source)).rejects.toMatchObject({ kind: 'bad-request' });
  });

  it('that is cancelled leaves nothing, in this process and in one that is killed', async () => {
    for (const run of [exportProject, exportInChild]) {
      const controller = new AbortController();
      const request = { ...labelsTo('segments.zarr', { format: 'ome-zarr' }), tables: join(out, 'tables') };
      const onProgress = ({ stage }: { stage: string }) => void (stage === 'Labels' && controller.abort());
      await expect(run(directory, request, { signal: controller.signal, onProgress })).rejects.toMatchObject({
        kind: 'cancelled',
      });
      expect(readdirSync(out)).toEqual([]);
      expect(existsSync(join(directory, 'snapshots'))).toBe(false);
    }
  });

  it('holds the state that it began with, whatever is edited meanwhile', async () => {
    const project = await openProject(directory);
    const session = await EditSession.open(project);
    const edits: Promise<unknown>[] = [];
    const onProgress = ({ stage, done: count }: { stage: string; done: number }): void => {
      if (stage !== 'Reading the project' || count !== 1) return;
      edits.push(session.commit({ kind: 'threshold', cut: { threshold: 0, minSize: 0 } }, session.revision));
    };
    await exportProject(directory, labelsTo('segments.h5'), { onProgress });
    await Promise.all(edits);
    expect(edits).toHaveLength(1);
    await session.undo(session.revision);
    await session.close();
    project.close();
    expect(await readBack(`${join(out, 'segments.h5')}:/labels`)).toEqual(expected(BigInt));
  });

  it('from the command line takes original ids by itself and says what it wrote', async () => {
    const report = await jsonHere(
      'export',
      directory,
      '--labels',
      join(out, 'a.nrrd'),
      '--tables',
      join(out, 't'),
      '--manifest',
      join(out, 'm.json'),
    );
    expect(report).toMatchObject({ type: 'uint64', path: join(out, 'a.nrrd') });
    expect(await readBack(join(out, 'a.nrrd'))).toEqual(expected(original));
    const again = await runHere('export', directory, '--labels', join(out, 'a.nrrd'));
    expect(again.code).not.toBe(0);
    expect(again.stderr).toContain('exists already');
  });
});

function boxOf(segment: number): Box {
  const [min, max] = [
    [Infinity, Infinity, Infinity],
    [0, 0, 0],
  ];
  shown.forEach((id, at) => {
    if (id !== segment) return;
    const place = [Math.floor(at / (SHAPE[1] * SHAPE[2])), Math.floor(at / SHAPE[2]) % SHAPE[1], at % SHAPE[2]];
    for (let axis = 0; axis < 3; axis++) {
      min[axis] = Math.min(min[axis]!, place[axis]!);
      max[axis] = Math.max(max[axis]!, place[axis]! + 1);
    }
  });
  return { min: min as unknown as Zyx, max: max as unknown as Zyx };
}
