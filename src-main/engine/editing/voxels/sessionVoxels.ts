import { FascicleError } from '#domain/errors.ts';
import type { Box, VoxelSizeNm } from '#domain/geometry.ts';
import type { EditLog } from '#engine/project/editLog.ts';
import type { Project } from '#engine/project/project.ts';
import { openGraphAffinities } from '#engine/proofreading/openGraphAffinities.ts';
import type { OpenAffinities } from '#engine/proofreading/openGraphAffinities.ts';
import type { SplitSources } from '#engine/proofreading/splitSupervoxel.ts';
import { freeDiskBytes } from '#engine/system/freeDisk.ts';

import { voxelSteps } from './catchUp.ts';
import { DELTA_VOXELS } from './chunkDelta.ts';
import type { ChunkDelta } from './chunkDelta.ts';
import { openVoxelFiles } from './voxelFiles.ts';
import type { VoxelFiles } from './voxelFiles.ts';
import { chunksOf, composeSteps, markVoxelsAt, voxelsAt } from './voxelLog.ts';
import { KEEP } from './voxelPatch.ts';
import type { VoxelPatch } from './voxelPatch.ts';

/** What the log of a large edit takes, and a chunk under the name that it has before it is whole. */
const LOG_BYTES = 4 * 2 ** 20;
/** A chunk of labels with the coarser levels over it, compressed; most take a tenth of this. */
const CHUNK_BYTES = DELTA_VOXELS;

/** The voxels of a project that is being edited. Files are opened when they are first needed. */
export interface SessionVoxels {
  /** Labels as they are now, and the affinities that the region graph was made from. */
  sources(): SplitSources;
  /** Nanometres, z, y, x; 1 each where it is not known. */
  voxelSizeNm(): Promise<VoxelSizeNm>;
  deltasOf(patches: readonly VoxelPatch[]): Promise<ChunkDelta[]>;
  /**
   * What takes the voxels of an older edit back.
   *
   * @throws FascicleError 'conflict' where a later edit has changed the same voxels
   */
  inverseOf(edit: number): Promise<ChunkDelta[]>;
  /**
   * Refuses an edit whose voxels would not find room, before it is in the log.
   *
   * @param chunks cubes that it writes
   * @throws FascicleError 'storage'
   */
  requireRoom(chunks: number): Promise<void>;
  /** While supervoxels.zarr is not at the place of the log, or its readers do not know of it yet. */
  readonly isBehind: boolean;
  /**
   * Brings supervoxels.zarr to the place of the log; after a failure it may be called again. Returns the box of what changed, null for
   * nothing.
   */
  follow(log: EditLog): Promise<Box | null>;
  close(): Promise<void>;
}

/** @param onVoxels lets readers know when voxels have changed on disk */
export function createSessionVoxels(
  project: Project,
  onVoxels: () => Promise<void> = () => Promise.resolve(),
): SessionVoxels {
  const { database } = project;
  let files: Promise<VoxelFiles> | null = null;
  let affinities: Promise<OpenAffinities> | null = null;
  let at = voxelsAt(database);
  let isBehind = false;

  const openFiles = (): Promise<VoxelFiles> => {
    if (files !== null) return files;
    const opening = openVoxelFiles(project);
    files = opening;
    // What could not be opened is tried again at the next request.
    opening.catch(() => (files = null));
    return opening;
  };
  const openAffinities = (): Promise<OpenAffinities> => {
    if (affinities !== null) return affinities;
    const opening = openGraphAffinities(project);
    affinities = opening;
    opening.catch(() => (affinities = null));
    return opening;
  };

  return {
    sources: () => ({
      labels: async (box, signal) => (await openFiles()).read(box, signal),
      affinities: async (box, signal) => (await openAffinities()).affinities(box, signal),
    }),
    voxelSizeNm: async () => (await openFiles()).voxelSizeNm ?? [1, 1, 1],
    deltasOf: async (patches) => (patches.length === 0 ? [] : (await openFiles()).deltasOf(patches)),
    async inverseOf(edit) {
      const opened = await openFiles();
      const deltas: ChunkDelta[] = [];
      for (const chunk of chunksOf(database, edit)) {
        const before = composeSteps(database, [{ edit, side: 'after' }], chunk);
        const after = composeSteps(database, [{ edit, side: 'before' }], chunk);
        const now = await opened.readChunk(chunk);
        if (before.some((label, i) => label !== KEEP && label !== now[i]))
          throw new FascicleError('conflict', 'A later edit has changed the same voxels.');
        deltas.push({ chunk, before, after });
      }
      return deltas;
    },
    async requireRoom(chunks) {
      if (chunks === 0) return;
      const bytes = LOG_BYTES + chunks * CHUNK_BYTES;
      const free = await freeDiskBytes(project.paths.supervoxels);
      if (free === null || bytes <= free) return;
      const mib = (value: number): string => `${(value / 2 ** 20).toFixed(1)} MiB`;
      throw new FascicleError(
        'storage',
        `The disk of ${project.paths.directory} is full: this edit may write ${mib(bytes)} of voxels, and ${mib(free)} are left. ` +
          'Free some space, then repeat it. Nothing was changed.',
      );
    },
    get isBehind() {
      return isBehind;
    },
    async follow({ tree, entries }) {
      isBehind = true;
      const steps = voxelSteps(tree, at, tree.head).filter(({ edit }) => {
        const entry = entries[edit - 1];
        return entry.type === 'edit' && entry.change.voxels !== undefined;
      });
      const changed = steps.length === 0 ? null : await (await openFiles()).follow(steps);
      if (changed !== null) {
        markVoxelsAt(database, tree.head);
        at = tree.head;
        await onVoxels();
      }
      isBehind = false;
      return changed;
    },
    async close() {
      await Promise.all([files?.then((opened) => opened.close()), affinities?.then((opened) => opened.close())]);
    },
  };
}
