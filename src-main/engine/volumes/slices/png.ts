import { readFile } from 'node:fs/promises';

import { decode, type DecodedPng } from 'fast-png';

import { FascicleError } from '#domain/errors.ts';

import { withFileErrors } from '../fileErrors.ts';
import { readHead } from '../readHead.ts';
import type { SliceImage, SliceFacts } from './slice.ts';

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
/** The signature and the first chunk, IHDR. */
const HEADER_BYTES = 33;
const PALETTE = 3;

/** True where the bytes at the start of a file are those of PNG. */
export function isPng(head: Uint8Array): boolean {
  return head.byteLength >= SIGNATURE.length && SIGNATURE.equals(Buffer.from(head.subarray(0, SIGNATURE.length)));
}

/** Size and type of a PNG file, from its first bytes. */
export async function readPngFacts(path: string): Promise<SliceFacts> {
  const head = Buffer.from(await withFileErrors(`Reading ${path}`, () => readHead(path, HEADER_BYTES)));
  if (!isPng(head) || head.byteLength < HEADER_BYTES || head.toString('latin1', 12, 16) !== 'IHDR')
    throw new FascicleError('bad-file', `${path} is not a PNG file, or it is cut off.`);
  const [width, height, depth, colour] = [head.readUInt32BE(16), head.readUInt32BE(20), head[24]!, head[25]!];
  if (depth !== 8 && depth !== 16)
    throw new FascicleError(
      'unsupported',
      `${path} has ${depth} bit(s) per sample; PNG slices need 8 or 16. Convert them to 8-bit grey.`,
    );
  if (width < 1 || height < 1) throw new FascicleError('bad-file', `${path} states a size of ${width} x ${height}.`);
  return { width, height, type: depth === 8 || colour === PALETTE ? 'uint8' : 'uint16' };
}

/** The grey voxels of a PNG file. Colours are accepted where all of them are grey. */
export async function readPng(path: string): Promise<SliceImage> {
  const bytes = await withFileErrors(`Reading ${path}`, () => readFile(path));
  let image: DecodedPng;
  try {
    image = decode(bytes, { checkCrc: true });
  } catch (error) {
    throw damaged(path, error instanceof Error ? error.message : String(error), error);
  }
  const { width, height, depth, channels, data } = image;
  if (data.length !== width * height * channels) throw damaged(path, 'it holds fewer pixels than it states');
  const samples = depth === 16 ? Uint16Array.from(data) : Uint8Array.from(data);
  const voxels = image.palette ? throughPalette(samples, image.palette, path) : greyOf(samples, channels, path);
  return { width, height, voxels };
}

/** The first sample of every pixel, where the colours among them are equal; transparency is ignored. */
function greyOf(samples: Uint8Array | Uint16Array, channels: number, path: string): Uint8Array | Uint16Array {
  if (channels === 1) return samples;
  const colours = channels >= 3 ? 3 : 1;
  const grey =
    samples.constructor === Uint16Array
      ? new Uint16Array(samples.length / channels)
      : new Uint8Array(samples.length / channels);
  for (let pixel = 0; pixel < grey.length; pixel++) {
    const first = samples[pixel * channels]!;
    for (let colour = 1; colour < colours; colour++)
      if (samples[pixel * channels + colour] !== first) throw colourful(path);
    grey[pixel] = first;
  }
  return grey;
}

function throughPalette(
  indices: Uint8Array | Uint16Array,
  palette: readonly (readonly number[])[],
  path: string,
): Uint8Array {
  return Uint8Array.from(indices, (index) => {
    const [red, green, blue] = palette[index] ?? [];
    if (red === undefined || red !== green || red !== blue) throw colourful(path);
    return red;
  });
}

function colourful(path: string): FascicleError {
  return new FascicleError(
    'unsupported',
    `${path} is a colour image; slices must be grey. Convert them (in Fiji: Image > Type > 8-bit). Labels that were stored as ` +
      `colours cannot be read back as ids.`,
  );
}

function damaged(path: string, reason: string, cause?: unknown): FascicleError {
  return new FascicleError(
    'bad-file',
    `${path} cannot be decoded: ${reason}. It is damaged or incomplete; copy it again from where it came.`,
    {
      cause,
    },
  );
}
