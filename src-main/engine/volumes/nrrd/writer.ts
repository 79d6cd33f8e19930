import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { PassThrough } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

import { toXyz } from '#domain/geometry.ts';
import type { VoxelSizeNm, Zyx } from '#domain/geometry.ts';

import { partialPath, publish, removePartial } from '../atomicFile.ts';
import { asFileError, withFileErrors } from '../fileErrors.ts';
import { createSliceOrder, requireOneChannel } from '../sliceOrder.ts';
import type { VolumeInfo, VolumeWriter, VoxelType } from '../volume.ts';
import { bytesOfVoxels } from '../voxelTypes.ts';

/** What a new NRRD file shall be. */
export interface NrrdSpec {
  /** z, y, x. */
  readonly shape: Zyx;
  readonly type: VoxelType;
  readonly voxelSizeNm: VoxelSizeNm | null;
  /** 1 when absent; more are refused. */
  readonly channels?: number;
  /** Where voxel 0 lies, z, y, x in voxels; written as the origin of the space. */
  readonly offset?: Zyx;
}

const TYPE_NAMES: Partial<Record<VoxelType, string>> = { float32: 'float', float64: 'double' };

/**
 * Writes an NRRD file (format NRRD0005, gzip, little endian, header and voxels in one) slice by slice. Boxes must hold whole slices and
 * come in z order.
 */
export async function createNrrdVolume(path: string, spec: NrrdSpec): Promise<VolumeWriter> {
  const { shape, type, channels = 1 } = spec;
  requireOneChannel(path, channels, 'NRRD');
  const info: VolumeInfo = {
    ...{ source: path, format: 'nrrd', dataset: null, shape, channels: 1, type, voxelSizeNm: spec.voxelSizeNm },
    ...{ storedAxes: 'zyx', chunkShape: [1, shape[1], shape[2]] as const },
  };
  await withFileErrors(`Writing ${path}`, () => rm(partialPath(path), { recursive: true, force: true }));
  const file = createWriteStream(partialPath(path));
  const unpacked = new PassThrough({ highWaterMark: 2 ** 20 });
  let failure: unknown = null;
  const slices = createSliceOrder(info, 'NRRD');
  const send = async (bytes: Uint8Array, to: NodeJS.WritableStream): Promise<void> => {
    if (failure !== null) throw asFileError(failure, `Writing ${path}`);
    await new Promise<void>((resolve, reject) =>
      to.write(bytes, (error) => (error ? reject(asFileError(failure ?? error, `Writing ${path}`)) : resolve())),
    );
  };
  file.on('error', (error) => (failure ??= error));
  await send(Buffer.from(headerOf(spec), 'latin1'), file);
  const written = pipeline(unpacked, createGzip({ level: 1 }), file);
  written.catch((error: unknown) => (failure ??= error));

  async function discard(): Promise<void> {
    unpacked.destroy();
    await written.catch(() => undefined);
    await removePartial(path);
  }

  return {
    chunkShape: info.chunkShape,
    async write(box, voxels, { channel = 0 } = {}) {
      slices.check(box, voxels, channel);
      // The stream may hold on to what it is given after the caller has gone on to the next block.
      await send(bytesOfVoxels(voxels).slice(), unpacked);
      slices.wrote(box);
    },
    async finish() {
      try {
        slices.requireAll();
        unpacked.end();
        await withFileErrors(`Writing ${path}`, () => written);
        await publish(path);
      } catch (error) {
        await discard();
        throw error;
      }
    },
    discard,
  };
}

/** The header; axes are fastest first, so x, y, z. */
function headerOf({ shape, type, voxelSizeNm, offset = [0, 0, 0] }: NrrdSpec): string {
  const size = toXyz(voxelSizeNm ?? [1, 1, 1]);
  const origin = toXyz(offset).map((voxels, axis) => voxels * size[axis]!);
  const directions = size.map((nm, axis) => `(${[0, 1, 2].map((other) => (other === axis ? nm : 0)).join()})`);
  return [
    'NRRD0005',
    `type: ${TYPE_NAMES[type] ?? type}`,
    'dimension: 3',
    'space dimension: 3',
    `sizes: ${toXyz(shape).join(' ')}`,
    `space directions: ${directions.join(' ')}`,
    ...(voxelSizeNm === null ? [] : ['space units: "nm" "nm" "nm"']),
    `space origin: (${origin.join()})`,
    'kinds: domain domain domain',
    'endian: little',
    'encoding: gzip',
    '',
    '',
  ].join('\n');
}
