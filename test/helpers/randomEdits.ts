import { RANDOM_KINDS, randomEdit } from '#engine/bench/randomEdit.ts';
import type { RandomKind } from '#engine/bench/randomEdit.ts';
import { randomNumbers } from '#engine/bench/randomNumbers.ts';
import type { EditRequest } from '#contract/routes/edits.ts';
import type { EditSession } from '#engine/editing/editSession.ts';
import { isFascicleError } from '#domain/errors.ts';

import { randomVoxelEdit, readVoxels } from './randomVoxelEdits.ts';
import type { KnownVoxels } from './randomVoxelEdits.ts';

/** How often an edit changes voxels where those are known. */
const VOXEL_EDITS = 0.3;

/**
 * A random edit of any kind, or null where chance found none. Where voxels are given, supervoxels are divided and voxels painted now and
 * then; places that have changed since make requests that the project may refuse.
 */
export function anyEdit(
  assignment: Uint32Array,
  random: () => number,
  voxels: KnownVoxels | null = null,
  kinds: readonly RandomKind[] = RANDOM_KINDS,
): EditRequest | null {
  if (voxels !== null && random() < VOXEL_EDITS) return randomVoxelEdit(voxels, random);
  return randomEdit(assignment, kinds[Math.floor(random() * kinds.length)], random);
}

/**
 * Makes edits of all kinds until `count` have been taken; those that the project refuses leave no trace and do not count.
 *
 * @param options.kinds of which each next one is chosen at random
 * @param options.onEdit is told each edit that was taken
 */
export async function makeRandomEdits(
  session: EditSession,
  count: number,
  seed: number,
  options: {
    readonly kinds?: readonly RandomKind[];
    readonly voxels?: KnownVoxels;
    readonly onEdit?: (request: EditRequest) => Promise<void> | void;
  } = {},
): Promise<void> {
  const random = randomNumbers(seed);
  let { voxels } = options;
  for (let made = 0; made < count;) {
    const request = anyEdit(session.live.assignment, random, voxels, options.kinds);
    if (request === null) continue;
    try {
      const event = await session.commit(request, session.revision);
      if (voxels && event.voxels) voxels = await readVoxels(voxels.directory);
    } catch (error) {
      if (!isFascicleError(error, 'bad-request') && !isFascicleError(error, 'conflict')) throw error;
      continue;
    }
    made++;
    await options.onEdit?.(request);
  }
}
