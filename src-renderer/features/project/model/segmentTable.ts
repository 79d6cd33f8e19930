import type { SupervoxelGeometry } from '#contract/supervoxelBytes.ts';

/** One row per segment, sorted by id; columns as typed arrays, since a project has a million of them. */
export interface SegmentTable {
  readonly count: number;
  readonly ids: Uint32Array;
  /** Voxels. */
  readonly sizes: Float64Array;
  /** Supervoxels of each segment. */
  readonly supervoxels: Uint32Array;
  /** count x 6: min z, y, x, max z, y, x; half-open. */
  readonly boxes: Int32Array;
  /** The row of each segment by its id; 0xffffffff where an id is no segment. */
  readonly rowOf: Uint32Array;
}

export const NO_ROW = 0xffffffff;

/**
 * Adds up the supervoxels of each segment. A segment has the id of its smallest supervoxel.
 *
 * @param assignment segment by supervoxel id; element 0 is 0
 */
export function buildSegmentTable(assignment: Uint32Array, geometry: SupervoxelGeometry): SegmentTable {
  const rowOf = new Uint32Array(assignment.length).fill(NO_ROW);
  let count = 0;
  for (let id = 1; id < assignment.length; id++) if (assignment[id] === id) rowOf[id] = count++;
  const table: SegmentTable = {
    count,
    ids: new Uint32Array(count),
    sizes: new Float64Array(count),
    supervoxels: new Uint32Array(count),
    boxes: new Int32Array(6 * count),
    rowOf,
  };
  const { ids, sizes, supervoxels, boxes } = table;
  for (let id = 1; id < assignment.length; id++) {
    const segment = assignment[id];
    if (segment === 0) continue;
    const row = rowOf[segment];
    const isFirst = supervoxels[row] === 0;
    ids[row] = segment;
    sizes[row] += geometry.sizes[id - 1];
    supervoxels[row]++;
    for (let i = 0; i < 6; i++) {
      const value = geometry.boxes[6 * (id - 1) + i];
      const at = 6 * row + i;
      boxes[at] = isFirst ? value : i < 3 ? Math.min(boxes[at], value) : Math.max(boxes[at], value);
    }
  }
  return table;
}

/** The supervoxels of one segment, ascending. */
export function supervoxelsOf(assignment: Uint32Array, segment: number): Uint32Array {
  let count = 0;
  for (let id = 1; id < assignment.length; id++) if (assignment[id] === segment) count++;
  const members = new Uint32Array(count);
  for (let id = 1, at = 0; at < count; id++) if (assignment[id] === segment) members[at++] = id;
  return members;
}
