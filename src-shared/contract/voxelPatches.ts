import { FascicleError } from '#domain/errors.ts';
import { boxShape, mapZyx } from '#domain/geometry.ts';
import type { Box, Zyx } from '#domain/geometry.ts';

/** Stands for a voxel that keeps its supervoxel; no supervoxel ever gets this id. */
export const KEEP = 0xffffffff;

/** Voxels of a box that get another supervoxel. */
export interface VoxelPatch {
  /** Half-open, voxels of the volume, z, y, x. */
  readonly window: Box;
  /** One element per voxel of the window, x fastest: the new supervoxel, 0 for none, or KEEP. */
  readonly labels: Uint32Array;
}

/*
 * Layout, little-endian, in units of 4 bytes: 'FVP1', the number of patches, and for each
 *   3  first voxel, z, y, x   3  number of voxels, z, y, x   1  number of runs
 *   2  for each run: voxels in a row, and what they get
 * Runs go over all voxels in order: parts of a supervoxel are a few voxels long at least, so this is a fraction of the labels.
 */
const MAGIC = 0x31505646;
const PATCH_WORDS = 7;

/** The bytes of patches, in the order in which they apply. */
export function encodeVoxelPatches(patches: readonly VoxelPatch[]): Uint8Array<ArrayBuffer> {
  const words: number[] = [MAGIC, patches.length];
  for (const { window, labels } of patches) {
    words.push(...window.min, ...boxShape(window), 0);
    const count = words.length - 1;
    for (let i = 0; i < labels.length; words[count]++) {
      const start = i;
      while (i < labels.length && labels[i] === labels[start]) i++;
      words.push(i - start, labels[start]);
    }
  }
  return new Uint8Array(Uint32Array.from(words).buffer);
}

/**
 * The patches that `encodeVoxelPatches` wrote.
 *
 * @throws FascicleError 'bad-file' for bytes that are none
 */
export function decodeVoxelPatches(bytes: Uint8Array<ArrayBuffer>): VoxelPatch[] {
  // The bytes may begin anywhere in their buffer.
  const words = new Uint32Array(bytes.slice().buffer, 0, Math.floor(bytes.byteLength / 4));
  if (words.length < 2 || words[0] !== MAGIC)
    throw new FascicleError('bad-file', 'The engine sent bytes that are no patches of voxels.');
  const patches: VoxelPatch[] = [];
  let at = 2;
  for (let patch = 0; patch < words[1]; patch++) {
    const triple = (first: number): Zyx => mapZyx((axis) => words[at + first + axis]);
    const [min, shape, runs] = [triple(0), triple(3), words[at + 6]];
    const end = at + PATCH_WORDS + 2 * runs;
    if (!(end <= words.length))
      throw new FascicleError('bad-file', 'The engine sent patches of voxels that are cut short.');
    const labels = new Uint32Array(shape[0] * shape[1] * shape[2]);
    let voxel = 0;
    for (at += PATCH_WORDS; at < end; at += 2) {
      labels.fill(words[at + 1], voxel, voxel + words[at]);
      voxel += words[at];
    }
    patches.push({ window: { min, max: mapZyx((axis) => min[axis] + shape[axis]) }, labels });
  }
  return patches;
}
