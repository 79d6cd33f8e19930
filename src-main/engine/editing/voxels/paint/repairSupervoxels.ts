import type { RowChange, SupervoxelRow } from '#domain/editChange.ts';
import { boxShape, mapZyx } from '#domain/geometry.ts';
import type { Box, Zyx } from '#domain/geometry.ts';
import type { SplitSources } from '#engine/proofreading/splitSupervoxel.ts';

import type { ChangedVoxels, VoxelTally } from './changedVoxels.ts';

/** Slices that are read at a time where a side of a box has to move in. */
const SLAB = 16;

/**
 * Sizes, boxes and centroids of the supervoxels that gain or lose voxels.
 *
 * @param rowOf a supervoxel before the change; null for one that is new
 * @param patched the voxels after the change
 */
export async function repairSupervoxels(
  rowOf: (supervoxel: number) => SupervoxelRow | null,
  patched: SplitSources,
  { gained, lost }: ChangedVoxels,
  signal?: AbortSignal,
): Promise<RowChange<SupervoxelRow>[]> {
  const ids = [...new Set([...gained.keys(), ...lost.keys()])].sort((a, b) => a - b);
  const changes: RowChange<SupervoxelRow>[] = [];
  for (const id of ids) {
    const before = rowOf(id);
    const [more, less] = [gained.get(id) ?? NONE, lost.get(id) ?? NONE];
    const size = (before?.size ?? 0) + more.voxels - less.voxels;
    if (size === 0) {
      changes.push({ before, after: null });
      continue;
    }
    // Sums are whole numbers, which a centroid gives back: below 2^52 its rounding is less than a half.
    const sums = mapZyx((axis) => (before === null ? 0 : Math.round(before.centroid[axis] * before.size)));
    const centroid = mapZyx((axis) => (sums[axis] + more.sums[axis] - less.sums[axis]) / size);
    const box = await boxAfter(id, before, more, less, patched, signal);
    const original = before?.originalId === undefined ? {} : { originalId: before.originalId };
    changes.push({ before, after: { id, size, boxMin: box.min, boxMax: box.max, centroid, ...original } });
  }
  return changes;
}

const NONE: VoxelTally = { voxels: 0, sums: [0, 0, 0], box: { min: [0, 0, 0], max: [0, 0, 0] } };

async function boxAfter(
  id: number,
  before: SupervoxelRow | null,
  more: VoxelTally,
  less: VoxelTally,
  patched: SplitSources,
  signal: AbortSignal | undefined,
): Promise<Box> {
  if (before === null) return more.box;
  const hasMore = more.voxels > 0;
  let box: Box = {
    min: mapZyx((axis) => Math.min(before.boxMin[axis], hasMore ? more.box.min[axis] : Infinity)),
    max: mapZyx((axis) => Math.max(before.boxMax[axis], hasMore ? more.box.max[axis] : -Infinity)),
  };
  if (less.voxels === 0) return box;
  for (const axis of [0, 1, 2] as const) {
    if (less.box.min[axis] === box.min[axis]) box = await moveSideIn(id, box, axis, 'min', patched, signal);
    if (less.box.max[axis] === box.max[axis]) box = await moveSideIn(id, box, axis, 'max', patched, signal);
  }
  return box;
}

/** Moves one side of a box in until it touches the supervoxel, which has voxels in the box. */
async function moveSideIn(
  id: number,
  box: Box,
  axis: 0 | 1 | 2,
  side: 'min' | 'max',
  patched: SplitSources,
  signal: AbortSignal | undefined,
): Promise<Box> {
  let [from, to] = [box.min[axis], box.max[axis]];
  while (from < to) {
    const low = side === 'min' ? from : Math.max(from, to - SLAB);
    const high = side === 'min' ? Math.min(to, from + SLAB) : to;
    const slab = { min: withAxis(box.min, axis, low), max: withAxis(box.max, axis, high) };
    const outermost = outermostOf(await patched.labels(slab, signal), id, boxShape(slab), axis, side);
    if (outermost !== null)
      return side === 'min'
        ? { ...box, min: withAxis(box.min, axis, low + outermost) }
        : { ...box, max: withAxis(box.max, axis, low + outermost + 1) };
    if (side === 'min') from = high;
    else to = low;
  }
  return box;
}

const withAxis = (zyx: Zyx, axis: 0 | 1 | 2, value: number): Zyx => mapZyx((i) => (i === axis ? value : zyx[i]));

/** The first or the last position along an axis that holds a label; null for none. */
function outermostOf(
  labels: Uint32Array,
  id: number,
  [, rows, columns]: Zyx,
  axis: 0 | 1 | 2,
  side: 'min' | 'max',
): number | null {
  let found: number | null = null;
  for (let i = labels.indexOf(id); i >= 0; i = labels.indexOf(id, i + 1)) {
    const line = Math.floor(i / columns);
    const at = axis === 2 ? i % columns : axis === 1 ? line % rows : Math.floor(line / rows);
    if (found === null || (side === 'min' ? at < found : at > found)) found = at;
  }
  return found;
}
