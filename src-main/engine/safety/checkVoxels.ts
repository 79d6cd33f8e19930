import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { blocksCovering, boxOfShape, boxShape, mapZyx } from '#domain/geometry.ts';
import type { Box, Zyx } from '#domain/geometry.ts';
import type { Project } from '#engine/project/project.ts';
import { readSetting } from '#engine/project/settings.ts';
import { readEdges, readSupervoxels } from '#engine/project/tables.ts';
import { SupervoxelTableBuilder } from '#engine/segmentation/supervoxelTable.ts';
import type { ProgressListener, StageName } from '#engine/segmentation/progress.ts';
import { addLabelStatistics, createLabelStatistics } from '#native/labelStatistics.ts';
import { distinctIds, toDenseIds } from '#native/relabel.ts';
import { openVolume } from '#volumes/openVolume.ts';
import type { VolumeReader } from '#volumes/volume.ts';
import { openOmeZarr } from '#volumes/zarr/index.ts';

import { findingOf } from './findings.ts';
import type { Finding } from './findings.ts';

/** Voxels along each edge of a block: 8 MiB of labels. */
const BLOCK = 128;
/** Of a centroid, voxels: sums are whole numbers, only the division rounds. */
const ROUNDING = 1e-6;
const SINGLE = { threads: 1 } as const;

interface Watch {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ProgressListener | undefined;
}

/**
 * Counts every voxel and compares with the tables: sizes, boxes and middles of the supervoxels, and for each contact that its voxel lies
 * in one of the two and its numbers can be.
 */
export async function checkVoxels(project: Project, watch: Watch): Promise<Finding[]> {
  const { database, paths } = project;
  const unit = readSetting<number>(database, 'affinityUnit');
  if (unit === undefined) return [];
  const volume = await openVolume(paths.supervoxels, { role: 'labels' });
  try {
    const { shape } = volume.info;
    const stored = readSupervoxels(database);
    const edges = readEdges(database, shape);
    const contacts = contactsByBlock(edges.contactVoxel, shape);
    const builder = new SupervoxelTableBuilder(stored.count);
    const edgeProblems = implausible(edges, unit);
    const unknown: string[] = [];
    for await (const { box, voxels } of blocks(volume, 'Counting voxels', watch)) {
      const ids = await distinctIds(voxels, SINGLE);
      const beyond = ids.filter((id) => id > stored.count);
      if (beyond.length > 0)
        unknown.push(`voxels of supervoxel ${beyond[0]}, which does not exist, near ${box.min.join(', ')}`);
      else await count(builder, voxels, ids, box);
      for (const edge of contacts(box)) {
        const label = voxels[indexIn(box, Number(edges.contactVoxel[edge]), shape)];
        if (label !== edges.u[edge] && label !== edges.v[edge])
          edgeProblems.push(`the contact of ${edges.u[edge]} and ${edges.v[edge]} lies in ${label}`);
      }
    }
    const counted = builder.build(null);
    const wrong: string[] = [];
    for (let row = 0; row < stored.count; row++) {
      const problem = differenceOf(stored, counted, row);
      if (problem !== null) wrong.push(`supervoxel ${row + 1} ${problem}`);
    }
    return [
      findingOf(
        'Voxels of every supervoxel',
        [...unknown, ...wrong],
        `sizes, boxes and middles of ${stored.count} agree`,
      ),
      findingOf('Places and affinities of contacts', edgeProblems, `${edges.u.length} contacts can be`),
    ];
  } catch (error) {
    watch.signal?.throwIfAborted();
    return [findingOf('Voxels of every supervoxel', [(error as Error).message], '')];
  } finally {
    await volume.close();
  }
}

/** Reads and unpacks every chunk that the project keeps, of every level. */
export async function checkStores({ paths }: Project, { signal, onProgress }: Watch): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const [name, path] of Object.entries({
    supervoxels: paths.supervoxels,
    affinities: paths.affinities,
    foreground: paths.foreground,
    raw: paths.raw,
    'coarser affinities': paths.coarseAffinities,
    'coarser foreground': paths.coarseForeground,
  })) {
    if (!existsSync(join(path, 'zarr.json'))) continue;
    const problems: string[] = [];
    let read = 0;
    try {
      const store = await openOmeZarr(path);
      for (const [level, info] of store.levels.entries()) {
        const boxes = blocksCovering(
          boxOfShape(info.shape),
          mapZyx(() => BLOCK),
        );
        for (const [done, box] of boxes.entries()) {
          signal?.throwIfAborted();
          for (let channel = 0; channel < info.channels; channel++)
            await store
              .read(box, { level, channel })
              .catch((error: unknown) => problems.push((error as Error).message));
          read++;
          onProgress?.({
            ...{ stage: 'Reading chunks', done: done + 1, total: boxes.length, unit: 'blocks' },
            note: `${name}, level ${level}`,
          });
        }
      }
      await store.close();
    } catch (error) {
      signal?.throwIfAborted();
      problems.push((error as Error).message);
    }
    findings.push(findingOf(`Chunks of ${name}`, problems, `${read} blocks of up to ${BLOCK}^3 voxels are readable`));
  }
  return findings;
}

async function* blocks(
  volume: VolumeReader,
  stage: StageName,
  { signal, onProgress }: Watch,
): AsyncGenerator<{ box: Box; voxels: Uint32Array }> {
  const boxes = blocksCovering(
    boxOfShape(volume.info.shape),
    mapZyx(() => BLOCK),
  );
  for (const [done, box] of boxes.entries()) {
    yield { box, voxels: (await volume.read(box, { signal })) as Uint32Array };
    onProgress?.({ stage, done: done + 1, total: boxes.length, unit: 'blocks' });
  }
}

async function count(
  builder: SupervoxelTableBuilder,
  voxels: Uint32Array,
  present: Uint32Array,
  box: Box,
): Promise<void> {
  const local = new Uint32Array(voxels.length);
  await toDenseIds(voxels, present, local, SINGLE);
  const statistics = createLabelStatistics(present.length + 1);
  await addLabelStatistics(statistics, local, boxShape(box), box.min, SINGLE);
  const ids = new Uint32Array(present.length + 1);
  ids.set(present, 1);
  builder.add(ids, statistics.voxels, statistics.boxes, statistics.coordinateSums);
}

type Table = ReturnType<typeof readSupervoxels>;

/** Ids without a row have no voxels: what was divided and put together again. */
function differenceOf(stored: Table, counted: Table, row: number): string | null {
  if (stored.sizes[row] !== counted.sizes[row])
    return `has ${counted.sizes[row]} voxels, ${stored.sizes[row]} are written down`;
  if (stored.sizes[row] === 0) return null;
  for (let at = 3 * row; at < 3 * row + 3; at++) {
    if (stored.boxMin[at] !== counted.boxMin[at] || stored.boxMax[at] !== counted.boxMax[at]) return 'has another box';
    if (!(Math.abs(stored.centroids[at] - counted.centroids[at]) < ROUNDING)) return 'has another middle';
  }
  return null;
}

function implausible(
  { u, v, affinitySum, contactArea, affinityMax }: ReturnType<typeof readEdges>,
  unit: number,
): string[] {
  const problems: string[] = [];
  for (let edge = 0; edge < u.length; edge++) {
    const mean = Number(affinitySum[edge]) / contactArea[edge];
    if (mean > affinityMax[edge] || affinityMax[edge] > unit)
      problems.push(
        `the contact of ${u[edge]} and ${v[edge]} has mean ${mean} and maximum ${affinityMax[edge]} of ${unit}`,
      );
  }
  return problems;
}

/** Edges whose contact lies in a block, for one block after the other. */
function contactsByBlock(contactVoxel: BigUint64Array, shape: Zyx): (box: Box) => readonly number[] {
  const byBlock = new Map<string, number[]>();
  contactVoxel.forEach((voxel, edge) => {
    const key = positionOf(Number(voxel), shape)
      .map((at) => Math.floor(at / BLOCK))
      .join(' ');
    const known = byBlock.get(key);
    if (known) known.push(edge);
    else byBlock.set(key, [edge]);
  });
  return ({ min }) => byBlock.get(min.map((at) => Math.floor(at / BLOCK)).join(' ')) ?? [];
}

function positionOf(voxel: number, [, rows, columns]: Zyx): Zyx {
  const line = Math.floor(voxel / columns);
  const z = Math.floor(line / rows);
  return [z, line - z * rows, voxel - line * columns];
}

function indexIn(box: Box, voxel: number, shape: Zyx): number {
  const at = positionOf(voxel, shape);
  const [, rows, columns] = boxShape(box);
  return ((at[0] - box.min[0]) * rows + at[1] - box.min[1]) * columns + at[2] - box.min[2];
}
