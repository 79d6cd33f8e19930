import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';

import { blocksCovering, boxOfShape, boxShape, growBox, voxelCount, type Box, type Zyx } from '#domain/geometry.ts';

import { createVolume } from './createVolume.ts';
import { throwIfCancelled } from './fileErrors.ts';
import { openVolume } from './openVolume.ts';
import type { VolumeReader, VoxelArray, VoxelType } from './volume.ts';
import { allocateVoxels, bytesPerVoxel } from './voxelTypes.ts';

/** One measured way of reading or writing. */
export interface IoBenchmark {
  /** 'hdf5.write', 'ome-zarr.read', 'ome-zarr.readBlocksWithHalo', ... followed by the voxel type. */
  readonly name: string;
  readonly shape: Zyx;
  readonly type: VoxelType;
  readonly megavoxelsPerSecond: number;
  readonly megabytesPerSecond: number;
  /** On disk; null for reading. */
  readonly storedBytesPerVoxel: number | null;
}

export interface IoBenchmarkOptions {
  /** 256 x 256 x 256 when absent. */
  readonly shape?: Zyx;
  /** Where the temporary volumes lie: the disk that is measured. The system's temporary folder when absent. */
  readonly folder?: string;
  readonly signal?: AbortSignal | undefined;
}

const DEFAULT_SHAPE: Zyx = [256, 256, 256];
const SLAB = 64;
const BLOCK: Zyx = [128, 128, 128];
const HALO: Zyx = [1, 1, 1];
const MEGA = 1e6;

/**
 * Measures writing, reading in slabs and reading in blocks with a halo, for HDF5 and OME-Zarr, with noise (uint8, packs
 * badly) and with labels (uint32, packs well). Files are read back right after writing: what is measured is this program,
 * not the disk, whose cache holds them. Everything written is removed.
 */
export async function benchmarkIo(options: IoBenchmarkOptions = {}): Promise<IoBenchmark[]> {
  const { shape = DEFAULT_SHAPE, signal } = options;
  const folder = await mkdtemp(join(options.folder ?? tmpdir(), 'fascicle-bench-'));
  try {
    const rows: IoBenchmark[] = [];
    for (const type of ['uint8', 'uint32'] as const)
      for (const [format, extension] of [
        ['hdf5', 'h5'],
        ['ome-zarr', 'zarr'],
      ] as const) {
        throwIfCancelled(signal);
        rows.push(...(await benchmarkFormat(format, join(folder, `${type}.${extension}`), shape, type)));
      }
    return rows;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function benchmarkFormat(format: string, path: string, shape: Zyx, type: VoxelType): Promise<IoBenchmark[]> {
  const slabs = slabsOf(shape);
  const voxels = slabs.map((box) => testVoxels(box, type));
  const row = (name: string, seconds: number, voxelsMoved: number, stored: number | null): IoBenchmark => ({
    name: `${format}.${name}.${type}`,
    shape,
    type,
    megavoxelsPerSecond: voxelsMoved / seconds / MEGA,
    megabytesPerSecond: (voxelsMoved * bytesPerVoxel(type)) / seconds / MEGA,
    storedBytesPerVoxel: stored === null ? null : stored / voxelCount(shape),
  });

  const writeSeconds = await timed(async () => {
    const writer = await createVolume(path, {
      shape,
      type,
      voxelSizeNm: null,
      role: type === 'uint8' ? 'image' : 'labels',
    });
    for (const [index, box] of slabs.entries()) await writer.write(box, voxels[index]!);
    await writer.finish();
  });
  const rows = [row('write', writeSeconds, voxelCount(shape), await storedBytes(path))];
  const blocks = blocksCovering(boxOfShape(shape), BLOCK).map((box) => growBox(box, HALO, boxOfShape(shape)));
  for (const [name, boxes] of [
    ['read', slabs],
    ['readBlocksWithHalo', blocks],
  ] as const) {
    const reader = await openVolume(path, { role: type === 'uint8' ? 'image' : 'labels' });
    const moved = boxes.reduce((sum, box) => sum + voxelCount(boxShape(box)), 0);
    rows.push(row(name, await timed(() => readAll(reader, boxes)), moved, null));
    await reader.close();
  }
  return rows;
}

async function readAll(reader: VolumeReader, boxes: readonly Box[]): Promise<void> {
  for (const box of boxes) await reader.read(box);
}

async function timed(work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

function slabsOf(shape: Zyx): Box[] {
  return blocksCovering(boxOfShape(shape), [SLAB, shape[1], shape[2]]);
}

/** Noise around a slow wave for images; cells of 16 x 32 x 32 voxels for labels. The same voxels in every run. */
function testVoxels(box: Box, type: VoxelType): VoxelArray {
  const [depth, rows, columns] = boxShape(box);
  const voxels = allocateVoxels(type, depth * rows * columns) as Uint32Array;
  let state = 0x9e37_79b9 ^ box.min[0];
  for (let z = 0, i = 0; z < depth; z++)
    for (let y = 0; y < rows; y++)
      for (let x = 0; x < columns; x++, i++) {
        // xorshift32 (Marsaglia 2003).
        state ^= state << 13;
        state ^= state >>> 17;
        state ^= state << 5;
        voxels[i] =
          type === 'uint8' ? 96 + ((x + y + z) & 63) + (state & 31) : 1 + ((z >> 4) * 64 + (y >> 5)) * 64 + (x >> 5);
      }
  return voxels as VoxelArray;
}

async function storedBytes(path: string): Promise<number> {
  const status = await stat(path);
  if (!status.isDirectory()) return status.size;
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const sizes = await Promise.all(files.map(async (entry) => (await stat(join(entry.parentPath, entry.name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}
