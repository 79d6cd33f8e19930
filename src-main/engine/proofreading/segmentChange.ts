/** What a change of the assignment means for segments, in numbers. */
import type { AssignmentDelta } from '#native/liveSegmentation.ts';

/** Supervoxels that went from one segment to another; 0 stands for none, as with a supervoxel that comes or goes. */
export interface SegmentFlow {
  readonly from: number;
  readonly to: number;
  readonly supervoxels: number;
  readonly voxels: number;
}

/** What an object gains and loses. */
export interface ObjectChange {
  /** Its segment after the change. */
  readonly segment: number;
  readonly gained: { readonly supervoxels: number; readonly voxels: number };
  readonly lost: { readonly supervoxels: number; readonly voxels: number };
}

/**
 * The flows of a delta, largest first.
 *
 * @param assignment before the change, by supervoxel
 * @param sizes voxels of supervoxel i + 1
 */
export function flowsOf(delta: AssignmentDelta, assignment: Uint32Array, sizes: Float64Array): SegmentFlow[] {
  const flows = new Map<string, { from: number; to: number; supervoxels: number; voxels: number }>();
  delta.supervoxels.forEach((id, i) => {
    const from = assignment[id] ?? 0;
    const to = delta.segments[i];
    const key = `${from} ${to}`;
    let flow = flows.get(key);
    if (flow === undefined) flows.set(key, (flow = { from, to, supervoxels: 0, voxels: 0 }));
    flow.supervoxels++;
    flow.voxels += sizes[id - 1] ?? 0;
  });
  return [...flows.values()].sort((a, b) => b.voxels - a.voxels || a.from - b.from || a.to - b.to);
}

/**
 * What the object that holds `anchor` gains and loses. An object whose lowest supervoxel changes gets another id and stays the same
 * object: it is followed by its anchor.
 *
 * @param membersOf supervoxels of a segment before the change
 */
export function objectChangeOf(
  anchor: number,
  delta: AssignmentDelta,
  assignment: Uint32Array,
  sizes: Float64Array,
  membersOf: (segment: number) => Uint32Array,
): ObjectChange {
  const moved = new Map<number, number>();
  delta.supervoxels.forEach((id, i) => moved.set(id, delta.segments[i]));
  const segment = moved.get(anchor) ?? assignment[anchor];
  const gained = { supervoxels: 0, voxels: 0 };
  const lost = { supervoxels: 0, voxels: 0 };
  const count = (tally: typeof gained, id: number): void => {
    tally.supervoxels++;
    tally.voxels += sizes[id - 1] ?? 0;
  };
  const before = assignment[anchor];
  for (const [id, to] of moved) {
    if (to === segment && assignment[id] !== before) count(gained, id);
    if (to !== segment && assignment[id] === before) count(lost, id);
  }
  if (segment !== before) {
    // Under a new id, those who keep theirs have left or joined the object all the same.
    for (const id of membersOf(before)) if (!moved.has(id)) count(lost, id);
    if (assignment[segment] === segment) {
      for (const id of membersOf(segment)) if (!moved.has(id)) count(gained, id);
    }
  }
  return { segment, gained, lost };
}
