import { readdir } from 'node:fs/promises';
import { extname, join } from 'node:path';

import { FascicleError } from '#domain/errors.ts';
import { boxShape, voxelCount } from '#domain/geometry.ts';

import { forEachLimited } from '../concurrency.ts';
import { readWhole } from '../copyVolume.ts';
import type { VolumeDescription } from '../describe.ts';
import { throwIfCancelled, withFileErrors } from '../fileErrors.ts';
import { createLruCache } from '../lruCache.ts';
import { checkBox, copyRegion } from '../regions.ts';
import { openTiff } from '../tiff/index.ts';
import type { OpenOptions, VolumeInfo, VolumeReader, VoxelArray } from '../volume.ts';
import { allocateVoxels, bytesPerVoxel } from '../voxelTypes.ts';
import { refuseDataset } from '../volumeSpec.ts';
import { compareNatural } from './naturalOrder.ts';
import { readPng, readPngFacts } from './png.ts';
import type { SliceFacts } from './slice.ts';

/** Decoded slices that are kept for the next read, in bytes; one slice is decoded as a whole. */
const CACHE_BYTES = 256 * 2 ** 20;
const CONCURRENT_FILES = 4;

const FORMATS: Readonly<Record<string, 'png' | 'tiff'>> = { '.png': 'png', '.tif': 'tiff', '.tiff': 'tiff' };

/** The slices in a folder: its PNG and TIFF files in natural order ('s2' before 's10'), hidden ones left out. */
export async function listSlices(folder: string): Promise<string[]> {
  const entries = await withFileErrors(`Reading ${folder}`, () => readdir(folder, { withFileTypes: true }));
  return entries
    .filter((entry) => !entry.isDirectory() && !entry.name.startsWith('.') && formatOf(entry.name) !== undefined)
    .map((entry) => entry.name)
    .toSorted(compareNatural);
}

/** Opens a folder of slices of equal size and type, one file per slice. */
export async function openSlices(folder: string, options: OpenOptions = {}): Promise<VolumeReader> {
  refuseDataset(folder, 'a folder of slices', options);
  const names = await listSlices(folder);
  if (names.length === 0)
    throw new FascicleError(
      'bad-file',
      `${folder} holds no slices. Accepted: files that end in ${Object.keys(FORMATS).join(', ')}.`,
    );
  const facts = await checkSlices(folder, names);
  const info: VolumeInfo = {
    source: folder,
    format: 'slices',
    dataset: null,
    shape: [names.length, facts.height, facts.width],
    channels: 1,
    type: facts.type,
    voxelSizeNm: null,
    storedAxes: 'zyx',
    chunkShape: [1, facts.height, facts.width],
  };
  const cache = createLruCache<VoxelArray>(CACHE_BYTES, (voxels) => voxels.byteLength);

  const readSlice = async (z: number): Promise<VoxelArray> => {
    const path = join(folder, names[z]!);
    const voxels = await readVoxels(path);
    const expected = facts.width * facts.height;
    if (voxels.length !== expected || voxels.BYTES_PER_ELEMENT !== bytesPerVoxel(facts.type))
      throw new FascicleError(
        'bad-file',
        `${path} has changed since it was opened: it is no longer ${facts.width} x ${facts.height} ${facts.type}.`,
      );
    return voxels;
  };

  return {
    info,
    async read(box, { channel = 0, signal } = {}) {
      checkBox(info, box, channel);
      throwIfCancelled(signal);
      const voxels = allocateVoxels(info.type, voxelCount(boxShape(box)));
      if (voxels.length === 0) return voxels;
      for (let z = box.min[0]; z < box.max[0]; z++) {
        throwIfCancelled(signal);
        const slice = await cache.get(String(z), () => readSlice(z));
        const sliceBox = { min: [z, 0, 0], max: [z + 1, facts.height, facts.width] } as const;
        copyRegion({ voxels: slice, box: sliceBox }, { voxels, box });
      }
      return voxels;
    },
    async close() {
      cache.clear();
    },
  };
}

/** What `openSlices` would open. */
export async function describeSlices(folder: string): Promise<VolumeDescription> {
  const { shape, channels, type, storedAxes: axes, chunkShape, voxelSizeNm } = (await openSlices(folder)).info;
  const filters = [formatOf((await listSlices(folder))[0]!)!];
  const dataset = {
    name: '',
    shape,
    channels,
    type,
    voxelSizeNm,
    axes,
    storedShape: shape,
    storedChunks: chunkShape,
    filters,
  };
  return { path: folder, format: 'slices', datasets: [dataset], opens: '', problem: null };
}

function formatOf(name: string): 'png' | 'tiff' | undefined {
  return FORMATS[extname(name).toLowerCase()];
}

/** The facts that all slices share; names the first that differs from the first of all. */
async function checkSlices(folder: string, names: readonly string[]): Promise<SliceFacts> {
  const facts = new Array<SliceFacts>(names.length);
  await forEachLimited(names.keys(), CONCURRENT_FILES, async (index) => {
    facts[index] = await readFacts(join(folder, names[index]!));
  });
  const first = facts[0]!;
  const odd = facts.findIndex(
    ({ width, height, type }) => width !== first.width || height !== first.height || type !== first.type,
  );
  const say = ({ width, height, type }: SliceFacts): string => `${width} x ${height} ${type}`;
  if (odd >= 0)
    throw new FascicleError(
      'bad-file',
      `${folder}: the slice ${names[odd]!} is ${say(facts[odd]!)}, the first, ${names[0]!}, is ${say(first)}. All slices of a volume ` +
        `must be alike; move the odd ones elsewhere.`,
    );
  return first;
}

async function readFacts(path: string): Promise<SliceFacts> {
  if (formatOf(path) === 'png') return readPngFacts(path);
  const reader = await openTiff(path);
  await reader.close();
  const { shape, channels, type } = reader.info;
  if (shape[0] !== 1 || channels !== 1)
    throw new FascicleError(
      'bad-file',
      `${path} holds ${shape[0] * channels} pages; a slice holds one. Open the file itself if it is the volume.`,
    );
  return { width: shape[2], height: shape[1], type };
}

async function readVoxels(path: string): Promise<VoxelArray> {
  if (formatOf(path) === 'png') return (await readPng(path)).voxels;
  const reader = await openTiff(path);
  try {
    return await readWhole(reader);
  } finally {
    await reader.close();
  }
}
