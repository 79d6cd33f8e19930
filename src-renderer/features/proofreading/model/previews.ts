/** Segments as they would be, worked out here so that nothing is read again. */

/** An object cut into sides. */
export interface CutPreview {
  readonly assignment: Uint32Array;
  /** The segment that stands for each side. */
  readonly segments: readonly number[];
}

/**
 * The assignment with an object cut: each side is the segment of its lowest supervoxel, as it will be. Supervoxels that the cut makes by
 * dividing others are added.
 */
export function withSides(assignment: Uint32Array, sides: readonly (readonly number[])[]): CutPreview {
  const highest = sides.flat().reduce((high, id) => Math.max(high, id), 0);
  const next = new Uint32Array(Math.max(assignment.length, highest + 1));
  next.set(assignment);
  const segments = sides.map((members) => members.reduce((low, id) => Math.min(low, id), Infinity));
  sides.forEach((members, side) => {
    for (const id of members) next[id] = segments[side];
  });
  return { assignment: next, segments };
}

/** What another threshold does to one object. */
export interface ObjectDiff {
  readonly gained: number;
  readonly lost: number;
  /** Other objects that go into it whole. */
  readonly absorbed: number;
}

/** How the object that holds `anchor` differs between two assignments, in supervoxels. */
export function objectDiff(before: Uint32Array, after: Uint32Array, anchor: number): ObjectDiff {
  const [own, target] = [before[anchor], after[anchor]];
  let [gained, lost] = [0, 0];
  const touched = new Set<number>();
  for (let id = 1; id < before.length; id++) {
    const [was, is] = [before[id] === own, after[id] === target];
    if (is && !was) {
      gained++;
      touched.add(before[id]);
    } else if (was && !is) lost++;
  }
  for (let id = 1; id < before.length && touched.size > 0; id++) if (after[id] !== target) touched.delete(before[id]);
  return { gained, lost, absorbed: touched.size };
}

/** Different segments of an assignment; a segment has the id of its lowest supervoxel. */
export function countSegments(assignment: Uint32Array): number {
  let count = 0;
  for (let id = 1; id < assignment.length; id++) if (assignment[id] === id) count++;
  return count;
}
