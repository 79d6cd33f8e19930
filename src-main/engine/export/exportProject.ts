import { mkdir, writeFile } from 'node:fs/promises';
import { extname, join, resolve } from 'node:path';

import type { ExportReport, ExportRequest, ExportTarget, LabelFormat } from '#contract/routes/exports.ts';
import { FascicleError } from '#domain/errors.ts';
import { boxShape } from '#domain/geometry.ts';
import type { Project } from '#engine/project/project.ts';
import { requireFreeDisk } from '#engine/system/freeDisk.ts';
import { withFileErrors } from '#volumes/fileErrors.ts';
import { parseVolumeSpec } from '#volumes/volumeSpec.ts';

import { estimateBytes } from './estimateBytes.ts';
import type { Running } from './exportProgress.ts';
import { exportBox, readExportState } from './exportState.ts';
import type { ExportState } from './exportState.ts';
import { exportedIds, labelTable } from './labelIds.ts';
import { buildManifest } from './manifest.ts';
import { newExportName } from './leftovers.ts';
import { openSnapshot } from './snapshot.ts';
import { checkTargets, discardStaged, hashFile, hashStaged, publishStaged, stage, stagedPath } from './staging.ts';
import type { Target, WrittenFile } from './staging.ts';
import { PRECOMPUTED_PARTS, writeLabels } from './writeLabels.ts';
import {
  checkSegments,
  exportSurfaces,
  legacyMeshWriter,
  surfaceWriter,
  writeSegmentProperties,
} from './writeMeshes.ts';
import { writeTables } from './writeTables.ts';

/** The endings by which readers know a format; the first is the usual one. */
export const LABEL_ENDINGS: Readonly<Record<LabelFormat, readonly string[]>> = {
  hdf5: ['.h5', '.hdf5', '.hdf'],
  cremi: ['.h5', '.hdf5', '.hdf'],
  'ome-zarr': ['.zarr'],
  tiff: ['.tif', '.tiff'],
  nrrd: ['.nrrd'],
  precomputed: ['.precomputed', ''],
};

/** What an export writes, in the order in which it is published. */
export function targetsOf({ labels, meshes, tables, manifest }: ExportRequest): Target[] {
  const targets: Target[] = [];
  if (labels !== null) {
    const isFolder = labels.format === 'ome-zarr' || labels.format === 'precomputed';
    const marker = labels.format === 'ome-zarr' ? 'zarr.json' : 'info';
    targets.push({ what: 'labels', path: resolve(labels.path), isFolder, replaceable: { marker } });
  }
  if (meshes !== null)
    targets.push({
      ...{ what: 'meshes', path: resolve(meshes.directory), isFolder: true },
      replaceable: { endings: [`.${meshes.format}`] },
    });
  if (tables !== null)
    targets.push({ what: 'tables', path: resolve(tables), isFolder: true, replaceable: { endings: ['.csv'] } });
  if (manifest !== null)
    targets.push({
      ...{ what: 'manifest', path: resolve(manifest), isFolder: false },
      replaceable: { endings: ['.json'] },
    });
  return targets;
}

/**
 * Refuses what cannot be exported, before anything is written.
 *
 * @throws FascicleError 'bad-request', 'not-found', 'conflict', 'unsupported', 'storage' for want of disk
 */
export async function checkExport(project: Project, state: ExportState, request: ExportRequest): Promise<void> {
  const targets = targetsOf(request);
  if (targets.length === 0)
    throw new FascicleError('bad-request', 'Nothing was chosen to export. Choose labels, meshes or tables.');
  const { labels, meshes } = request;
  exportBox(state, request.region);
  if (labels !== null) {
    checkLabelChoice(labels);
    labelTable(state, labels);
    if (labels.withRaw && !state.sources.some(({ role }) => role === 'raw'))
      throw new FascicleError('bad-request', 'The project has no raw image to write beside the labels.');
    if (labels.format === 'precomputed' && state.voxelSizeNm === null)
      throw new FascicleError('unsupported', 'The precomputed format needs a voxel size, and this project has none.');
  }
  if (meshes !== null && meshes.segments !== null) checkSegments(state, meshes.segments);
  const sources = state.sources.map(({ source }) => parseVolumeSpec(source).path);
  await checkTargets(targets, { overwrite: request.overwrite, kept: [project.paths.directory, ...sources] });
  const bytes = estimateBytes(state, request);
  for (const { path, what } of targets) await requireFreeDisk(path, bytes[what]);
}

function checkLabelChoice({ path, format, type, withRaw, withMeshes }: NonNullable<ExportRequest['labels']>): void {
  const accepted = LABEL_ENDINGS[format];
  const ending = extname(path).toLowerCase();
  const isOther = Object.values(LABEL_ENDINGS).flat().includes(ending) && !accepted.includes(ending);
  if (isOther || (format !== 'precomputed' && !accepted.includes(ending)))
    throw new FascicleError(
      'bad-request',
      `${path}: labels as ${format} are written to a name that ends in ${accepted.filter(Boolean).join(', ')}.`,
    );
  if (format === 'tiff' && type === 'uint64')
    throw new FascicleError(
      'unsupported',
      `${path}: uint64 is not written to TIFF, other programs could not read it. Use HDF5 or OME-Zarr, or the ids of the window (dense).`,
    );
  if (withRaw && format !== 'cremi')
    throw new FascicleError('bad-request', 'Only the CREMI layout holds the raw image beside the labels.');
  if (withMeshes && format !== 'precomputed')
    throw new FascicleError('bad-request', 'Only the precomputed format holds meshes beside the labels.');
}

/**
 * Exports the state that a project has when this begins; edits made meanwhile are not in it. Nothing has its final name before all is
 * complete; a cancelled or failed export leaves nothing.
 *
 * @param options.snapshot names the folder of the snapshot, for an owner that removes it where this process is killed
 * @throws FascicleError as `checkExport`; 'cancelled'; 'storage'
 */
export async function exportProject(
  directory: string,
  request: ExportRequest,
  options: Running & { snapshot?: string } = {},
): Promise<ExportReport> {
  const { signal, onProgress } = options;
  onProgress?.({ stage: 'Reading the project', done: 0, total: 1, unit: 'steps' });
  const targets = targetsOf(request);
  const paths = targets.map(({ path }) => path);
  const snapshot = await openSnapshot(directory, options.snapshot ?? newExportName(), paths);
  try {
    const { project } = snapshot;
    const state = await readExportState(project);
    await checkExport(project, state, request);
    onProgress?.({ stage: 'Reading the project', done: 1, total: 1, unit: 'steps' });
    try {
      await stage(targets);
      const ignored = await writeParts(project, state, request, targets, { signal, onProgress });
      const written = await hashParts(targets, { signal, onProgress });
      let manifestSha256: string | null = null;
      if (request.manifest !== null) {
        const path = stagedPath({ path: resolve(request.manifest) });
        const manifest = await buildManifest(project, state, request, written);
        await withFileErrors(`Writing ${path}`, () => writeFile(path, `${JSON.stringify(manifest, null, 2)}\n`));
        manifestSha256 = await hashFile(path);
        written.set('manifest', await hashStaged(targets.at(-1)!));
      }
      signal?.throwIfAborted();
      await publishStaged(targets);
      return {
        targets: targets.map(({ what, path }) => reportOf(what, path, written.get(what) ?? [])),
        revision: state.log.tree.revision,
        segments: state.segments.length,
        shape: boxShape(exportBox(state, request.region)),
        ignored,
        files: [...written.values()].flat().length,
        manifestSha256,
      };
    } catch (error) {
      if (signal?.aborted) throw new FascicleError('cancelled', 'The export was cancelled; nothing was written.');
      throw error;
    } finally {
      await discardStaged(targets);
    }
  } finally {
    await snapshot.close();
  }
}

const reportOf = (what: ExportTarget['what'], path: string, files: readonly WrittenFile[]): ExportTarget => ({
  ...{ what, path, exists: true },
  bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
});

/** Writes labels, meshes and tables; gives the number of segments whose voxels became the ignored id. */
async function writeParts(
  project: Project,
  state: ExportState,
  request: ExportRequest,
  targets: readonly Target[],
  running: Running,
): Promise<number> {
  const { labels, meshes } = request;
  const staged = (what: Target['what']): string => stagedPath(targets.find((target) => target.what === what)!);
  const idOf = exportedIds(state, labels?.ids ?? (state.supervoxels.originalIds === null ? 'dense' : 'original'));
  const level = request.meshLevel;
  let ignored = 0;
  if (labels !== null) {
    const { table, ignored: count } = labelTable(state, labels);
    ignored = count;
    const path = staged('labels');
    const region = exportBox(state, request.region);
    await writeLabels(project, state, { path, choice: labels, region, table }, running);
    if (labels.withMeshes) {
      const write = await legacyMeshWriter(join(path, PRECOMPUTED_PARTS.mesh));
      await exportSurfaces(project, state, { segments: meshes?.segments ?? null, level, idOf, write }, running);
      await writeSegmentProperties(join(path, PRECOMPUTED_PARTS.segmentProperties), state, idOf);
    }
  }
  if (meshes !== null) {
    await mkdir(staged('meshes'));
    const write = surfaceWriter(staged('meshes'), meshes.format);
    await exportSurfaces(project, state, { segments: meshes.segments, level, idOf, write }, running);
  }
  if (request.tables !== null) {
    running.onProgress?.({ stage: 'Tables', done: 0, total: 1, unit: 'tables' });
    await mkdir(staged('tables'));
    await writeTables(project, state, staged('tables'), idOf);
    running.onProgress?.({ stage: 'Tables', done: 1, total: 1, unit: 'tables' });
  }
  return ignored;
}

async function hashParts(
  targets: readonly Target[],
  { signal, onProgress }: Running,
): Promise<Map<Target['what'], WrittenFile[]>> {
  const parts = targets.filter(({ what }) => what !== 'manifest');
  const written = new Map<Target['what'], WrittenFile[]>();
  for (const [done, target] of parts.entries()) {
    onProgress?.({ stage: 'Hashes', done, total: parts.length, unit: 'parts' });
    written.set(target.what, await hashStaged(target, signal));
  }
  onProgress?.({ stage: 'Hashes', done: parts.length, total: parts.length, unit: 'parts' });
  return written;
}

/** Removes what an export left whose process was killed. */
export async function discardExport(request: ExportRequest): Promise<void> {
  await discardStaged(targetsOf(request));
}
