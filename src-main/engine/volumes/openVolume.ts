import { open, stat } from 'node:fs/promises';
import { extname } from 'node:path';

import { FascicleError } from '#domain/errors.ts';

import type { VolumeDescription } from './describe.ts';
import { withFileErrors } from './fileErrors.ts';
import { describeHdf5, isHdf5, openHdf5 } from './hdf5/index.ts';
import type { OpenOptions, VolumeReader, VolumeRole } from './volume.ts';
import { sidecarVoxelSize, validVoxelSize } from './voxelSize.ts';
import { parseVolumeSpec, type VolumeSpec } from './volumeSpec.ts';
import { describeZarr, isZarr, openZarr } from './zarr/index.ts';

/** One format: how it opens and what it lists. */
interface Format {
  open(path: string, options: OpenOptions): Promise<VolumeReader>;
  describe(path: string, role: VolumeRole): Promise<VolumeDescription>;
}

const HDF5: Format = { open: openHdf5, describe: describeHdf5 };
const ZARR: Format = { open: openZarr, describe: describeZarr };

/** Bytes at the start of a file that decide its format. */
const HEAD_BYTES = 512;

/**
 * Opens a volume for reading: the one door to every format, which is found by content.
 *
 * @param spec a path, with the dataset after a colon where the file holds several: 'cremi.h5:/volumes/raw',
 *   'image.zarr:/1'. Folders are Zarr or slices.
 * @throws FascicleError 'not-found', 'bad-file', 'ambiguous' or 'unsupported', with what was found and what is accepted
 */
export async function openVolume(spec: string, options: OpenOptions = {}): Promise<VolumeReader> {
  const { path, dataset } = parseVolumeSpec(spec);
  const format = await detectFormat(path);
  const override = checkOverride(options.voxelSizeNm);
  const reader = await format.open(path, { ...options, dataset: dataset ?? options.dataset ?? null });
  if (override !== null) return withVoxelSize(reader, override);
  if (reader.info.voxelSizeNm !== null) return reader;
  try {
    return withVoxelSize(reader, await sidecarVoxelSize(path));
  } catch (error) {
    await reader.close();
    throw error;
  }
}

/** What a path holds: datasets, arrays or levels, and which of them `openVolume` takes by default. */
export async function describeVolume(spec: string, options: { role?: VolumeRole } = {}): Promise<VolumeDescription> {
  const { path, dataset }: VolumeSpec = parseVolumeSpec(spec);
  const format = await detectFormat(path);
  const description = await format.describe(path, options.role ?? 'image');
  const sidecar = await sidecarVoxelSize(path);
  const datasets = description.datasets.map((entry) => ({ ...entry, voxelSizeNm: entry.voxelSizeNm ?? sidecar }));
  if (dataset === null) return { ...description, datasets };
  const named = datasets.filter((entry) => entry.name === dataset || entry.name.startsWith(`${dataset}/`));
  if (named.length === 0)
    throw new FascicleError(
      'not-found',
      `${path} has no dataset '${dataset}'. Found: ${datasets.map((entry) => `/${entry.name}`).join(', ') || 'none'}.`,
    );
  return { ...description, datasets: named, opens: named[0]!.name, problem: null };
}

function checkOverride(voxelSizeNm: OpenOptions['voxelSizeNm']): VolumeReader['info']['voxelSizeNm'] {
  if (voxelSizeNm == null) return null;
  const size = validVoxelSize(voxelSizeNm);
  if (size === null)
    throw new FascicleError(
      'bad-request',
      `The voxel size ${voxelSizeNm.join(',')} is not usable; three numbers above 0 (z, y, x in nanometres) are needed.`,
    );
  return size;
}

function withVoxelSize(reader: VolumeReader, voxelSizeNm: VolumeReader['info']['voxelSizeNm']): VolumeReader {
  return { ...reader, info: { ...reader.info, voxelSizeNm } };
}

async function detectFormat(path: string): Promise<Format> {
  return withFileErrors(`Opening ${path}`, async () => {
    const status = await stat(path);
    if (status.isDirectory()) return detectFolder(path);
    if (status.size === 0) throw new FascicleError('bad-file', `${path} is empty. Copy it again from where it came.`);
    return detectFile(path, await readHead(path));
  });
}

function detectFolder(path: string): Format {
  if (isZarr(path)) return ZARR;
  throw new FascicleError('unsupported', `${path} is a folder without Zarr metadata.`);
}

function detectFile(path: string, head: Uint8Array): Format {
  if (isHdf5(head)) return HDF5;
  throw new FascicleError(
    'unsupported',
    `${path} is of no format that this program reads (its extension is '${extname(path)}'). Accepted: HDF5, Zarr and OME-Zarr.`,
  );
}

async function readHead(path: string): Promise<Uint8Array> {
  const handle = await open(path, 'r');
  try {
    const { bytesRead, buffer } = await handle.read(new Uint8Array(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}
