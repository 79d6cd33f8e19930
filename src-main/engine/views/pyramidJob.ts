import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import {
  blocksCovering,
  boxOfShape,
  boxShape,
  intersectBoxes,
  mapZyx,
  translateBox,
  voxelCount,
} from '#domain/geometry.ts';
import type { Box, Zyx } from '#domain/geometry.ts';
import { runBlockTasks } from '#engine/jobs/blockTasks.ts';
import { hashParameters, openMarkers } from '#engine/jobs/markers.ts';
import type { SourceVolume } from '#engine/project/volumes.ts';
import type { ProgressListener } from '#engine/segmentation/progress.ts';
import { syncPath, syncTree } from '#volumes/atomicFile.ts';
import { withChunkCache } from '#volumes/chunkCache.ts';
import { withFileErrors } from '#volumes/fileErrors.ts';
import { bytesPerVoxel } from '#volumes/voxelTypes.ts';
import { coarserShape, createOmeZarr, downsample, openOmeZarr, pyramidFactors } from '#volumes/zarr/index.ts';
import type { OmeZarrStore } from '#volumes/zarr/index.ts';

import { displayType, toDisplay } from './blockArrays.ts';
import { openSourceVolume } from './openSourceVolume.ts';
import { ORIGIN_FILE } from './pyramidOrigin.ts';

/** What the compute process is sent. */
export interface PyramidRequest {
  readonly volume: Pick<SourceVolume, 'source' | 'role' | 'info' | 'reading' | 'region'>;
  /** Names the voxels of the volume, see pyramidOrigin.ts. */
  readonly origin: string;
  /** The finest level that is written: 0 copies the voxels themselves, 1 leaves those where they lie. */
  readonly from: 0 | 1;
  /** The finished pyramid; it is filled beside it, and moved there when it is complete. */
  readonly path: string;
  readonly memoryBudgetBytes: number;
}

const CHUNK = 64;
/** A block and its packed chunks are held a few times over. */
const BLOCK_SHARE = 1 / 8;
/** Of the budget, for chunks of the source that several blocks need. */
const CACHE_SHARE = 1 / 2;

/**
 * Makes a pyramid for viewing of the region of a volume that a project covers: OME-Zarr 0.5, chunks of 64^3, averaged coarser levels, in
 * the type in which images are shown (see `displayType`). Killed at any moment, it goes on from its finished blocks and ends in the same
 * bytes.
 */
export async function runPyramidJob(request: PyramidRequest, onProgress: ProgressListener): Promise<void> {
  const { volume, origin, from, path, memoryBudgetBytes } = request;
  const { region, info } = volume;
  const partial = `${path}.partial`;
  const whole = boxOfShape(boxShape(region));
  const factors = pyramidFactors(whole.max, info.voxelSizeNm).slice(from);
  const [first] = factors;
  const shape = coarserShape(whole.max, first);
  const spec = {
    shape,
    channels: info.channels,
    type: displayType(info.type),
    voxelSizeNm: info.voxelSizeNm && mapZyx((axis) => info.voxelSizeNm![axis] * first[axis]),
    levels: factors.map((factor) => mapZyx((axis) => factor[axis] / first[axis])),
    kind: 'image',
  } as const;
  const voxelBytes = bytesPerVoxel(info.type) * voxelCount(first);
  const sourceChunk = mapZyx((axis) => Math.ceil(info.chunkShape[axis] / first[axis]));
  const block = blockOf(sourceChunk, voxelBytes, memoryBudgetBytes * BLOCK_SHARE);
  const parameters = hashParameters({ origin, spec, block });
  const store = await takeUp(partial, parameters, spec);
  const reader = withChunkCache(await openSourceVolume(volume), memoryBudgetBytes * CACHE_SHARE);
  try {
    const tasks = blocksCovering(boxOfShape(shape), block).flatMap((box) =>
      Array.from({ length: info.channels }, (_, channel) => ({
        id: `${channel}-${box.min.join('-')}`,
        run: async (signal: AbortSignal) => {
          const source = intersectBoxes(refine(box, first), whole);
          const voxels = toDisplay(await reader.read(translateBox(source, region.min), { channel, signal }));
          const averaged = from === 0 ? voxels : downsample(voxels, boxShape(source), first, 'mean');
          await store.write(box, averaged, { channel });
        },
      })),
    );
    // The coarser levels hold a seventh of the voxels: they count as so many blocks more.
    const coarser = Math.max(1, Math.round(tasks.length / 7));
    const total = tasks.length + coarser;
    const report = (done: number, index: number, state: 'running' | 'done'): void =>
      onProgress({ stage: 'Pyramid', done, total, unit: 'blocks', block: { index, state } });
    let done = 0;
    await runBlockTasks(tasks, {
      markers: openMarkers(markersOf(partial), parameters),
      // The next block is read while the last one is packed.
      concurrency: 2,
      onStart: (index) => report(done, index, 'running'),
      onDone: (finished, _, index) => report((done = finished), index, 'done'),
    });
    report(done, done, 'running');
    await store.buildLevels({
      onProgress(fraction) {
        const built = tasks.length + Math.floor(fraction * coarser);
        while (done < built) report(done + 1, done++, 'done');
        if (done < total) report(done, done, 'running');
      },
    });
    await store.close();
    await publish(partial, path, origin);
  } finally {
    await Promise.all([reader.close(), store.close()]);
  }
}

/** The voxels of the source that a box of a level `factor` times coarser is made from. */
function refine({ min, max }: Box, factor: Zyx): Box {
  return { min: mapZyx((axis) => min[axis] * factor[axis]), max: mapZyx((axis) => max[axis] * factor[axis]) };
}

const markersOf = (partial: string): string => join(partial, '.blocks');

/** The store that an earlier run of the same parameters left, or an empty one. */
async function takeUp(
  partial: string,
  parameters: string,
  spec: Parameters<typeof createOmeZarr>[1],
): Promise<OmeZarrStore> {
  const options = { cacheBytes: 0 };
  const own = join(markersOf(partial), parameters);
  if (existsSync(own) && existsSync(join(partial, 'zarr.json'))) return openOmeZarr(partial, options);
  return withFileErrors(`Preparing ${partial}`, async () => {
    await rm(partial, { recursive: true, force: true });
    await mkdir(own, { recursive: true });
    return createOmeZarr(partial, spec, options);
  });
}

/** Moves the finished pyramid to its name; one of other voxels, which an earlier choice left, goes. */
async function publish(partial: string, path: string, origin: string): Promise<void> {
  await withFileErrors(`Writing ${path}`, async () => {
    await rm(markersOf(partial), { recursive: true, force: true });
    await writeFile(join(partial, ORIGIN_FILE), JSON.stringify({ origin }));
    await syncTree(partial);
    await rm(path, { recursive: true, force: true });
    await rename(partial, path);
    await syncPath(dirname(path));
  });
}

/** Whole chunks of both the source and the pyramid where that fits, otherwise fewer along the longest edge. */
function blockOf(sourceChunk: Zyx, voxelBytes: number, maxBytes: number): Zyx {
  const edge = (axis: 0 | 1 | 2): number => Math.max(2, Math.ceil(sourceChunk[axis] / CHUNK)) * CHUNK;
  const block: [number, number, number] = [edge(0), edge(1), edge(2)];
  while (voxelCount(block) * voxelBytes > maxBytes && Math.max(...block) > CHUNK) {
    const longest = block.indexOf(Math.max(...block));
    block[longest] = Math.ceil(block[longest] / 2 / CHUNK) * CHUNK;
  }
  return mapZyx((axis) => block[axis]);
}
