import { open, type FileHandle } from 'node:fs/promises';

import { FascicleError, isFascicleError } from '#domain/errors.ts';
import { boxShape, voxelCount, type Box, type Zyx } from '#domain/geometry.ts';

import type { VolumeDescription } from '../describe.ts';
import { readExactly } from '../exactRead.ts';
import { asFileError, throwIfCancelled, withFileErrors } from '../fileErrors.ts';
import { createLruCache, type LruCache } from '../lruCache.ts';
import { checkBox, copyRegion } from '../regions.ts';
import type { OpenOptions, VolumeInfo, VolumeReader, VoxelArray } from '../volume.ts';
import { allocateVoxels, bytesPerVoxel, voxelsFromBytes } from '../voxelTypes.ts';
import { refuseDataset } from '../volumeSpec.ts';
import { COMPRESSIONS, decodeBlock } from './block.ts';
import { readTiffDirectory, TAGS, type TiffDirectory } from './directory.ts';
import { isPreview, numbersOf, pagesMatch, readTiffPage, type TiffPage } from './pages.ts';
import { planStack, type TiffStack } from './stack.ts';

/** Decoded strips and tiles that are kept for the next read. */
const CACHE_BYTES = 32 * 2 ** 20;

/** Opens a TIFF or BigTIFF file: one page is a slice, several are a stack. */
export async function openTiff(path: string, options: OpenOptions = {}): Promise<VolumeReader> {
  refuseDataset(path, 'a TIFF file', options);
  const handle = await withFileErrors(`Opening ${path}`, () => open(path, 'r'));
  try {
    const directory = await readTiffDirectory(handle, path);
    const stack = await stackOf(handle, directory, path);
    return tiffReader(handle, path, directory, stack);
  } catch (error) {
    await handle.close();
    throw isFascicleError(error) ? error : asFileError(error, `Reading ${path}`);
  }
}

/** What `openTiff` would open. */
export async function describeTiff(path: string): Promise<VolumeDescription> {
  const reader = await openTiff(path);
  await reader.close();
  const { shape, channels, type, voxelSizeNm, storedAxes: axes, chunkShape } = reader.info;
  const storedShape = channels > 1 ? [channels, ...shape] : shape;
  const dataset = {
    name: '',
    shape,
    channels,
    type,
    voxelSizeNm,
    axes,
    storedShape,
    storedChunks: chunkShape,
    filters: [],
  };
  return { path, format: 'tiff', datasets: [dataset], opens: '', problem: null };
}

async function stackOf(handle: FileHandle, directory: TiffDirectory, path: string): Promise<TiffStack> {
  const tags = directory.pages.filter((page) => !isPreview(page));
  const pages = tags.map((page, index) => readTiffPage(page, `${path}, page ${index + 1}`));
  const first = pages[0];
  if (first === undefined) throw new FascicleError('bad-file', `${path} holds only previews, no full page.`);
  const odd = pages.findIndex((page) => !pagesMatch(page, first));
  if (odd >= 0) {
    const say = ({ width, height, type }: TiffPage): string => `${width} x ${height} ${type}`;
    throw new FascicleError(
      'bad-file',
      `${path}: page ${odd + 1} is ${say(pages[odd]!)}, the first is ${say(first)}. All pages of a volume must be alike; ` +
        `store the odd ones in a file of their own.`,
    );
  }
  const description = tags[0]!.get(TAGS.imageDescription);
  const resolution = (tag: number): number => numbersOf(tags[0]!, tag)?.[0] ?? Number.NaN;
  const { size } = await handle.stat();
  return planStack({
    path,
    pages,
    fileBytes: size,
    description: typeof description === 'string' ? description : '',
    pixelsPerUnit: { x: resolution(TAGS.xResolution), y: resolution(TAGS.yResolution) },
  });
}

function tiffReader(handle: FileHandle, path: string, directory: TiffDirectory, stack: TiffStack): VolumeReader {
  const first = stack.pages[0]!;
  const info: VolumeInfo = {
    source: path,
    format: 'tiff',
    dataset: null,
    shape: [stack.depth, first.height, first.width],
    channels: stack.channels,
    type: first.type,
    voxelSizeNm: stack.voxelSizeNm,
    storedAxes: stack.channels > 1 ? 'czyx' : 'zyx',
    chunkShape: [
      1,
      first.isTiled ? Math.min(first.blockHeight, first.height) : first.blockHeight,
      Math.min(first.blockWidth, first.width),
    ],
  };
  const cache: LruCache<VoxelArray> = createLruCache(CACHE_BYTES, (voxels) => voxels.byteLength);

  const readBlock = async (page: TiffPage, pageIndex: number, row: number, column: number): Promise<VoxelArray> => {
    const index = row * Math.ceil(page.width / page.blockWidth) + column;
    const rows = page.isTiled ? page.blockHeight : Math.min(page.blockHeight, page.height - row * page.blockHeight);
    const layout = { ...page, bytesPerSample: bytesPerVoxel(page.type), littleEndian: directory.littleEndian };
    const packed = await readExactly(handle, path, page.offsets[index]!, page.byteCounts[index]!);
    let bytes: Uint8Array;
    try {
      bytes = await decodeBlock(packed, layout, rows, page.blockWidth);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new FascicleError(
        'bad-file',
        `${path}, page ${pageIndex + 1}: strip or tile ${index} (${COMPRESSIONS.get(page.compression)}) cannot be decoded: ` +
          `${reason}. The file is damaged; copy it again from where it came.`,
        { cause: error },
      );
    }
    const voxels = voxelsFromBytes(page.type, bytes);
    return page.inverted ? invert(voxels) : voxels;
  };

  const readPage = async (z: number, channel: number, box: Box, target: VoxelArray): Promise<void> => {
    const pageIndex = stack.pageOf(z, channel);
    const page = stack.pages[pageIndex]!;
    const { blockHeight, blockWidth } = page;
    for (let row = Math.floor(box.min[1] / blockHeight); row * blockHeight < box.max[1]; row++)
      for (let column = Math.floor(box.min[2] / blockWidth); column * blockWidth < box.max[2]; column++) {
        const voxels = await cache.get(`${pageIndex}/${row}/${column}`, () => readBlock(page, pageIndex, row, column));
        const min: Zyx = [z, row * blockHeight, column * blockWidth];
        const rows = voxels.length / blockWidth;
        copyRegion({ voxels, box: { min, max: [z + 1, min[1] + rows, min[2] + blockWidth] } }, { voxels: target, box });
      }
  };

  return {
    info,
    async read(box, { channel = 0, signal } = {}) {
      checkBox(info, box, channel);
      const voxels = allocateVoxels(info.type, voxelCount(boxShape(box)));
      if (voxels.length === 0) return voxels;
      await withFileErrors(`Reading ${path}`, async () => {
        for (let z = box.min[0]; z < box.max[0]; z++) {
          throwIfCancelled(signal);
          await readPage(z, channel, box, voxels);
        }
      });
      return voxels;
    },
    async close() {
      cache.clear();
      await handle.close();
    },
  };
}

function invert(voxels: VoxelArray): VoxelArray {
  const white = voxels instanceof Uint16Array ? 0xffff : 0xff;
  return (voxels as Uint8Array).map((value) => white - value);
}
