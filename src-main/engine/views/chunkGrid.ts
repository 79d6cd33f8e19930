import { addZyx, boxShape, intersectBoxes, mapZyx } from '#domain/geometry.ts';
import type { Box, Zyx } from '#domain/geometry.ts';

import type { BlockArray, Chunk } from './voxelSource.ts';

/** Rows shorter than this are copied voxel by voxel: making a view of a row costs as much as some tens of voxels. */
const SHORT_ROW = 16;

/** The indices of the chunks that a box meets, in raster order. */
export function chunksOfBox(box: Box, chunkShape: Zyx): Zyx[] {
  if (boxShape(box).includes(0)) return [];
  const first = mapZyx((axis) => Math.floor(box.min[axis] / chunkShape[axis]));
  const last = mapZyx((axis) => Math.floor((box.max[axis] - 1) / chunkShape[axis]));
  const indices: Zyx[] = [];
  for (let z = first[0]; z <= last[0]; z++)
    for (let y = first[1]; y <= last[1]; y++) for (let x = first[2]; x <= last[2]; x++) indices.push([z, y, x]);
  return indices;
}

/** The box of a chunk, also where the volume ends before it. */
export function boxOfChunk(index: Zyx, chunkShape: Zyx): Box {
  const min = mapZyx((axis) => index[axis] * chunkShape[axis]);
  return { min, max: addZyx(min, chunkShape) };
}

/** Copies what a chunk and a dense target share; the voxels of the target lie in `box`. */
export function pasteChunk(chunk: Chunk, chunkBox: Box, target: BlockArray, box: Box): void {
  const shared = intersectBoxes(chunkBox, box);
  const [depth, rows, columns] = boxShape(shared);
  const from = strides(chunkBox);
  const to = strides(box);
  const start = (origin: Box, [z, y]: readonly [number, number]): number =>
    (shared.min[0] - origin.min[0]) * z + (shared.min[1] - origin.min[1]) * y + shared.min[2] - origin.min[2];
  const [sourceStart, targetStart] = [start(chunkBox, from), start(box, to)];
  for (let z = 0; z < depth; z++)
    for (let y = 0; y < rows; y++) {
      const t = targetStart + z * to[0] + y * to[1];
      if ('uniform' in chunk) {
        if (chunk.uniform !== 0) target.fill(chunk.uniform, t, t + columns);
        continue;
      }
      const s = sourceStart + z * from[0] + y * from[1];
      if (columns >= SHORT_ROW) target.set(chunk.voxels.subarray(s, s + columns), t);
      else for (let x = 0; x < columns; x++) target[t + x] = chunk.voxels[s + x];
    }
}

/** Elements from one z, and one y, to the next in a dense box. */
function strides(box: Box): readonly [z: number, y: number] {
  const [, rows, columns] = boxShape(box);
  return [rows * columns, columns];
}
