import { FascicleError } from '#domain/errors.ts';
import { boxShape } from '#domain/geometry.ts';
import type { Zyx } from '#domain/geometry.ts';
import { voxelSteps } from '#engine/editing/voxels/catchUp.ts';
import { chunksOf } from '#engine/editing/voxels/voxelLog.ts';
import { withDatabaseErrors } from '#engine/project/databaseErrors.ts';
import { readEditLog } from '#engine/project/editLog.ts';
import type { Project } from '#engine/project/project.ts';
import { requireSegmentation } from '#engine/project/requireSegmentation.ts';
import { readSetting, writeSetting } from '#engine/project/settings.ts';
import { readSourceVolume, SOURCE_ROLES } from '#engine/project/volumes.ts';
import { ContingencyTable } from '#native/metrics.ts';
import type { LabelPairs } from '#native/metrics.ts';
import { slabBoxes } from '#volumes/copyVolume.ts';
import { asLabels } from '#volumes/labelVoxels.ts';
import { openVolume } from '#volumes/openVolume.ts';

import { requireTruth } from './requireTruth.ts';
import { openTruth } from './truthVolume.ts';
import type { TruthFrame } from './truthVolume.ts';
import type { TruthRows } from './truthRows.ts';

/** Labels that a project is compared with. They are read once; what is kept of them are counts. */
export interface GroundTruth {
  /** As `openVolume` takes it. */
  readonly source: string;
  /** Every connected part of an id is an object of its own. */
  readonly components: boolean;
  /** Objects of fewer voxels are ignored like 0. */
  readonly minSize: number;
  /** Where its first voxel lies in the project, z, y, x; null where its shape says so. Voxels beyond it have no truth. */
  readonly offset: Zyx | null;
}

/** As a project keeps it. */
interface KeptTruth extends Omit<GroundTruth, 'offset'> {
  /** Absent in a project of before offsets. */
  readonly offset?: Zyx | null;
  /** The edit in whose state the supervoxels were counted; absent in a project of before it was kept. */
  readonly countedAt?: number;
}

const SETTING = 'groundTruth';

export interface CountingOptions {
  readonly signal?: AbortSignal | undefined;
  /** Sections compared. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
  /** Voxels whose objects were parted; only where that was asked for. */
  readonly onObjects?: ((done: number, total: number) => void) | undefined;
}

/** The ground truth that is attached, or null. */
export function attachedTruth({ database }: Project): GroundTruth | null {
  const kept = readSetting<KeptTruth>(database, SETTING);
  if (!kept) return null;
  const { source, components, minSize, offset = null } = kept;
  return { source, components, minSize, offset };
}

/** True where edits have changed voxels since the ground truth was counted: the counts are of supervoxels that are no more. */
export function isTruthBehind({ database }: Project): boolean {
  const countedAt = readSetting<KeptTruth>(database, SETTING)?.countedAt;
  if (countedAt === undefined) return false;
  const { tree } = readEditLog(database);
  return voxelSteps(tree, countedAt, tree.head).some(({ edit }) => chunksOf(database, edit).length > 0);
}

/**
 * Compares the supervoxels of a project with ground truth and keeps the counts; replaces what was attached before.
 *
 * @throws FascicleError 'not-found', 'bad-file', 'bad-request' for a volume that does not fit, 'cancelled', 'storage': nothing has
 *   changed then
 */
export async function attachTruth(
  project: Project,
  truth: GroundTruth,
  options: CountingOptions = {},
): Promise<TruthRows> {
  const { database } = project;
  // Before the voxels are read: an edit that is made meanwhile counts as not read.
  const kept: KeptTruth = { ...truth, countedAt: readEditLog(database).tree.head };
  const rows = await countTruth(project, truth, options);
  const insert = database.prepare('INSERT INTO truth_voxels (supervoxel, truth, voxels) VALUES (?, ?, ?)');
  const write = database.transaction(() => {
    database.exec('DELETE FROM truth_voxels');
    rows.supervoxels.forEach((id, row) => insert.run(id, rows.truths[row], rows.voxels[row]));
    writeSetting(database, SETTING, kept);
  });
  withDatabaseErrors(database.name, () => write.immediate());
  return rows;
}

/** Forgets the ground truth. */
export function detachTruth({ database }: Project): void {
  const write = database.transaction(() => {
    database.exec('DELETE FROM truth_voxels');
    writeSetting(database, SETTING, null);
  });
  withDatabaseErrors(database.name, () => write.immediate());
}

/** The counts as they were kept. */
export function readTruthRows({ database }: Project): TruthRows {
  const count = database.prepare('SELECT count(*) FROM truth_voxels').pluck().get() as number;
  const rows = {
    supervoxels: new Uint32Array(count),
    truths: new Uint32Array(count),
    voxels: new Float64Array(count),
  };
  const select = database
    .prepare('SELECT supervoxel, truth, voxels FROM truth_voxels ORDER BY supervoxel, truth')
    .raw();
  let at = 0;
  for (const [supervoxel, truth, voxels] of select.iterate() as Iterable<[number, number, number]>) {
    rows.supervoxels[at] = supervoxel;
    rows.truths[at] = truth;
    rows.voxels[at++] = voxels;
  }
  return rows;
}

/**
 * Looks at a ground truth without reading its voxels.
 *
 * @throws FascicleError as `attachTruth` where it cannot be compared
 */
export async function checkTruth(project: Project, truth: GroundTruth): Promise<void> {
  requireSegmentation(project);
  const supervoxels = await openVolume(project.paths.supervoxels, { role: 'labels' });
  await supervoxels.close();
  await (await openTruth(truth, frameOf(project, supervoxels.info.shape), 'look')).close();
}

/**
 * How many voxels the supervoxels, as they are now, share with the objects of a truth.
 *
 * @throws FascicleError as `attachTruth`
 */
export async function countTruth(
  project: Project,
  truth: GroundTruth,
  { signal, onProgress, onObjects }: CountingOptions = {},
): Promise<TruthRows> {
  requireSegmentation(project);
  const supervoxels = await openVolume(project.paths.supervoxels, { role: 'labels' });
  try {
    const { shape, chunkShape } = supervoxels.info;
    const volume = await openTruth(truth, frameOf(project, shape), { signal, onObjects });
    try {
      const table = new ContingencyTable();
      const thickness = Math.max(chunkShape[0], volume.thickness);
      for (const box of slabBoxes({ shape, type: 'uint64' }, { thickness })) {
        if (signal?.aborted) throw new FascicleError('cancelled', 'Comparing with ground truth was cancelled.');
        const [ids, truths] = await Promise.all([supervoxels.read(box, { signal }), volume.read(box)]);
        await table.add(asLabels(ids, project.paths.supervoxels), truths, { signal, threads: 1 });
        onProgress?.(box.max[0], shape[0]);
      }
      const rows = rowsOf(await table.pairs({ signal }), truth.minSize);
      requireTruth(rows.voxels.length, truth.source, truth.minSize);
      return rows;
    } finally {
      await volume.close();
    }
  } finally {
    await supervoxels.close();
  }
}

/** The voxels of a project and of the volume that it is a part of. */
function frameOf({ database }: Project, shape: Zyx): TruthFrame {
  const main = SOURCE_ROLES.map((role) => readSourceVolume(database, role)).find((volume) => volume !== undefined);
  const fits = main !== undefined && boxShape(main.region).every((extent, axis) => extent === shape[axis]);
  return fits
    ? { shape, region: main.region, sourceShape: main.info.shape }
    : { shape, region: null, sourceShape: null };
}

/** Pairs, which come by truth, as rows by supervoxel, with the objects of at least `minSize` voxels numbered from 1. */
function rowsOf({ segments, truths, counts }: LabelPairs, minSize: number): TruthRows {
  const sizes = new Map<bigint, number>();
  truths.forEach((truth, at) => sizes.set(truth, (sizes.get(truth) ?? 0) + counts[at]));
  const numbers = new Map<bigint, number>();
  for (const [truth, voxels] of sizes) if (truth !== 0n && voxels >= minSize) numbers.set(truth, numbers.size + 1);
  const rows: [supervoxel: number, truth: number, voxels: number][] = [];
  truths.forEach((truth, at) => {
    const number = numbers.get(truth);
    if (number !== undefined) rows.push([Number(segments[at]), number, counts[at]]);
  });
  rows.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  return {
    supervoxels: Uint32Array.from(rows, ([supervoxel]) => supervoxel),
    truths: Uint32Array.from(rows, ([, truth]) => truth),
    voxels: Float64Array.from(rows, ([, , voxels]) => voxels),
  };
}
