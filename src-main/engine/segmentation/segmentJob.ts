import { join } from 'node:path';

import { boxOfShape, boxShape } from '#domain/geometry.ts';
import type { Box, VoxelSizeNm } from '#domain/geometry.ts';
import { openVolume } from '#volumes/openVolume.ts';
import type { VolumeReader, VolumeRole } from '#volumes/volume.ts';

import { affinitiesOf, restrictToForeground } from './affinitySource.ts';
import type { MulticutEnergies } from './agglomerateGraph.ts';
import { readArrayFile, writeArrayFile } from './arrayFile.ts';
import { planBlocks } from './blockPlan.ts';
import { importLabels } from './importLabels.ts';
import type { ProgressListener } from './progress.ts';
import { segmentAffinities, watershedOnly } from './segmentAffinities.ts';
import type { SegmentationSettings, SegmentationTables } from './segmentAffinities.ts';
import type { SupervoxelSettings } from './supervoxelSettings.ts';

/** What every voxel job needs, as it is sent to the compute process. Plain data. */
interface JobBase {
  /** Path of the store of supervoxels that the job fills. */
  readonly supervoxels: string;
  readonly voxelSizeNm: VoxelSizeNm | null;
  readonly workDirectory: string;
  /** Edge of a block in voxels. */
  readonly block: number;
  readonly threads: number;
  /** Any path that `openVolume` reads: three channels, uint8 or float32; null only where labels come from elsewhere. */
  readonly affinities: string | null;
  /** One channel of the same voxels, uint8 or float32, that affinities are lowered to; null where they are taken as they are. */
  readonly foreground?: string | null;
  /** The part of the sources that is used; null for all. */
  readonly region: Box | null;
}

/** Affinities to supervoxels, region graph and merge tree. */
export interface AffinityJob extends JobBase {
  readonly type: 'segment';
  readonly affinities: string;
  /** What computed the affinities, plain JSON: blocks that were made from those of another provider are made again. */
  readonly madeBy?: object;
  readonly settings: SegmentationSettings;
}

/** Affinities to supervoxels alone. */
export interface WatershedJob extends JobBase {
  readonly type: 'watershed';
  readonly affinities: string;
  readonly settings: SupervoxelSettings;
}

/** Labels from elsewhere to supervoxels, region graph and, with affinities, merge tree. */
export interface LabelJob extends JobBase {
  readonly type: 'labels';
  readonly labels: string;
  /** The stored axes of the labels; null to take what the file says. */
  readonly labelAxes: string | null;
}

export type SegmentJob = AffinityJob | WatershedJob | LabelJob;

/** Counts that a job reports; its tables are in the work folder. */
export interface JobCounts {
  readonly fragments: number;
  readonly supervoxels: number;
  /** Absent where segments come from no multicut. */
  readonly multicut?: MulticutEnergies;
}

/** Runs a job in this process. `readTables` gets what it leaves in the work folder (nothing for 'watershed'). */
export async function runSegmentJob(
  job: SegmentJob,
  onProgress: ProgressListener,
  signal?: AbortSignal,
): Promise<JobCounts> {
  const { affinities, foreground = null } = job;
  const { labels = null, labelAxes: axes = null } = job as Partial<LabelJob>;
  const open = (path: string | null | undefined, role: VolumeRole) =>
    path ? openVolume(path, { role, axes: role === 'labels' ? axes : null }) : null;
  const readers = await Promise.all([
    open(affinities, 'affinities'),
    open(foreground, 'image'),
    open(labels, 'labels'),
  ]);
  try {
    return await runOnVolumes(job, readers, onProgress, signal);
  } finally {
    await Promise.all(readers.map((reader) => reader?.close()));
  }
}

async function runOnVolumes(
  job: SegmentJob,
  [affinities, foreground, labels]: readonly (VolumeReader | null)[],
  onProgress: ProgressListener,
  signal: AbortSignal | undefined,
): Promise<JobCounts> {
  const region = job.region ?? boxOfShape((labels ?? affinities!).info.shape);
  const all = affinities === null ? null : affinitiesOf(affinities, region);
  const source = all === null || foreground === null ? all : restrictToForeground(all, foreground, region);
  const { block, threads, workDirectory, supervoxels, voxelSizeNm, ...parameters } = job;
  const context = { plan: planBlocks(boxShape(region), block), workDirectory, parameters, threads, signal, onProgress };
  const output = { supervoxels, voxelSizeNm };
  if (job.type === 'watershed') return watershedOnly(context, source!, job.settings, output);
  const tables =
    job.type === 'segment'
      ? await segmentAffinities(context, source!, job.settings, output)
      : await importLabels(context, { reader: labels!, region }, source, output);
  await writeTables(workDirectory, tables);
  const { fragments, multicut } = tables;
  return { fragments, supervoxels: tables.supervoxels.count, ...(multicut && { multicut }) };
}

const tablesFile = (workDirectory: string) => join(workDirectory, 'tables');

/** Tables as they lie in a work folder. */
export type StoredTables = Omit<SegmentationTables, 'multicut'>;

/** Keeps tables in a work folder, whole or not at all. */
export async function writeTables(workDirectory: string, tables: StoredTables): Promise<void> {
  const { supervoxels, edges, steps } = tables;
  await writeArrayFile(tablesFile(workDirectory), {
    facts: Float64Array.of(tables.fragments, supervoxels.count, edges.affinityUnit),
    sizes: supervoxels.sizes,
    boxMin: supervoxels.boxMin,
    boxMax: supervoxels.boxMax,
    centroids: supervoxels.centroids,
    ...(supervoxels.originalIds === null ? {} : { originalIds: supervoxels.originalIds }),
    u: edges.u,
    v: edges.v,
    affinitySum: edges.affinitySum,
    contactArea: edges.contactArea,
    affinityMax: edges.affinityMax,
    contactVoxel: edges.contactVoxel,
    stepU: steps.u,
    stepV: steps.v,
    stepScore: steps.score,
  });
}

/** The tables that `writeTables` kept. */
export async function readTables(workDirectory: string): Promise<StoredTables> {
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- the file's own header says what each array is
  const file = await readArrayFile<Record<string, any>>(tablesFile(workDirectory));
  const [fragments, count, affinityUnit] = file['facts'];
  const { sizes, boxMin, boxMax, centroids, originalIds = null } = file;
  const { u, v, affinitySum, contactArea, affinityMax, contactVoxel } = file;
  return {
    fragments,
    supervoxels: { count, sizes, boxMin, boxMax, centroids, originalIds },
    edges: { affinityUnit, u, v, affinitySum, contactArea, affinityMax, contactVoxel },
    steps: { u: file['stepU'], v: file['stepV'], score: file['stepScore'] },
  };
}
