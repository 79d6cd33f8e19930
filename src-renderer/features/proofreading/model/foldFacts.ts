import type { FactKey } from '#domain/editChange.ts';
import { holdingFirst } from '#domain/holdingFirst.ts';
import type { HeldBy } from '#domain/holdingFirst.ts';

/** What people wrote on a supervoxel. */
export interface Fact {
  readonly supervoxel: number;
  readonly key: FactKey;
  readonly value: string;
}

/** A fact of a segment: what holds, where it is written, and what else was written on its parts before they were merged. */
export interface SegmentFact {
  readonly value: string;
  readonly supervoxel: number;
  readonly others: readonly string[];
}

export type FactsOfSegments = Readonly<Record<FactKey, ReadonlyMap<number, SegmentFact>>>;

/**
 * What is known of each segment as the supervoxels are assigned now. After a merge what was written on the larger side holds (see
 * `holdingFirst`); the rest is kept beside it, and comes back when the parts are split again.
 */
export function foldFacts(facts: readonly Fact[], by: HeldBy): FactsOfSegments {
  const folded = {
    name: new Map<number, SegmentFact>(),
    status: new Map<number, SegmentFact>(),
    note: new Map<number, SegmentFact>(),
  };
  for (const { supervoxel, key, value } of holdingFirst(facts, by)) {
    const segment = by.assignment[supervoxel] ?? 0;
    if (segment === 0) continue;
    const holds = folded[key].get(segment);
    if (holds === undefined) folded[key].set(segment, { value, supervoxel, others: [] });
    else if (value !== holds.value) folded[key].set(segment, { ...holds, others: [...holds.others, value] });
  }
  return folded;
}

/** The supervoxel of a segment that facts are written on: its largest, the lowest of equals; 0 for an unknown segment. */
export function factAnchor(segment: number, assignment: Uint32Array, sizes: ArrayLike<number>): number {
  let largest = 0;
  for (let id = 1; id < assignment.length; id++)
    if (assignment[id] === segment && (largest === 0 || sizes[id - 1] > sizes[largest - 1])) largest = id;
  return largest;
}
