import type { FileHandle } from 'node:fs/promises';

import { FascicleError } from '#domain/errors.ts';

import { readExactly, readUpTo } from '../exactRead.ts';

/** The numbers of the tags that are used here (TIFF 6.0, June 1992; SampleFormat and tiles included). */
export const TAGS = {
  newSubfileType: 254,
  imageWidth: 256,
  imageLength: 257,
  bitsPerSample: 258,
  compression: 259,
  photometric: 262,
  fillOrder: 266,
  imageDescription: 270,
  stripOffsets: 273,
  samplesPerPixel: 277,
  rowsPerStrip: 278,
  stripByteCounts: 279,
  xResolution: 282,
  yResolution: 283,
  planarConfiguration: 284,
  resolutionUnit: 296,
  predictor: 317,
  tileWidth: 322,
  tileLength: 323,
  tileOffsets: 324,
  tileByteCounts: 325,
  sampleFormat: 339,
} as const;

/** The values of one image file directory; rationals are quotients. */
export type TiffTags = ReadonlyMap<number, readonly number[] | string>;

/** A TIFF file taken apart into its pages, voxels untouched. */
export interface TiffDirectory {
  readonly littleEndian: boolean;
  readonly isBigTiff: boolean;
  readonly pages: readonly TiffTags[];
}

/** True where the bytes at the start of a file are those of TIFF or BigTIFF. */
export function isTiff(head: Uint8Array): boolean {
  const [a, b, c, d] = head;
  const little = a === 0x49 && b === 0x49 && (c === 42 || c === 43) && d === 0;
  const big = a === 0x4d && b === 0x4d && c === 0 && (d === 42 || d === 43);
  return head.byteLength >= 8 && (little || big);
}

const ASCII = 2;
const RATIONAL = 5;
/** Bytes of one value of each field type; 0 for types that do not exist. */
const FIELD_BYTES = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8];
/** Enough for a directory and its short values: most are read in one go. */
const DIRECTORY_BYTES = 4096;
/** More pages or values than this are the mark of a damaged file. */
const MAX_PAGES = 10_000_000;
const MAX_VALUES = 100_000_000;

/** Reads every directory of the file. */
export async function readTiffDirectory(handle: FileHandle, path: string): Promise<TiffDirectory> {
  const head = await readExactly(handle, path, 0, 8);
  const littleEndian = head[0] === 0x49;
  const view = dataView(head);
  const isBigTiff = view.getUint16(2, littleEndian) === 43;
  const layout: Layout = { handle, path, littleEndian, isBigTiff };
  const pages: TiffTags[] = [];
  const seen = new Set<number>();
  let offset = isBigTiff
    ? readOffset(dataView(await readExactly(handle, path, 8, 8)), 0, layout)
    : view.getUint32(4, littleEndian);
  while (offset !== 0) {
    if (seen.has(offset) || pages.length >= MAX_PAGES)
      throw new FascicleError('bad-file', `${path} is damaged: its list of pages never ends.`);
    seen.add(offset);
    const { tags, next } = await readPage(layout, offset);
    pages.push(tags);
    offset = next;
  }
  if (pages.length === 0) throw new FascicleError('bad-file', `${path} is a TIFF file without a page.`);
  return { littleEndian, isBigTiff, pages };
}

/** Where and how a file stores its numbers. */
interface Layout {
  readonly handle: FileHandle;
  readonly path: string;
  readonly littleEndian: boolean;
  readonly isBigTiff: boolean;
}

async function readPage(layout: Layout, offset: number): Promise<{ tags: TiffTags; next: number }> {
  const { handle, path, littleEndian, isBigTiff } = layout;
  const [countBytes, entryBytes, offsetBytes] = isBigTiff ? [8, 20, 8] : [2, 12, 4];
  const ahead = await readUpTo(handle, offset, DIRECTORY_BYTES);
  if (ahead.byteLength < countBytes) throw endsEarly(path, offset);
  const count = isBigTiff ? readOffset(dataView(ahead), 0, layout) : dataView(ahead).getUint16(0, littleEndian);
  const bytes = countBytes + count * entryBytes + offsetBytes;
  const directory = bytes <= ahead.byteLength ? ahead : await readExactly(handle, path, offset, bytes);
  const view = dataView(directory);
  const tags = new Map<number, readonly number[] | string>();
  for (let entry = 0; entry < count; entry++) {
    const at = countBytes + entry * entryBytes;
    const value = await readValue(layout, directory, at, ahead, offset);
    if (value !== null) tags.set(view.getUint16(at, littleEndian), value);
  }
  return { tags, next: readOffset(view, countBytes + count * entryBytes, layout) };
}

/** One value of a directory; null for types that are not known. */
async function readValue(
  layout: Layout,
  directory: Buffer,
  at: number,
  ahead: Buffer,
  aheadOffset: number,
): Promise<readonly number[] | string | null> {
  const { handle, path, littleEndian, isBigTiff } = layout;
  const view = dataView(directory);
  const type = view.getUint16(at + 2, littleEndian);
  const size = FIELD_BYTES[type] ?? 0;
  if (size === 0) return null;
  const count = isBigTiff ? readOffset(view, at + 4, layout) : view.getUint32(at + 4, littleEndian);
  if (count > MAX_VALUES)
    throw new FascicleError('bad-file', `${path} is damaged: a tag claims to have ${count} values.`);
  const inline = at + (isBigTiff ? 12 : 8);
  const bytes = count * size;
  if (bytes <= (isBigTiff ? 8 : 4)) return parseValues(directory.subarray(inline, inline + bytes), type, count, layout);
  const offset = readOffset(view, inline, layout);
  const start = offset - aheadOffset;
  const stored =
    start >= 0 && start + bytes <= ahead.byteLength
      ? ahead.subarray(start, start + bytes)
      : await readExactly(handle, path, offset, bytes);
  return parseValues(stored, type, count, layout);
}

function parseValues(bytes: Buffer, type: number, count: number, { littleEndian }: Layout): readonly number[] | string {
  if (type === ASCII) return bytes.toString('utf8').replace(/\0[^]*$/, '');
  const view = dataView(bytes);
  const values = new Array<number>(count);
  for (let index = 0; index < count; index++)
    values[index] = parseValue(view, type, index * FIELD_BYTES[type]!, littleEndian);
  return values;
}

function parseValue(view: DataView, type: number, at: number, littleEndian: boolean): number {
  switch (type) {
    case 3:
      return view.getUint16(at, littleEndian);
    case 4:
    case 13:
      return view.getUint32(at, littleEndian);
    case RATIONAL:
      return view.getUint32(at, littleEndian) / view.getUint32(at + 4, littleEndian);
    case 6:
      return view.getInt8(at);
    case 8:
      return view.getInt16(at, littleEndian);
    case 9:
      return view.getInt32(at, littleEndian);
    case 10:
      return view.getInt32(at, littleEndian) / view.getInt32(at + 4, littleEndian);
    case 11:
      return view.getFloat32(at, littleEndian);
    case 12:
      return view.getFloat64(at, littleEndian);
    case 16:
    case 17:
    case 18:
      return Number(view.getBigUint64(at, littleEndian));
    default:
      return view.getUint8(at);
  }
}

function readOffset(view: DataView, at: number, { isBigTiff, littleEndian }: Layout): number {
  return isBigTiff ? Number(view.getBigUint64(at, littleEndian)) : view.getUint32(at, littleEndian);
}

function dataView(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function endsEarly(path: string, offset: number): FascicleError {
  return new FascicleError(
    'bad-file',
    `${path} ends before the page at byte ${offset}. It is incomplete; copy it again from where it came.`,
  );
}
