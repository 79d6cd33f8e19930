import type { SegmentTrait } from './editChange.ts';

/**
 * What people wrote on supervoxels, so ordered that for every segment the first is what holds: that on its lead, else that on its largest
 * supervoxel, the lowest of equals.
 *
 * @param assignment segment by supervoxel id
 * @param sizes voxels of supervoxel id at id - 1
 */
export function holdingFirst<Written extends { readonly supervoxel: number }>(
  written: Iterable<Written>,
  { assignment, sizes, traits }: HeldBy,
): Written[] {
  const isLead = ({ supervoxel }: Written): number =>
    traits.get(assignment[supervoxel] ?? 0)?.lead === supervoxel ? 1 : 0;
  const sizeOf = ({ supervoxel }: Written): number => sizes[supervoxel - 1] ?? 0;
  return [...written].sort((a, b) => isLead(b) - isLead(a) || sizeOf(b) - sizeOf(a) || a.supervoxel - b.supervoxel);
}

export interface HeldBy {
  readonly assignment: Uint32Array;
  readonly sizes: ArrayLike<number>;
  readonly traits: ReadonlyMap<number, SegmentTrait>;
}
