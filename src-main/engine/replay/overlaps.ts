import { FascicleError } from '#domain/errors.ts';
import { blocksCovering, boxOfShape, boxShape, intersectBoxes, mapZyx, voxelCount } from '#domain/geometry.ts';
import type { Box, Zyx } from '#domain/geometry.ts';
import type { SupervoxelRow } from '#domain/editChange.ts';
import type { Project } from '#engine/project/project.ts';
import { openVolume } from '#volumes/openVolume.ts';

/** A supervoxel of the other segmentation that shares voxels with one of ours. */
export interface Overlap {
  /** 0 for voxels that are in none. */
  readonly supervoxel: number;
  readonly voxels: number;
  /** The shared voxel that is nearest to the middle of ours, z, y, x. */
  readonly place: Zyx;
}

/** By supervoxel; most voxels first, among equals the lower id. */
export type Overlaps = ReadonlyMap<number, readonly Overlap[]>;

const BLOCK = 128;

/** The supervoxel that holds most of one of ours; null where most of it is in none. */
export function holderOf(overlaps: Overlaps, supervoxel: number): number | null {
  return overlaps.get(supervoxel)?.[0]?.supervoxel || null;
}

/**
 * Counts the voxels that supervoxels of one project share with those of another one of the same volume. Only blocks that hold some of
 * them are read.
 *
 * @param rows the supervoxels that are asked for
 * @throws FascicleError 'conflict' where the volumes differ in shape, 'cancelled'
 */
export async function overlapsOf(
  from: Project,
  onto: Project,
  rows: readonly SupervoxelRow[],
  signal?: AbortSignal,
): Promise<Overlaps> {
  const [ours, theirs] = await Promise.all(
    [from, onto].map(({ paths }) => openVolume(paths.supervoxels, { role: 'labels' })),
  );
  const counts = new Map(rows.map(({ id, centroid }) => [id, { centroid, others: new Map<number, Count>() }]));
  try {
    const { shape } = ours.info;
    if (shape.some((extent, axis) => extent !== theirs.info.shape[axis]))
      throw new FascicleError(
        'conflict',
        `The projects cover ${shape.join(' x ')} and ${theirs.info.shape.join(' x ')} voxels (z, y, x): they are not of the same region.`,
      );
    for (const box of blocksCovering(
      boxOfShape(shape),
      mapZyx(() => BLOCK),
    )) {
      signal?.throwIfAborted();
      if (!rows.some(({ boxMin, boxMax }) => meets(box, { min: boxMin, max: boxMax }))) continue;
      const [a, b] = await Promise.all([ours.read(box), theirs.read(box)]);
      countBlock(box, a as Uint32Array, b as Uint32Array, counts);
    }
  } finally {
    await Promise.all([ours.close(), theirs.close()]);
  }
  return new Map(
    [...counts].map(([id, { others }]) => [
      id,
      [...others]
        .map(([supervoxel, { voxels, place }]) => ({ supervoxel, voxels, place }))
        .sort((a, b) => b.voxels - a.voxels || a.supervoxel - b.supervoxel),
    ]),
  );
}

interface Count {
  voxels: number;
  place: Zyx;
  /** Squared voxels, from the middle of the supervoxel. */
  distance: number;
}

const meets = (a: Box, b: Box): boolean => voxelCount(boxShape(intersectBoxes(a, b))) > 0;

function countBlock(
  box: Box,
  ours: Uint32Array,
  theirs: Uint32Array,
  counts: ReadonlyMap<number, { readonly centroid: Zyx; readonly others: Map<number, Count> }>,
): void {
  const [depth, rows, columns] = boxShape(box);
  let at = 0;
  for (let z = 0; z < depth; z++)
    for (let y = 0; y < rows; y++)
      for (let x = 0; x < columns; x++, at++) {
        const own = counts.get(ours[at]);
        if (own === undefined) continue;
        const place: Zyx = [box.min[0] + z, box.min[1] + y, box.min[2] + x];
        const distance = place.reduce((sum, value, axis) => sum + (value - own.centroid[axis]) ** 2, 0);
        const known = own.others.get(theirs[at]);
        if (known === undefined) own.others.set(theirs[at], { voxels: 1, place, distance });
        else {
          known.voxels++;
          if (distance < known.distance) Object.assign(known, { place, distance });
        }
      }
}
