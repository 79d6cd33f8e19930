import { isFascicleError } from '#domain/errors.ts';
import { boxShape, mapZyx, voxelCount } from '#domain/geometry.ts';
import type { Box } from '#domain/geometry.ts';
import type { EditSession } from '#engine/editing/editSession.ts';
import { DELTA_EDGE, DELTA_SHAPE } from '#engine/editing/voxels/chunkDelta.ts';
import { indexIn } from '#engine/editing/voxels/paint/voxelMask.ts';
import type { VoxelMask } from '#engine/editing/voxels/paint/voxelMask.ts';
import { chunksOf, composeSteps } from '#engine/editing/voxels/voxelLog.ts';
import { KEEP } from '#engine/editing/voxels/voxelPatch.ts';
import type { ProjectDatabase } from '#engine/project/database.ts';
import type { EditEntry } from '#engine/project/editLog.ts';

/** What became of painted voxels: made there, so already, or why they were left out. */
export type CarriedPaint = 'made' | 'held' | { readonly reason: string };

/** Strokes, and what takes one back. */
export function isOfPaint({ kind, change }: EditEntry): boolean {
  return change.voxels !== undefined && (kind === 'paint' || kind === 'revert');
}

/**
 * Paints the voxels of edits again in another segmentation of the same volume: each for the supervoxel that holds most of the one that they
 * were painted for, or for a new one where they made one. A stroke that was taken back later is left out, with what took it back.
 *
 * @param edits those of the present line that are of paint, in order
 * @param supervoxelOf the supervoxel there that holds most of one of ours, null for none
 * @returns by revision
 */
export async function carryPaint(
  database: ProjectDatabase,
  edits: readonly EditEntry[],
  session: EditSession,
  supervoxelOf: (supervoxel: number) => number | null,
  signal?: AbortSignal,
): Promise<Map<number, CarriedPaint>> {
  const carried = new Map<number, CarriedPaint>();
  const takenBack = pairsTakenBack(database, edits);
  /** Supervoxels that strokes made here, by their ids there. */
  const made = new Map<number, number>();
  for (const edit of edits) {
    signal?.throwIfAborted();
    const { revision, kind, place, change } = edit;
    if (takenBack.has(revision)) {
      carried.set(revision, 'held');
      continue;
    }
    if (kind === 'revert') {
      carried.set(revision, { reason: 'it takes voxels back that are no strokes, or were changed since' });
      continue;
    }
    for (const [label, mask] of masksOf(database, revision)) {
      const isNew = change.tables?.supervoxels.some(({ before, after }) => before === null && after?.id === label);
      const target = label === 0 ? 'none' : isNew ? 'new' : (made.get(label) ?? supervoxelOf(label));
      if (target === null) {
        carried.set(revision, {
          reason: `supervoxel ${label}, for which it was painted, lies in none of the other segmentation`,
        });
        continue;
      }
      if (target === 'new') made.set(label, session.live.assignment.length);
      try {
        const event = await session.commitPainted({ mask, target, over: 'all', place }, session.revision, signal);
        carried.set(revision, event === null ? 'held' : 'made');
      } catch (error) {
        if (!isFascicleError(error, 'bad-request') && !isFascicleError(error, 'conflict')) throw error;
        carried.set(revision, { reason: error.message });
      }
    }
  }
  return carried;
}

/** Edits that take the voxels of an earlier one back, and those earlier ones. */
function pairsTakenBack(database: ProjectDatabase, edits: readonly EditEntry[]): Set<number> {
  const rows = database.prepare('SELECT z, y, x, before, after FROM voxel_deltas WHERE revision = ? ORDER BY z, y, x');
  const nameOf = (revision: number, isInverse: boolean): string =>
    (rows.all(revision) as { z: number; y: number; x: number; before: Buffer; after: Buffer }[])
      .map(({ z, y, x, before, after }) =>
        [z, y, x, ...(isInverse ? [after, before] : [before, after]).map(hex)].join(),
      )
      .join(';');
  const pairs = new Set<number>();
  const standing = new Map<string, number[]>();
  for (const { revision, kind } of edits) {
    const undone = kind === 'revert' ? standing.get(nameOf(revision, true))?.pop() : undefined;
    if (undone !== undefined) pairs.add(revision).add(undone);
    else standing.set(nameOf(revision, false), [...(standing.get(nameOf(revision, false)) ?? []), revision]);
  }
  return pairs;
}

const hex = (bytes: Buffer): string => bytes.toString('hex');

/** The voxels of an edit by what they got. */
function masksOf(database: ProjectDatabase, revision: number): Map<number, VoxelMask> {
  const cubes = chunksOf(database, revision).map((chunk) => ({
    min: mapZyx((axis) => chunk[axis] * DELTA_EDGE),
    labels: composeSteps(database, [{ edit: revision, side: 'after' }], chunk),
  }));
  const [, rows, columns] = DELTA_SHAPE;
  const visit = (take: (label: number, z: number, y: number, x: number) => void): void => {
    for (const { min, labels } of cubes)
      labels.forEach((label, i) => {
        const line = Math.floor(i / columns);
        if (label !== KEEP)
          take(label, min[0] + Math.floor(line / rows), min[1] + (line % rows), min[2] + (i % columns));
      });
  };
  const boxes = new Map<number, Box>();
  visit((label, ...voxel) => {
    const { min, max } = boxes.get(label) ?? { min: voxel, max: voxel };
    boxes.set(label, {
      min: mapZyx((axis) => Math.min(min[axis], voxel[axis])),
      max: mapZyx((axis) => Math.max(max[axis], voxel[axis] + 1)),
    });
  });
  const masks = new Map(
    [...boxes].map(([label, window]) => [label, { window, voxels: new Uint8Array(voxelCount(boxShape(window))) }]),
  );
  visit((label, z, y, x) => {
    const { window, voxels } = masks.get(label)!;
    voxels[indexIn(window, [z, y, x])] = 1;
  });
  return masks;
}
