import { boxOfShape, boxShape, intersectBoxes, mapZyx, translateBox, voxelCount } from '#domain/geometry.ts';
import type { Zyx } from '#domain/geometry.ts';
import type { SourceVolume } from '#engine/project/volumes.ts';

import { allocateBlock, displayType } from './blockArrays.ts';
import type { ChunkCache } from './chunkCache.ts';
import { boxOfChunk, pasteChunk } from './chunkGrid.ts';
import { readFromChunks } from './readFromChunks.ts';
import { createVolumeClient } from './volumeClient.ts';
import type { Chunk, ChunkOptions, SourceLevel, VoxelSource } from './voxelSource.ts';

/** Chunks of sources whose own storage unit does not suit views. */
const CHUNK: Zyx = [64, 64, 64];

/** A resolution of a source file. */
export interface VolumeLevel extends SourceLevel {
  /** What `openVolume` opens. */
  readonly spec: string;
}

/**
 * A source file as a source of voxels, read by a thread of its own.
 *
 * @param volume what the project knows of it; voxels are given in the coordinates of the project
 * @param options.levels of a file that holds a pyramid, and whose chunks suit views; otherwise the file is its one level
 * @param options.originalIds for labels: the ids of the file, ascending
 */
export function openVolumeSource(
  volume: SourceVolume,
  options: {
    name: string;
    cache: ChunkCache;
    levels?: readonly VolumeLevel[] | undefined;
    originalIds?: BigUint64Array | undefined;
  },
): VoxelSource {
  const { name, cache, originalIds = null } = options;
  const { info, region } = volume;
  const levels = options.levels ?? [{ spec: volume.source, shape: boxShape(region), factor: [1, 1, 1] as const }];
  const client = createVolumeClient({
    volume: { source: volume.source, role: volume.role, info, reading: volume.reading },
    specs: levels.map(({ spec }) => spec),
    originalIds,
  });
  const type = originalIds === null ? displayType(info.type) : 'uint32';
  const chunkShape = options.levels === undefined ? CHUNK : info.chunkShape;

  /** A chunk of full size: what lies beyond the edge of the level is 0. */
  const load = async (level: number, index: Zyx, channel: number, signal: AbortSignal): Promise<Chunk> => {
    const whole = boxOfChunk(index, chunkShape);
    const box = intersectBoxes(whole, boxOfShape(levels[level].shape));
    const voxels = await readDirectly(level, box, { channel, signal });
    if (voxels.length === voxelCount(chunkShape)) return { voxels };
    const padded = allocateBlock(type, voxelCount(chunkShape));
    pasteChunk({ voxels }, box, padded, whole);
    return { voxels: padded };
  };
  const readDirectly: VoxelSource['read'] = (level, box, readOptions) =>
    client.read(level, translateBox(box, offsetOf(level)), readOptions);
  // Levels of the file are only used where the project covers all of it.
  const offsetOf = (level: number): Zyx => (level === 0 ? region.min : mapZyx(() => 0));

  const source: VoxelSource = {
    type,
    channels: originalIds === null ? info.channels : 1,
    levels: levels.map(({ shape, factor }) => ({ shape, factor })),
    voxelSizeNm: info.voxelSizeNm,
    hasStoredLevels: options.levels !== undefined,
    chunkShape,
    chunk: (level, index, { channel, ...request }: ChunkOptions) =>
      cache.get(
        `${name}/${level}/${channel}/${index.join('/')}`,
        (abort) => load(level, index, channel, abort),
        request,
      ),
    // Without chunks that suit views a slice is cheaper read as it is than cut out of cubes.
    read: (level, box, readOptions) =>
      options.levels === undefined
        ? readDirectly(level, box, readOptions)
        : readFromChunks(source, level, box, readOptions),
    async close() {
      cache.forget(`${name}/`);
      await client.close();
    },
  };
  return source;
}
