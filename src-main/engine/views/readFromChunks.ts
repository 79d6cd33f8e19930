import { setImmediate as nextTurn } from 'node:timers/promises';

import { boxShape, voxelCount } from '#domain/geometry.ts';
import type { Box } from '#domain/geometry.ts';
import { throwIfCancelled } from '#volumes/fileErrors.ts';

import { allocateBlock } from './blockArrays.ts';
import { boxOfChunk, chunksOfBox, pasteChunk } from './chunkGrid.ts';
import type { BlockArray, Chunk, ReadOptions, VoxelSource } from './voxelSource.ts';

/** Copying goes on for so long before other requests get their turn. */
const TURN_MS = 4;

/** The voxels of a box of a level, put together from the chunks that it meets. Chunks are copied as they come. */
export async function readFromChunks(
  source: Pick<VoxelSource, 'type' | 'chunkShape' | 'chunk'>,
  level: number,
  box: Box,
  options: ReadOptions,
): Promise<BlockArray> {
  const voxels = allocateBlock(source.type, voxelCount(boxShape(box)));
  const waiting: Promise<void>[] = [];
  let turn = performance.now();
  for (const index of chunksOfBox(box, source.chunkShape)) {
    const paste = (chunk: Chunk): void => pasteChunk(chunk, boxOfChunk(index, source.chunkShape), voxels, box);
    const chunk = source.chunk(level, index, options);
    if (chunk instanceof Promise) {
      const pasted = chunk.then(paste);
      // A failure is thrown below; until then it must not count as unhandled.
      pasted.catch(() => undefined);
      waiting.push(pasted);
    } else paste(chunk);
    if (performance.now() - turn < TURN_MS) continue;
    await nextTurn();
    throwIfCancelled(options.signal);
    turn = performance.now();
  }
  await Promise.all(waiting);
  return voxels;
}
