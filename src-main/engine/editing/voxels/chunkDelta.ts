import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';

import { FascicleError } from '#domain/errors.ts';
import type { Zyx } from '#domain/geometry.ts';

import { KEEP } from './voxelPatch.ts';

/** Edge of the cubes that the voxels of an edit are kept by, whatever the chunks of the volume are. */
export const DELTA_EDGE = 64;
export const DELTA_VOXELS = DELTA_EDGE ** 3;
export const DELTA_SHAPE: Zyx = [DELTA_EDGE, DELTA_EDGE, DELTA_EDGE];

/** What an edit changed in one cube. */
export interface ChunkDelta {
  /** Counts cubes, z, y, x. */
  readonly chunk: Zyx;
  /** One element per voxel of the cube, z, y, x: its supervoxel before and after the edit, KEEP in both where it stayed. */
  readonly before: Uint32Array;
  readonly after: Uint32Array;
}

/**
 * The labels of a cube, small: zstd of uint32 (little-endian) n, then n runs (start, length) of voxels that are not KEEP, by rising
 * start, then their labels one after the other.
 */
export function packLabels(labels: Uint32Array): Uint8Array {
  const runs: number[] = [];
  let voxels = 0;
  for (let i = 0; i < labels.length; i++) {
    if (labels[i] === KEEP) continue;
    const start = i;
    while (i < labels.length && labels[i] !== KEEP) i++;
    runs.push(start, i - start);
    voxels += i - start;
  }
  const words = new DataView(new ArrayBuffer(4 * (1 + runs.length + voxels)));
  let at = 0;
  const put = (word: number): void => words.setUint32(4 * at++, word, true);
  put(runs.length / 2);
  runs.forEach(put);
  for (let run = 0; run < runs.length; run += 2) for (let i = 0; i < runs[run + 1]; i++) put(labels[runs[run] + i]);
  return zstdCompressSync(new Uint8Array(words.buffer));
}

/**
 * Writes packed labels into those of a cube; voxels that they do not name stay as they are.
 *
 * @throws FascicleError 'bad-file' for bytes that are none
 */
export function unpackLabels(bytes: Uint8Array, into: Uint32Array): void {
  try {
    const unpacked = zstdDecompressSync(bytes);
    const words = new DataView(unpacked.buffer, unpacked.byteOffset, unpacked.byteLength);
    const runs = words.getUint32(0, true);
    let at = 4 * (1 + 2 * runs);
    for (let run = 0; run < runs; run++) {
      const start = words.getUint32(4 + 8 * run, true);
      const end = start + words.getUint32(8 + 8 * run, true);
      if (end > into.length) throw new RangeError(`A run ends at voxel ${end} of ${into.length}.`);
      for (let i = start; i < end; i++, at += 4) into[i] = words.getUint32(at, true);
    }
    if (at !== words.byteLength) throw new RangeError(`${words.byteLength} bytes where ${at} are named.`);
  } catch (cause) {
    throw new FascicleError(
      'bad-file',
      `The voxels of an edit are damaged (${(cause as Error).message}). Copy the newest backup of the project in its place.`,
      { cause },
    );
  }
}
