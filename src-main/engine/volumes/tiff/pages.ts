import { FascicleError } from '#domain/errors.ts';

import type { VoxelType } from '../volume.ts';
import { isVoxelType } from '../voxelTypes.ts';
import { COMPRESSIONS } from './block.ts';
import { TAGS, type TiffTags } from './directory.ts';

/** What one page is, checked. */
export interface TiffPage {
  readonly width: number;
  readonly height: number;
  readonly type: VoxelType;
  readonly compression: number;
  readonly predictor: number;
  /** White is zero: values run the other way. */
  readonly inverted: boolean;
  readonly blockWidth: number;
  readonly blockHeight: number;
  readonly isTiled: boolean;
  readonly offsets: readonly number[];
  readonly byteCounts: readonly number[];
}

const WHITE_IS_ZERO = 0;
const RGB = 2;
const YCBCR = 6;

/** Numbers of a tag; null where the page lacks it. */
export function numbersOf(tags: TiffTags, tag: number): readonly number[] | null {
  const value = tags.get(tag);
  return typeof value === 'object' ? value : null;
}

/** True for reduced copies of other pages (previews), which are no slices. */
export function isPreview(tags: TiffTags): boolean {
  return ((numbersOf(tags, TAGS.newSubfileType)?.[0] ?? 0) & 1) === 1;
}

/**
 * Checks one page.
 * @param where names the page in messages: 'a.tif, page 3'
 */
export function readTiffPage(tags: TiffTags, where: string): TiffPage {
  const number = (tag: number, absent: number): number => numbersOf(tags, tag)?.[0] ?? absent;
  const width = number(TAGS.imageWidth, 0);
  const height = number(TAGS.imageLength, 0);
  if (width < 1 || height < 1) throw new FascicleError('bad-file', `${where} states a size of ${width} x ${height}.`);
  const type = voxelTypeOfPage(tags, where);
  const compression = number(TAGS.compression, 1);
  if (!COMPRESSIONS.has(compression))
    throw unsupported(where, `the compression number ${compression}`, [...new Set(COMPRESSIONS.values())].join(', '));
  const predictor = number(TAGS.predictor, 1);
  if (![1, 2, 3].includes(predictor) || (predictor === 3 && !type.startsWith('float')))
    throw unsupported(where, `the predictor ${predictor} for ${type}`, 'none, 2, and 3 for floats');
  if (number(TAGS.fillOrder, 1) !== 1) throw unsupported(where, 'reversed bits (fill order 2)', 'fill order 1');
  const isTiled = tags.has(TAGS.tileOffsets);
  const blockWidth = isTiled ? number(TAGS.tileWidth, 0) : width;
  const blockHeight = isTiled ? number(TAGS.tileLength, 0) : Math.min(height, number(TAGS.rowsPerStrip, height));
  const offsets = numbersOf(tags, isTiled ? TAGS.tileOffsets : TAGS.stripOffsets) ?? [];
  const byteCounts = numbersOf(tags, isTiled ? TAGS.tileByteCounts : TAGS.stripByteCounts) ?? [];
  const blocks = Math.ceil(width / blockWidth) * Math.ceil(height / blockHeight);
  if (!(blocks >= 1) || offsets.length < blocks || byteCounts.length < blocks)
    throw new FascicleError(
      'bad-file',
      `${where} needs ${blocks} strips or tiles and lists ${offsets.length}. It is damaged.`,
    );
  const inverted = number(TAGS.photometric, 1) === WHITE_IS_ZERO;
  if (inverted && type !== 'uint8' && type !== 'uint16')
    throw unsupported(where, `${type} with white as zero`, 'black as zero; invert the image and store it again');
  return {
    width,
    height,
    type,
    compression,
    predictor,
    inverted,
    blockWidth,
    blockHeight,
    isTiled,
    offsets,
    byteCounts,
  };
}

/** True where two pages can be slices of one volume. */
export function pagesMatch(a: TiffPage, b: TiffPage): boolean {
  return a.width === b.width && a.height === b.height && a.type === b.type;
}

function voxelTypeOfPage(tags: TiffTags, where: string): VoxelType {
  const samples = numbersOf(tags, TAGS.samplesPerPixel)?.[0] ?? 1;
  const photometric = numbersOf(tags, TAGS.photometric)?.[0] ?? 1;
  if (samples !== 1 || photometric === RGB || photometric === YCBCR)
    throw new FascicleError(
      'unsupported',
      `${where} is a colour image (${samples} samples per pixel); a grey one is needed. Convert it, for example in Fiji with ` +
        `Image > Type > 8-bit or 16-bit.`,
    );
  const bits = numbersOf(tags, TAGS.bitsPerSample)?.[0] ?? 1;
  const kind = ['uint', 'int', 'float'][(numbersOf(tags, TAGS.sampleFormat)?.[0] ?? 1) - 1];
  // Undefined format (4) is what some writers state for plain unsigned numbers.
  const name = `${kind ?? 'uint'}${bits}`;
  if (!isVoxelType(name))
    throw unsupported(
      where,
      `${bits} bits per sample (${name})`,
      'integers of 8, 16, 32 and 64 bits, floats of 32 and 64 bits',
    );
  return name;
}

function unsupported(where: string, found: string, accepted: string): FascicleError {
  return new FascicleError('unsupported', `${where} has ${found}, which is not read. Accepted: ${accepted}.`);
}
