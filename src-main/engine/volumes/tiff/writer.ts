import { open, rm, type FileHandle } from 'node:fs/promises';
import { promisify } from 'node:util';
import { deflate } from 'node:zlib';

import { FascicleError } from '#domain/errors.ts';
import { voxelCount, type VoxelSizeNm, type Zyx } from '#domain/geometry.ts';

import { partialPath, publish, removePartial } from '../atomicFile.ts';
import { asFileError, withFileErrors } from '../fileErrors.ts';
import { createSliceOrder, requireOneChannel } from '../sliceOrder.ts';
import type { VolumeInfo, VolumeWriter, VoxelArray, VoxelType } from '../volume.ts';
import { bytesOfVoxels, bytesPerVoxel } from '../voxelTypes.ts';
import { encodeDirectory, headerOf, type TiffField } from './encodeDirectory.ts';
import { TAGS } from './directory.ts';

/** What a new TIFF stack shall be. */
export interface TiffSpec {
  /** z, y, x; every slice becomes a page. */
  readonly shape: Zyx;
  readonly type: VoxelType;
  readonly voxelSizeNm: VoxelSizeNm | null;
  /** Only one is written. */
  readonly channels?: number;
  /** Packs strips with deflate; true when absent. */
  readonly compress?: boolean;
}

/** Voxels of a strip before packing: small enough to read a part of a slice, large enough to pack well. */
const STRIP_BYTES = 256 * 1024;
/** Files that may grow beyond this are written as BigTIFF, whose offsets have 64 bits. */
const CLASSIC_LIMIT = 4_000_000_000;

const pack = promisify(deflate);

/**
 * Writes a stack slice by slice, with ImageJ's description of depth and voxel size. Boxes must hold whole slices and come
 * in z order. 64-bit types are refused: other programs do not read them.
 */
export async function createTiffVolume(path: string, spec: TiffSpec): Promise<VolumeWriter> {
  checkSpec(path, spec);
  const { shape, type } = spec;
  const info: VolumeInfo = {
    source: path,
    format: 'tiff',
    dataset: null,
    shape,
    channels: 1,
    type,
    voxelSizeNm: spec.voxelSizeNm,
    storedAxes: 'zyx',
    chunkShape: [1, shape[1], shape[2]],
  };
  const rawBytes = voxelCount(shape) * bytesPerVoxel(type);
  // Strips that do not pack grow a little, and every page has a directory.
  const isBigTiff = rawBytes * 1.01 + shape[0] * 4096 > CLASSIC_LIMIT;
  const handle = await withFileErrors(`Writing ${path}`, async () => {
    await rm(partialPath(path), { recursive: true, force: true });
    return open(partialPath(path), 'w');
  });
  const pages = pageWriter(handle, spec, isBigTiff);
  const slices = createSliceOrder(info, 'TIFF');
  let isOpen = true;
  const close = async (): Promise<void> => {
    if (isOpen) await handle.close();
    isOpen = false;
  };
  const discard = async (): Promise<void> => {
    await close();
    await removePartial(path);
  };

  return {
    chunkShape: info.chunkShape,
    async write(box, voxels, { channel = 0 } = {}) {
      slices.check(box, voxels, channel);
      await withFileErrors(`Writing ${path}`, async () => {
        const sliceVoxels = shape[1] * shape[2];
        for (let start = 0; start < voxels.length; start += sliceVoxels)
          await pages.write(voxels.subarray(start, start + sliceVoxels) as VoxelArray);
      });
      slices.wrote(box);
    },
    async finish() {
      try {
        slices.requireAll();
        await close();
        await publish(path);
      } catch (error) {
        await discard();
        throw asFileError(error, `Writing ${path}`);
      }
    },
    discard,
  };
}

function checkSpec(path: string, { shape, type, channels = 1 }: TiffSpec): void {
  if (bytesPerVoxel(type) === 8)
    throw new FascicleError(
      'unsupported',
      `${path}: ${type} is not written to TIFF, because other programs would not read it. Use HDF5 or OME-Zarr, or relabel to 32 bits.`,
    );
  requireOneChannel(path, channels, 'TIFF');
  if (!shape.every((extent) => Number.isSafeInteger(extent) && extent > 0))
    throw new FascicleError('bad-request', `${path}: the shape ${shape.join(' x ')} holds no voxels.`);
}

/** Appends pages; each is linked from the one before once it is complete. */
function pageWriter(
  handle: FileHandle,
  spec: TiffSpec,
  isBigTiff: boolean,
): { write(slice: VoxelArray): Promise<void> } {
  const { shape, type } = spec;
  const rowBytes = shape[2] * bytesPerVoxel(type);
  const rowsPerStrip = Math.max(1, Math.min(shape[1], Math.floor(STRIP_BYTES / rowBytes)));
  const header = headerOf(isBigTiff);
  let end = 0;
  let link = header.linkOffset;
  let isFirst = true;

  const append = async (bytes: Uint8Array): Promise<number> => {
    const start = end;
    await handle.write(bytes, 0, bytes.byteLength, start);
    end += bytes.byteLength;
    return start;
  };

  return {
    async write(slice) {
      if (isFirst) await append(header.bytes);
      const bytes = bytesOfVoxels(slice);
      const offsets: number[] = [];
      const byteCounts: number[] = [];
      for (let row = 0; row < shape[1]; row += rowsPerStrip) {
        const strip = bytes.subarray(row * rowBytes, Math.min(row + rowsPerStrip, shape[1]) * rowBytes);
        const packed = spec.compress === false ? strip : await pack(strip, { level: 1 });
        offsets.push(await append(packed));
        byteCounts.push(packed.byteLength);
      }
      // Directories begin on word boundaries.
      if (end % 2 === 1) await append(new Uint8Array(1));
      const fields = [...fieldsOf(spec, rowsPerStrip, offsets, byteCounts), ...(isFirst ? calibrationOf(spec) : [])];
      const directory = encodeDirectory(fields, end, isBigTiff);
      const start = await append(directory.bytes);
      const pointer = directory.pointerTo(start);
      await handle.write(pointer, 0, pointer.byteLength, link);
      link = start + directory.linkOffset;
      isFirst = false;
    },
  };
}

function fieldsOf(spec: TiffSpec, rowsPerStrip: number, offsets: number[], byteCounts: number[]): TiffField[] {
  const { shape, type } = spec;
  const format = type.startsWith('float') ? 3 : type.startsWith('int') ? 2 : 1;
  return [
    { tag: TAGS.imageWidth, type: 'long', values: [shape[2]] },
    { tag: TAGS.imageLength, type: 'long', values: [shape[1]] },
    { tag: TAGS.bitsPerSample, type: 'short', values: [bytesPerVoxel(type) * 8] },
    { tag: TAGS.compression, type: 'short', values: [spec.compress === false ? 1 : 8] },
    { tag: TAGS.photometric, type: 'short', values: [1] },
    { tag: TAGS.stripOffsets, type: 'offset', values: offsets },
    { tag: TAGS.samplesPerPixel, type: 'short', values: [1] },
    { tag: TAGS.rowsPerStrip, type: 'long', values: [rowsPerStrip] },
    { tag: TAGS.stripByteCounts, type: 'offset', values: byteCounts },
    { tag: TAGS.sampleFormat, type: 'short', values: [format] },
  ];
}

/** The description that ImageJ and most other programs read depth and voxel size from. */
function calibrationOf({ shape, voxelSizeNm }: TiffSpec): TiffField[] {
  const lines = ['ImageJ=1.54f', `images=${shape[0]}`, `slices=${shape[0]}`];
  if (voxelSizeNm !== null) lines.push('unit=nm', `spacing=${voxelSizeNm[0]}`);
  const description: TiffField = { tag: TAGS.imageDescription, type: 'ascii', values: `${lines.join('\n')}\n` };
  if (voxelSizeNm === null) return [description];
  return [
    description,
    { tag: TAGS.xResolution, type: 'rational', values: [1 / voxelSizeNm[2]] },
    { tag: TAGS.yResolution, type: 'rational', values: [1 / voxelSizeNm[1]] },
    { tag: TAGS.resolutionUnit, type: 'short', values: [1] },
  ];
}
