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

/** How often an edit changes voxels where those are known. */
const VOXEL_EDITS = 0.15;
/** Radii of a random brush, nm. */
const [THINNEST, THICKEST] = [10, 60];
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
 * A random edit of any kind, or null where chance found none. Where voxels are given, supervoxels are divided and voxels painted now and
 * then; places that have changed since make requests that the project may refuse.
 */
export function anyEdit(
  assignment: Uint32Array,
  random: () => number,
  voxels: KnownVoxels | null = null,
  kinds: readonly RandomKind[] = RANDOM_KINDS,
): EditRequest | null {
  if (voxels !== null && random() < VOXEL_EDITS)
    return random() < 0.5 ? randomDivision(voxels, random) : randomStroke(assignment, voxels, random);
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

function randomStroke(assignment: Uint32Array, { shape }: KnownVoxels, random: () => number): EditRequest {
  const [z, y, x] = shape.map((extent) => random() * extent);
  const points: [number, number, number][] = [
    [z, y, x],
    [z, Math.min(shape[1] - 1, y + REACH), x],
  ];
  const supervoxel = 1 + Math.floor(random() * (assignment.length - 1));
  const plane = random() < 0.5 ? 'xy' : null;
  return {
    kind: 'paint',
    stroke: { tool: 'brush', plane, points, radiusNm: THINNEST + (THICKEST - THINNEST) * random() },
    target: (['new', 'none', supervoxel] as const)[Math.floor(random() * 3)],
    over: random() < 0.3 ? 'background' : 'all',
    place: null,
  };
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
