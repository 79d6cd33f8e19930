import { stat } from 'node:fs/promises';
import { extname } from 'node:path';

import { FascicleError } from '#domain/errors.ts';
import type { VoxelSizeNm } from '#domain/geometry.ts';

import type { VolumeDescription } from './describe.ts';
import { withFileErrors } from './fileErrors.ts';
import { describeHdf5, HDF5_HEAD_BYTES, isHdf5, openHdf5 } from './hdf5/index.ts';
import { describeNrrd, isNrrd, openNrrd } from './nrrd/index.ts';
import { readHead } from './readHead.ts';
import { describeSlices, isPng, listSlices, openSlices } from './slices/index.ts';
import { describeTiff, isTiff, openTiff } from './tiff/index.ts';
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
const TIFF: Format = { open: openTiff, describe: describeTiff };
const NRRD: Format = { open: openNrrd, describe: describeNrrd };
const SLICES: Format = { open: openSlices, describe: describeSlices };

const ACCEPTED =
  'HDF5 (.h5), Zarr v2 and v3 and OME-Zarr folders, TIFF and BigTIFF stacks, folders of PNG or TIFF slices, and NRRD (.nrrd, .nhdr)';

/** Bytes at the start of a file that decide its format. */
const HEAD_BYTES = HDF5_HEAD_BYTES;

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
  const override = checkOverride(options.voxelSizeNm ?? null);
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

function checkOverride(voxelSizeNm: VoxelSizeNm | null): VoxelSizeNm | null {
  if (voxelSizeNm === null) return null;
  const size = validVoxelSize(voxelSizeNm);
  if (size === null)
    throw new FascicleError(
      'bad-request',
      `The voxel size ${voxelSizeNm.join(',')} is not usable; three numbers above 0 (z, y, x in nanometres) are needed.`,
    );
  return size;
}

function withVoxelSize(reader: VolumeReader, voxelSizeNm: VoxelSizeNm | null): VolumeReader {
  return { ...reader, info: { ...reader.info, voxelSizeNm } };
}

/** The format of a path, by content; the extension only serves the message. */
async function detectFormat(path: string): Promise<Format> {
  return withFileErrors(`Opening ${path}`, async () => {
    const status = await stat(path);
    if (status.isDirectory()) return detectFolder(path);
    if (status.size === 0) throw new FascicleError('bad-file', `${path} is empty. Copy it again from where it came.`);
    return detectFile(path, await readHead(path, HEAD_BYTES));
  });
}

async function detectFolder(path: string): Promise<Format> {
  if (isZarr(path)) return ZARR;
  if ((await listSlices(path)).length > 0) return SLICES;
  throw new FascicleError(
    'unsupported',
    `${path} is a folder without Zarr metadata (zarr.json, .zarray or .zgroup) and without PNG or TIFF slices. Accepted: ${ACCEPTED}.`,
  );
}

function detectFile(path: string, head: Uint8Array): Format {
  if (isHdf5(head)) return HDF5;
  if (isTiff(head)) return TIFF;
  if (isNrrd(head)) return NRRD;
  if (isPng(head))
    throw new FascicleError(
      'unsupported',
      `${path} is a single PNG picture. Open the folder that holds the slices of the volume.`,
    );
  throw new FascicleError(
    'unsupported',
    `${path} (${describeHead(path, head)}) is of no format that is read. Accepted: ${ACCEPTED}.`,
  );
}

/** What an unknown file seems to be. */
function describeHead(path: string, head: Uint8Array): string {
  const text = Buffer.from(head).toString('latin1');
  if (text.startsWith('PK')) return 'a zip archive; unpack it';
  if (text.startsWith('\x1f\x8b')) return 'gzip; unpack it';
  if (['.h5', '.hdf5', '.hdf', '.tif', '.tiff', '.nrrd', '.nhdr'].includes(extname(path).toLowerCase()))
    return `its content is not what the extension '${extname(path)}' promises: it is damaged or something else`;
  return `extension '${extname(path)}'`;
}
