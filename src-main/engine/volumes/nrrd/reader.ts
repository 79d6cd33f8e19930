import { readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { FascicleError } from '#domain/errors.ts';
import { boxShape, voxelCount, type VoxelSizeNm, type Zyx } from '#domain/geometry.ts';

import { stated } from '../attributes.ts';
import { planAxes, spatialZyx, storedWindow, toZyxOrder, type AxisPlan } from '../axes.ts';
import type { VolumeDescription } from '../describe.ts';
import { throwIfCancelled, withFileErrors } from '../fileErrors.ts';
import { readHead } from '../readHead.ts';
import { readWindow } from '../rawWindow.ts';
import { checkBox } from '../regions.ts';
import type { OpenOptions, VolumeInfo, VolumeReader } from '../volume.ts';
import { allocateVoxels, bytesOfVoxels, bytesPerVoxel, swapBytes, voxelsFromBytes } from '../voxelTypes.ts';
import { refuseDataset } from '../volumeSpec.ts';
import { nanometresPer, validVoxelSize } from '../voxelSize.ts';
import { parseNrrdHeader, type NrrdHeader } from './header.ts';
import { gzipVoxelBytes, rawVoxelBytes, skipLines, type VoxelBytes, type VoxelSource } from './voxelBytes.ts';

/** Longer headers are not those of a volume. */
const MAX_HEADER_BYTES = 2 ** 20;
/** Text is read in one piece. */
const MAX_ASCII_BYTES = 256 * 2 ** 20;

/** Opens an NRRD file with attached voxels, or a detached header (.nhdr) with its data file. */
export async function openNrrd(path: string, options: OpenOptions = {}): Promise<VolumeReader> {
  refuseDataset(path, 'an NRRD file', options);
  return withFileErrors(`Opening ${path}`, async () => {
    const header = await readNrrdHeader(path);
    // NRRD names the fastest axis first; everywhere else here the slowest comes first.
    const storedShape = header.sizes.toReversed();
    const stated = header.axes === null ? null : [...header.axes].toReversed().join('');
    const plan = planAxes(storedShape, options.axes ?? stated, path);
    return nrrdReader(path, header, plan, await openVoxelBytes(path, header));
  });
}

/** What `openNrrd` would open. */
export async function describeNrrd(path: string): Promise<VolumeDescription> {
  const { encoding } = await withFileErrors(`Opening ${path}`, () => readNrrdHeader(path));
  const reader = await openNrrd(path);
  await reader.close();
  const { shape, channels, type, voxelSizeNm, storedAxes: axes } = reader.info;
  const storedShape = [...axes].map((letter) => (letter === 'c' ? channels : (shape['zyx'.indexOf(letter)] ?? 1)));
  const filters = encoding === 'raw' ? [] : [encoding];
  const dataset = { name: '', shape, channels, type, voxelSizeNm, axes, storedShape, storedChunks: null, filters };
  return { path, format: 'nrrd', datasets: [dataset], opens: '', problem: null };
}

async function readNrrdHeader(path: string): Promise<NrrdHeader> {
  const head = await readHead(path, MAX_HEADER_BYTES);
  const header = parseNrrdHeader(head, path);
  if (header === null)
    throw new FascicleError('bad-file', `${path}: the NRRD header does not end; the file is damaged or incomplete.`);
  return header;
}

async function openVoxelBytes(path: string, header: NrrdHeader): Promise<VoxelBytes> {
  const dataPath = header.dataFile === null ? path : join(dirname(path), header.dataFile);
  await withFileErrors(`Opening ${dataPath}, the data file of ${path}`, () => stat(dataPath));
  const offset = await skipLines(dataPath, header.dataFile === null ? header.headerBytes : 0, header.lineSkip);
  const length = header.sizes.reduce((product, size) => product * size, bytesPerVoxel(header.type));
  const source: VoxelSource = { path: dataPath, offset, byteSkip: header.byteSkip, length };
  if (header.encoding === 'raw') return rawVoxelBytes(source);
  return header.encoding === 'gzip' ? gzipVoxelBytes(source) : asciiVoxelBytes(source, header);
}

/** Numbers in text, as the bytes that they would have. */
function asciiVoxelBytes(source: VoxelSource, header: NrrdHeader): VoxelBytes {
  let parsed: Promise<Uint8Array> | undefined;
  const parse = async (): Promise<Uint8Array> => {
    const { size } = await stat(source.path);
    if (size > MAX_ASCII_BYTES)
      throw new FascicleError(
        'unsupported',
        `${source.path} holds ${size} bytes of text; store it again with the encoding raw or gzip.`,
      );
    const text = (await readFile(source.path, 'latin1')).slice(source.offset).trim();
    const words = text === '' ? [] : text.split(/[\s,]+/);
    const voxels = allocateVoxels(header.type, source.length / bytesPerVoxel(header.type));
    if (words.length !== voxels.length)
      throw new FascicleError(
        'bad-file',
        `${source.path} holds ${words.length} numbers; the NRRD header promises ${voxels.length}.`,
      );
    const isWide = voxels instanceof BigInt64Array || voxels instanceof BigUint64Array;
    for (const [index, word] of words.entries()) {
      if (!/^[-+]?(\d+(\.\d*)?|\.\d+)(e[-+]?\d+)?$|^[-+]?(nan|inf)/i.test(word))
        throw new FascicleError('bad-file', `${source.path}: '${word}' is not a number.`);
      if (isWide) voxels[index] = BigInt(word);
      else voxels[index] = Number(word);
    }
    return bytesOfVoxels(voxels);
  };
  return {
    async read(offset, length) {
      parsed ??= parse();
      return (await parsed).subarray(offset, offset + length);
    },
    close: async () => undefined,
  };
}

function nrrdReader(path: string, header: NrrdHeader, plan: AxisPlan, bytes: VoxelBytes): VolumeReader {
  const size = bytesPerVoxel(header.type);
  const isSwapped = header.encoding !== 'ascii' && !header.littleEndian;
  const chunkShape: Zyx = [1, 1, plan.shape[2]];
  const info: VolumeInfo = {
    source: path,
    format: 'nrrd',
    dataset: null,
    shape: plan.shape,
    channels: plan.channels,
    type: header.type,
    voxelSizeNm: voxelSizeOf(header, plan),
    ...stated(startOf(header, plan)),
    storedAxes: plan.axes,
    chunkShape,
  };
  return {
    info,
    async read(box, { channel = 0, signal } = {}) {
      checkBox(info, box, channel);
      throwIfCancelled(signal);
      if (voxelCount(boxShape(box)) === 0) return allocateVoxels(info.type, 0);
      const window = storedWindow(plan, box, channel);
      const read = async (offset: number, length: number): Promise<Uint8Array> => {
        throwIfCancelled(signal);
        return bytes.read(offset, length);
      };
      const stored = await withFileErrors(`Reading ${path}`, () => readWindow(read, plan.storedShape, window, size));
      if (isSwapped) swapBytes(stored, size);
      return toZyxOrder(plan, voxelsFromBytes(info.type, stored), box, window.count);
    },
    close: () => bytes.close(),
  };
}

/** The voxel size where the header states lengths and their unit for every axis in space. */
function voxelSizeOf(header: NrrdHeader, plan: AxisPlan): VoxelSizeNm | null {
  const perAxis = header.spacings.map((spacing, axis) => {
    const scale = nanometresPer(header.units[axis] ?? '');
    return spacing === null || scale === null ? Number.NaN : spacing * scale;
  });
  return validVoxelSize(spatialZyx(plan, perAxis.toReversed(), Number.NaN));
}

function startOf({ starts, units }: NrrdHeader, plan: AxisPlan): Zyx | null {
  if (starts === null) return null;
  const perAxis = starts.map((start, axis) =>
    start === 0 ? 0 : start * (nanometresPer(units[axis] ?? '') ?? Number.NaN),
  );
  return perAxis.every(Number.isFinite) ? spatialZyx(plan, perAxis.toReversed(), 0) : null;
}
