import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

type Triple = [number, number, number];

/** Reads a whole precomputed segmentation by the public description of the format alone. All triples are z, y, x. */
export function readPrecomputed(folder: string): {
  offset: Triple;
  shape: Triple;
  resolution: Triple;
  voxels: BigUint64Array;
} {
  const info = JSON.parse(readFileSync(join(folder, 'info'), 'utf8'));
  const [scale] = info.scales;
  const zyx = ([x, y, z]: Triple): Triple => [z, y, x];
  const [shape, offset] = [zyx(scale.size), zyx(scale.voxel_offset)];
  const voxels = new BigUint64Array(shape[0] * shape[1] * shape[2]);
  for (const name of readdirSync(join(folder, scale.key))) {
    const [x, y, z] = name.split('_').map((range) => range.split('-').map(Number)) as [number, number][];
    const extent: Triple = [z![1]! - z![0]!, y![1]! - y![0]!, x![1]! - x![0]!];
    const chunk = readFileSync(join(folder, scale.key, name));
    const wide = info.data_type === 'uint64';
    const word = (index: number): number => chunk.readUInt32LE(4 * index);
    const channel = word(0);
    const blocks = extent.map((length) => Math.ceil(length / 8));
    for (let k = 0; k < extent[0]; k++)
      for (let j = 0; j < extent[1]; j++)
        for (let i = 0; i < extent[2]; i++) {
          const block = (Math.floor(k / 8) * blocks[1]! + Math.floor(j / 8)) * blocks[2]! + Math.floor(i / 8);
          const head = word(channel + 2 * block);
          const [table, bits] = [head & 0xffffff, head >>> 24];
          const bit = bits * (((k % 8) * 8 + (j % 8)) * 8 + (i % 8));
          const packed = bits === 0 ? 0 : word(channel + word(channel + 2 * block + 1) + (bit >> 5));
          const index = bits === 0 ? 0 : bits === 32 ? packed : (packed >>> (bit & 31)) & (2 ** bits - 1);
          const at = channel + table + index * (wide ? 2 : 1);
          const id = BigInt(word(at)) + (wide ? BigInt(word(at + 1)) << 32n : 0n);
          const place =
            ((z![0]! - offset[0] + k) * shape[1] + y![0]! - offset[1] + j) * shape[2] + x![0]! - offset[2] + i;
          voxels[place] = id;
        }
  }
  return { offset, shape, resolution: zyx(scale.resolution), voxels };
}
