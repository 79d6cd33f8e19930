import { RANDOM_KINDS, randomEdit } from '#engine/bench/randomEdit.ts';
import type { RandomKind } from '#engine/bench/randomEdit.ts';
import { randomNumbers } from '#engine/bench/randomNumbers.ts';
import type { EditRequest } from '#contract/routes/edits.ts';
import type { Zyx } from '#domain/geometry.ts';
import type { EditSession } from '#engine/editing/editSession.ts';
import { isFascicleError } from '#domain/errors.ts';
import { projectPaths } from '#engine/project/paths.ts';
import { readWhole } from '#volumes/copyVolume.ts';
import { openVolume } from '#volumes/openVolume.ts';

/** Of each random edit, how often it divides a supervoxel where its voxels are known. */
const DIVISIONS = 0.1;
/** Voxels between the two seeds of a division, along each axis. */
const REACH = 6;

/** The supervoxel of every voxel of a small project. */
export interface KnownVoxels {
  readonly shape: Zyx;
  readonly labels: Uint32Array;
}

export async function readVoxels(directory: string): Promise<KnownVoxels> {
  const volume = await openVolume(projectPaths(directory).supervoxels, { role: 'labels' });
  const { shape } = volume.info;
  const labels = (await readWhole(volume)) as Uint32Array;
  await volume.close();
  return { shape, labels };
}

/**
 * A random edit of any kind, or null where chance found none. Where voxels are given, supervoxels are divided now and then; voxels that
 * were divided since make a request that the project refuses.
 */
export function anyEdit(
  assignment: Uint32Array,
  random: () => number,
  voxels: KnownVoxels | null = null,
  kinds: readonly RandomKind[] = RANDOM_KINDS,
): EditRequest | null {
  if (voxels !== null && random() < DIVISIONS) return randomDivision(voxels, random);
  return randomEdit(assignment, kinds[Math.floor(random() * kinds.length)], random);
}

function randomDivision({ shape, labels }: KnownVoxels, random: () => number): EditRequest | null {
  const first = shape.map((extent) => Math.floor(random() * extent));
  const other = first.map((at, axis) =>
    Math.min(shape[axis] - 1, Math.max(0, at + Math.round(REACH * (2 * random() - 1)))),
  );
  const labelAt = ([z, y, x]: readonly number[]): number => labels[(z * shape[1] + y) * shape[2] + x];
  const supervoxel = labelAt(first);
  if (supervoxel === 0 || labelAt(other) !== supervoxel || first.every((at, axis) => at === other[axis])) return null;
  const seeds = [first, other].map(([z, y, x], side) => {
    const voxel: [number, number, number] = [z, y, x];
    return { side, supervoxel, voxel };
  });
  return { kind: 'split', seeds, alternative: 0, place: null };
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
  for (let made = 0; made < count;) {
    const request = anyEdit(session.live.assignment, random, options.voxels, options.kinds);
    if (request === null) continue;
    try {
      await session.commit(request, session.revision);
    } catch (error) {
      if (!isFascicleError(error, 'bad-request') && !isFascicleError(error, 'conflict')) throw error;
      continue;
    }
    made++;
    await options.onEdit?.(request);
  }
}
