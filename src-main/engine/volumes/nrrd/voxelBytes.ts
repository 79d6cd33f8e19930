import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, open, rm, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';

import { FascicleError, isFascicleError } from '#domain/errors.ts';

import { readExactly, readUpTo } from '../exactRead.ts';
import { asFileError, errorCode } from '../fileErrors.ts';
import type { ReadBytes } from '../rawWindow.ts';

/** The bytes of the voxels of a file, first voxel at 0. */
export interface VoxelBytes {
  readonly read: ReadBytes;
  close(): Promise<void>;
}

/** A line end after the voxels does no harm; more means that the header describes something else. */
const MAX_TRAILING_BYTES = 8;

/** Where packed or raw voxels lie. */
export interface VoxelSource {
  readonly path: string;
  /** Of the first byte after the header and the skipped lines. */
  readonly offset: number;
  /** Bytes before the voxels, after unpacking; -1: the voxels are the last bytes. */
  readonly byteSkip: number;
  /** Bytes of all voxels. */
  readonly length: number;
}

/** The bytes of a raw file, which must hold exactly the voxels. */
export async function rawVoxelBytes(source: VoxelSource): Promise<VoxelBytes> {
  const handle = await open(source.path, 'r');
  const { size } = await handle.stat();
  const start = voxelStart(source, size - source.offset);
  if (start === null) {
    await handle.close();
    throw wrongLength(source, size - source.offset);
  }
  return bytesOfFile(handle, source.path, source.offset + start);
}

/**
 * The bytes of a gzip file. Gzip has no index, so the whole is unpacked once, on the first read, to a temporary file that
 * goes with the reader: memory stays small whatever the volume.
 */
export function gzipVoxelBytes(source: VoxelSource): VoxelBytes {
  let unpacked: Promise<{ bytes: VoxelBytes; folder: string }> | undefined;
  const unpack = async (): Promise<{ bytes: VoxelBytes; folder: string }> => {
    const folder = await mkdtemp(join(tmpdir(), 'fascicle-nrrd-'));
    try {
      const path = join(folder, 'voxels.raw');
      const total = await gunzipTo(source, path);
      const start = voxelStart(source, total);
      if (start === null) throw wrongLength(source, total);
      const handle = await open(path, 'r');
      // Where the system allows it the file loses its name at once, so that not even a killed process leaves it behind.
      await rm(folder, { recursive: true, force: true }).catch(() => undefined);
      return { bytes: bytesOfFile(handle, path, start), folder };
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  };
  return {
    async read(offset, length) {
      unpacked ??= unpack();
      return (await unpacked).bytes.read(offset, length);
    },
    async close() {
      const result = await unpacked?.catch(() => undefined);
      await result?.bytes.close();
      if (result !== undefined) await rm(result.folder, { recursive: true, force: true });
    },
  };
}

/** The offset after `lines` line ends from `offset` on. */
export async function skipLines(path: string, offset: number, lines: number): Promise<number> {
  if (lines === 0) return offset;
  const handle = await open(path, 'r');
  try {
    let position = offset;
    for (let left = lines; left > 0;) {
      const bytes = await readUpTo(handle, position, 64 * 1024);
      if (bytes.byteLength === 0)
        throw new FascicleError(
          'bad-file',
          `${path}: the NRRD header skips ${lines} lines, which the file does not have.`,
        );
      for (let at = 0; at < bytes.byteLength && left > 0; at++, position++) if (bytes[at] === 0x0a) left--;
    }
    return position;
  } finally {
    await handle.close();
  }
}

function bytesOfFile(handle: FileHandle, path: string, start: number): VoxelBytes {
  return { read: (offset, length) => readExactly(handle, path, start + offset, length), close: () => handle.close() };
}

/** Where the voxels begin among `available` bytes; null where their number is wrong. */
function voxelStart({ byteSkip, length }: VoxelSource, available: number): number | null {
  if (byteSkip === -1) return available >= length ? available - length : null;
  const extra = available - byteSkip - length;
  return extra >= 0 && extra <= MAX_TRAILING_BYTES ? byteSkip : null;
}

function wrongLength({ path, byteSkip, length }: VoxelSource, found: number): FascicleError {
  return new FascicleError(
    'bad-file',
    `${path} holds ${Math.max(0, found)} bytes of voxels; the NRRD header promises ${length}` +
      `${byteSkip > 0 ? ` after ${byteSkip} skipped bytes` : ''}. The file is incomplete, or its header wrong ` +
      `(sizes, type, or byte skip).`,
  );
}

/** Unpacks to a file, stopping where there are more bytes than the header allows. */
async function gunzipTo(source: VoxelSource, target: string): Promise<number> {
  // Headers of other formats may stand before the voxels where they are the last bytes.
  const limit = source.length + (source.byteSkip === -1 ? 2 ** 20 : source.byteSkip + MAX_TRAILING_BYTES);
  let total = 0;
  const count = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      total += chunk.byteLength;
      done(total > limit ? wrongLength(source, total) : null, chunk);
    },
  });
  try {
    await pipeline(
      createReadStream(source.path, { start: source.offset }),
      createGunzip(),
      count,
      createWriteStream(target),
    );
  } catch (error) {
    if (isFascicleError(error)) throw error;
    if (errorCode(error)?.startsWith('Z_') === true || errorCode(error) === 'ERR_STREAM_PREMATURE_CLOSE')
      throw new FascicleError(
        'bad-file',
        `${source.path}: the gzip data cannot be unpacked: ${(error as Error).message}. The file is damaged or incomplete.`,
        { cause: error },
      );
    throw asFileError(error, `Unpacking ${source.path} to ${target}`);
  }
  return total;
}
