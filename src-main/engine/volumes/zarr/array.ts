import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { open, root, type Array as ZarritaArray, type DataType, type Readable } from 'zarrita';

import { FascicleError, isFascicleError } from '#domain/errors.ts';

import { axesFromAttributes, axisLetters, type Attributes } from '../attributes.ts';
import { rowMajorStrides } from '../axes.ts';
import type { DatasetCandidate } from '../chooseDataset.ts';
import { asFileError } from '../fileErrors.ts';
import type { VoxelArray } from '../volume.ts';
import { isVoxelType } from '../voxelTypes.ts';
import { registerCodecs } from './codecs.ts';
import { directoryStore } from './directoryStore.ts';

registerCodecs();

/** A chunk as it lies in memory. */
export interface ZarrChunk {
  readonly voxels: VoxelArray;
  /** Distance in elements along each stored axis. */
  readonly strides: readonly number[];
}

/** What the metadata of a Zarr array say. */
export interface ZarrEntry extends DatasetCandidate {
  readonly version: 2 | 3;
  /** The folder of the array. */
  readonly folder: string;
  /** The unit of reading: the inner chunk of a sharded array. */
  readonly storedChunks: readonly number[];
  readonly filters: readonly string[];
  readonly axes: string | null;
  readonly attributes: Attributes;
}

/** An open Zarr array. */
export interface ZarrArray {
  readonly entry: ZarrEntry;
  /** The chunk at these indices along the stored axes; filled with the fill value where it is not stored. */
  readChunk(indices: readonly number[]): Promise<ZarrChunk>;
}

/** True where `folder` is a Zarr array. */
export async function isZarrArray(folder: string): Promise<boolean> {
  if (existsSync(join(folder, '.zarray'))) return true;
  const metadata = await readJson(join(folder, 'zarr.json'));
  return metadata?.['node_type'] === 'array';
}

/** A JSON object from a file; null where there is no file. */
export async function readJson(path: string): Promise<Record<string, unknown> | null> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    const failure = asFileError(error, `Reading ${path}`);
    if (failure.kind === 'not-found') return null;
    throw failure;
  }
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // Reported below, like JSON of another shape.
  }
  throw new FascicleError(
    'bad-file',
    `${path} is not the JSON object that Zarr metadata must be; it is damaged or incomplete.`,
  );
}

/**
 * Opens the array in `folder`.
 * @param dataset the name of the array in messages and listings
 */
export async function openZarrArray(folder: string, dataset: string): Promise<ZarrArray> {
  const version = existsSync(join(folder, 'zarr.json')) ? 3 : 2;
  const document = await readJson(join(folder, version === 3 ? 'zarr.json' : '.zarray'));
  if (document === null) throw new FascicleError('not-found', `${folder} holds no Zarr array.`);
  checkMetadata(document, version, folder);
  let array: ZarritaArray<DataType, Readable>;
  try {
    const openVersion = version === 3 ? open.v3 : open.v2;
    array = await openVersion(root(directoryStore(folder)), { kind: 'array' });
  } catch (error) {
    throw asBadMetadata(error, folder);
  }
  const type = array.dtype === 'bool' ? 'uint8' : array.dtype;
  const entry: ZarrEntry = {
    dataset,
    version,
    folder,
    storedShape: array.shape,
    storedChunks: array.chunks,
    type: isVoxelType(type) ? type : null,
    storedType: array.dtype,
    filters: filtersOf(document, version),
    axes: axisLetters(array.dimensionNames ?? ['?']) ?? axesFromAttributes(array.attrs),
    attributes: array.attrs,
  };
  return { entry, readChunk: (indices) => readChunk(array, entry, indices) };
}

async function readChunk(
  array: ZarritaArray<DataType, Readable>,
  entry: ZarrEntry,
  indices: readonly number[],
): Promise<ZarrChunk> {
  const where = `${entry.folder}, chunk ${indices.join('/')}`;
  let chunk: { data: unknown; shape: number[]; stride: number[] };
  try {
    chunk = await array.getChunk([...indices]);
  } catch (error) {
    if (isFascicleError(error)) throw error;
    const reason = rootCause(error);
    // A codec that is not there is a limit of the program; anything else that fails to decode is damage.
    if (/unknown codec/i.test(reason))
      throw new FascicleError('unsupported', `${where}: ${reason}. Accepted: zstd, gzip, zlib, blosc, lz4, crc32c.`, {
        cause: error,
      });
    throw new FascicleError(
      'bad-file',
      `${where} cannot be decoded: ${reason}. It is damaged or incomplete; copy it again from where it came.`,
      {
        cause: error,
      },
    );
  }
  const voxels = plainVoxels(chunk.data);
  const expected = entry.storedChunks.reduce((product, extent) => product * extent, 1);
  if (voxels.length !== expected)
    throw new FascicleError(
      'bad-file',
      `${where} holds ${voxels.length} voxels; ${expected} (${entry.storedChunks.join(' x ')}) are expected. It is damaged or incomplete.`,
    );
  return { voxels, strides: chunk.stride ?? rowMajorStrides(chunk.shape) };
}

/** Booleans as bytes; everything else as it is. */
function plainVoxels(data: unknown): VoxelArray {
  if (ArrayBuffer.isView(data)) return data as VoxelArray;
  const { buffer, byteOffset, byteLength } = data as Uint8Array;
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** Checks what zarrita takes for granted. */
function checkMetadata(document: Record<string, unknown>, version: 2 | 3, folder: string): void {
  const shape = document['shape'];
  const grid = document['chunk_grid'] as { name?: string; configuration?: { chunk_shape?: unknown } } | undefined;
  const chunks = version === 3 ? grid?.configuration?.chunk_shape : document['chunks'];
  if (version === 3 && grid?.name !== 'regular')
    throw new FascicleError(
      'unsupported',
      `${folder}: the chunk grid '${grid?.name}' is not supported; accepted: regular.`,
    );
  if (!isExtents(shape, 0) || !isExtents(chunks, 1) || shape.length !== chunks.length)
    throw new FascicleError(
      'bad-file',
      `${folder}: the Zarr metadata state shape ${JSON.stringify(shape)} and chunks ${JSON.stringify(chunks)}; two lists of ` +
        `whole numbers of the same length are needed.`,
    );
  const fill = document['fill_value'];
  if (typeof fill === 'number' && Number.isInteger(fill) && !Number.isSafeInteger(fill))
    throw new FascicleError(
      'unsupported',
      `${folder}: the fill value is above 2^53 and would not be read exactly. Store the array with a smaller one, such as 0.`,
    );
}

function isExtents(value: unknown, least: number): value is number[] {
  return (
    Array.isArray(value) && value.length > 0 && value.every((extent) => Number.isSafeInteger(extent) && extent >= least)
  );
}

function filtersOf(document: Record<string, unknown>, version: 2 | 3): string[] {
  if (version === 2) {
    const listed = [
      ...((document['filters'] as { id: string }[] | null) ?? []),
      document['compressor'] as { id: string } | null,
    ];
    return listed.flatMap((filter) => filter?.id ?? []);
  }
  const names = (codecs: unknown): string[] =>
    ((codecs ?? []) as { name: string; configuration?: { codecs?: unknown } }[]).flatMap(({ name, configuration }) =>
      name === 'sharding_indexed' ? [name, ...names(configuration?.codecs)] : name,
    );
  return names(document['codecs']).filter((name) => name !== 'bytes');
}

function asBadMetadata(error: unknown, folder: string): FascicleError {
  if (isFascicleError(error)) return error;
  return new FascicleError('bad-file', `${folder}: the Zarr metadata cannot be read: ${rootCause(error)}.`, {
    cause: error,
  });
}

function rootCause(error: unknown): string {
  let innermost = error;
  while (innermost instanceof Error && innermost.cause !== undefined) innermost = innermost.cause;
  return innermost instanceof Error ? innermost.message : String(innermost);
}
