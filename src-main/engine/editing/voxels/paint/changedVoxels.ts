import { boxShape, mapZyx } from '#domain/geometry.ts';
import type { Box, Zyx } from '#domain/geometry.ts';

import { KEEP } from '../voxelPatch.ts';
import type { VoxelPatch } from '../voxelPatch.ts';

/** Voxels that a supervoxel gets or loses. */
export interface VoxelTally {
  readonly voxels: number;
  /** Of their coordinates, z, y, x. */
  readonly sums: Zyx;
  readonly box: Box;
}

/** What a patch changes. */
export interface ChangedVoxels {
  /** The smallest box around the voxels that change. */
  readonly box: Box;
  readonly voxels: number;
  /** By supervoxel; 0 is not among them. */
  readonly gained: ReadonlyMap<number, VoxelTally>;
  readonly lost: ReadonlyMap<number, VoxelTally>;
}

/**
 * Compares a patch with the labels that are there.
 *
 * @param labels of the window of the patch
 * @returns null where nothing changes
 */
export function changedVoxels({ window, labels: patch }: VoxelPatch, labels: Uint32Array): ChangedVoxels | null {
  const all = createTally();
  const gained = new Map<number, Tally>();
  const lost = new Map<number, Tally>();
  const tallyOf = (tallies: Map<number, Tally>, id: number): Tally => {
    let tally = tallies.get(id);
    if (tally === undefined) tallies.set(id, (tally = createTally()));
    return tally;
  };
  const [, rows, columns] = boxShape(window);
  for (let i = 0; i < patch.length; i++) {
    if (patch[i] === KEEP || patch[i] === labels[i]) continue;
    const line = Math.floor(i / columns);
    const z = window.min[0] + Math.floor(line / rows);
    const y = window.min[1] + (line % rows);
    const x = window.min[2] + (i % columns);
    add(all, z, y, x);
    if (patch[i] !== 0) add(tallyOf(gained, patch[i]), z, y, x);
    if (labels[i] !== 0) add(tallyOf(lost, labels[i]), z, y, x);
  }
  if (all.voxels === 0) return null;
  const { box, voxels } = finished(all);
  const finish = (tallies: Map<number, Tally>) => new Map([...tallies].map(([id, tally]) => [id, finished(tally)]));
  return { box, voxels, gained: finish(gained), lost: finish(lost) };
}

interface Tally {
  voxels: number;
  readonly sums: [number, number, number];
  readonly min: [number, number, number];
  readonly max: [number, number, number];
}

function createTally(): Tally {
  const [far, near] = [Infinity, -Infinity];
  return { voxels: 0, sums: [0, 0, 0], min: [far, far, far], max: [near, near, near] };
}

function add(tally: Tally, z: number, y: number, x: number): void {
  tally.voxels++;
  tally.sums[0] += z;
  tally.sums[1] += y;
  tally.sums[2] += x;
  tally.min[0] = Math.min(tally.min[0], z);
  tally.min[1] = Math.min(tally.min[1], y);
  tally.min[2] = Math.min(tally.min[2], x);
  tally.max[0] = Math.max(tally.max[0], z);
  tally.max[1] = Math.max(tally.max[1], y);
  tally.max[2] = Math.max(tally.max[2], x);
}

function finished({ voxels, sums, min, max }: Tally): VoxelTally {
  return { voxels, sums, box: { min, max: mapZyx((axis) => max[axis] + 1) } };
}
