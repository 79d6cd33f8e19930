import type { EditRequest } from '#contract/routes/edits.ts';
import type { Zyx } from '#domain/geometry.ts';
import { mapZyx } from '#domain/geometry.ts';

import type { Candidate } from './candidate.ts';

/**
 * The edit that an answer to a question makes. A yes changes the segmentation, a no writes down that it is right: either holds at every
 * threshold from then on.
 *
 * @param placeOf a voxel of a supervoxel
 */
export function editOf(
  { u, v, seeds, place }: Candidate,
  answer: 'yes' | 'no',
  placeOf: (supervoxel: number) => Zyx,
): EditRequest {
  if (answer === 'no') return { kind: 'keep', supervoxels: [u, v], as: seeds === null ? 'two' : 'one', place };
  if (seeds === null) return { kind: 'merge', supervoxels: [u, v], place };
  const voxelOf = (supervoxel: number): Zyx => {
    const middle = placeOf(supervoxel);
    return mapZyx((axis) => Math.floor(middle[axis]));
  };
  return {
    kind: 'split',
    seeds: seeds.flatMap((side, index) =>
      side.map((supervoxel) => ({ side: index, supervoxel, voxel: voxelOf(supervoxel) })),
    ),
    alternative: 0,
    place,
  };
}
