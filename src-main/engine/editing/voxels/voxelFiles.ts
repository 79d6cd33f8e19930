import { boxOfShape, blocksCovering, boxShape, intersectBoxes, mapZyx, voxelCount } from '#domain/geometry.ts';
import type { Box, VoxelSizeNm, Zyx } from '#domain/geometry.ts';
import type { Project } from '#engine/project/project.ts';
import { openOmeZarr } from '#volumes/zarr/index.ts';
import type { OmeZarrStore } from '#volumes/zarr/index.ts';

import { DELTA_EDGE, DELTA_SHAPE, DELTA_VOXELS } from './chunkDelta.ts';
import type { ChunkDelta } from './chunkDelta.ts';
import { chunksOf, composeSteps } from './voxelLog.ts';
import type { VoxelStep } from './voxelLog.ts';
import { applyPatch, KEEP } from './voxelPatch.ts';
import type { VoxelPatch } from './voxelPatch.ts';

/** supervoxels.zarr of a project, read and brought to other states. The owner closes it. */
export interface VoxelFiles {
  /** Of the volume, z, y, x. */
  readonly shape: Zyx;
  readonly voxelSizeNm: VoxelSizeNm | null;
  read(box: Box, signal?: AbortSignal): Promise<Uint32Array>;
  /** The labels of a cube of a delta, 0 outside of the volume. */
  readChunk(chunk: Zyx): Promise<Uint32Array>;
  /** What patches, one after the other, would change. */
  deltasOf(patches: readonly VoxelPatch[]): Promise<ChunkDelta[]>;
  /**
   * Writes the voxels of steps, in order, and the coarser levels over them, durably. Doing it again after it was interrupted gives the
   * same, since steps name the labels themselves: what `signal` stops can be done again too.
   *
   * @returns the box that holds all that was written, null for nothing
   */
  follow(steps: readonly VoxelStep[], signal?: AbortSignal): Promise<Box | null>;
  close(): Promise<void>;
}

export async function openVoxelFiles({ paths, database }: Project): Promise<VoxelFiles> {
  const store = await openOmeZarr(paths.supervoxels);
  const { shape, chunkShape } = store.info;
  const bounds = boxOfShape(shape);
  const read = async (box: Box, signal?: AbortSignal): Promise<Uint32Array> =>
    (await store.read(box, { signal })) as Uint32Array;

  return {
    shape,
    voxelSizeNm: store.info.voxelSizeNm,
    read,
    async readChunk(chunk) {
      const cube = boxOfChunk(chunk);
      const window = intersectBoxes(cube, bounds);
      const labels = new Uint32Array(DELTA_VOXELS);
      applyPatch(labels, cube, { window, labels: await read(window) });
      return labels;
    },
    async deltasOf(patches) {
      const chunks = new Map<string, Box>();
      for (const { window } of patches)
        for (const block of blocksCovering(window, DELTA_SHAPE)) {
          const chunk = mapZyx((axis) => Math.floor(block.min[axis] / DELTA_EDGE));
          chunks.set(chunk.join(), boxOfChunk(chunk));
        }
      const deltas: ChunkDelta[] = [];
      for (const cube of chunks.values()) {
        const delta = await deltaOf(cube, intersectBoxes(cube, bounds), patches, read);
        if (delta !== null) deltas.push(delta);
      }
      return deltas.sort((a, b) => compareZyx(a.chunk, b.chunk));
    },
    async follow(steps, signal) {
      const chunks = new Map<string, Zyx>();
      for (const { edit } of steps) for (const chunk of chunksOf(database, edit)) chunks.set(chunk.join(), chunk);
      const boxes: Box[] = [];
      for (const chunk of chunks.values()) {
        signal?.throwIfAborted();
        const cube = boxOfChunk(chunk);
        await patchStore(store, chunkShape, intersectBoxes(cube, bounds), {
          window: cube,
          labels: composeSteps(database, steps, chunk),
        });
        boxes.push(intersectBoxes(cube, bounds));
      }
      if (boxes.length > 0) await store.buildLevels({ regions: boxes, durable: true, signal });
      return boxAround(boxes);
    },
    close: () => store.close(),
  };
}

const boxOfChunk = (chunk: Zyx): Box => ({
  min: mapZyx((axis) => chunk[axis] * DELTA_EDGE),
  max: mapZyx((axis) => (chunk[axis] + 1) * DELTA_EDGE),
});

/** What patches change in a cube, of which `inside` lies in the volume; null for nothing. */
async function deltaOf(
  cube: Box,
  inside: Box,
  patches: readonly VoxelPatch[],
  read: (box: Box) => Promise<Uint32Array>,
): Promise<ChunkDelta | null> {
  const old = await read(inside);
  const patched = old.slice();
  for (const patch of patches) applyPatch(patched, inside, patch);
  if (patched.every((label, i) => label === old[i])) return null;
  const changed = (labels: Uint32Array): Uint32Array => {
    const whole = new Uint32Array(DELTA_VOXELS).fill(KEEP);
    applyPatch(whole, cube, {
      window: inside,
      labels: labels.map((label, i) => (patched[i] === old[i] ? KEEP : label)),
    });
    return whole;
  };
  const chunk = mapZyx((axis) => cube.min[axis] / DELTA_EDGE);
  return { chunk, before: changed(old), after: changed(patched) };
}

/** Writes a patch into all chunks of the volume that hold some of `inside`. */
async function patchStore(store: OmeZarrStore, chunkShape: Zyx, inside: Box, patch: VoxelPatch): Promise<void> {
  const whole = intersectBoxes(
    {
      min: mapZyx((axis) => Math.floor(inside.min[axis] / chunkShape[axis]) * chunkShape[axis]),
      max: mapZyx((axis) => Math.ceil(inside.max[axis] / chunkShape[axis]) * chunkShape[axis]),
    },
    boxOfShape(store.info.shape),
  );
  const labels = ((await store.read(whole)) as Uint32Array).slice();
  applyPatch(labels, whole, patch);
  await store.write(whole, labels, { durable: true });
}

/** The smallest box around boxes; null without any. */
export function boxAround(boxes: readonly Box[]): Box | null {
  const solid = boxes.filter((box) => voxelCount(boxShape(box)) > 0);
  if (solid.length === 0) return null;
  return {
    min: mapZyx((axis) => Math.min(...solid.map(({ min }) => min[axis]))),
    max: mapZyx((axis) => Math.max(...solid.map(({ max }) => max[axis]))),
  };
}

function compareZyx(a: Zyx, b: Zyx): number {
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
}
