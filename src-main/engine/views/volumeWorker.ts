import { parentPort, workerData } from 'node:worker_threads';

import { isFascicleError } from '#domain/errors.ts';
import { boxShape, voxelCount } from '#domain/geometry.ts';
import { toDenseIds } from '#native/relabel.ts';
import { asLabels } from '#volumes/labelVoxels.ts';
import type { VolumeReader, VoxelArray } from '#volumes/volume.ts';

import { toDisplay } from './blockArrays.ts';
import { openSourceVolume } from './openSourceVolume.ts';
import type { VolumeAnswer, VolumeRequest, VolumeWorkerData } from './volumeClient.ts';
import type { BlockArray } from './voxelSource.ts';

/*
 * A thread that reads a source volume: some formats are read and unpacked on the thread of the caller, which must not be the one that
 * answers the windows. Requests are answered one after the other, as the libraries below would do in any case.
 */

const { volume, specs, originalIds } = workerData as VolumeWorkerData;
const port = parentPort!;
const readers = new Map<number, Promise<VolumeReader>>();
const queue: Extract<VolumeRequest, { type: 'read' }>[] = [];
const underWay = new Map<number, AbortController>();
let isBusy = false;

port.on('message', (request: VolumeRequest) => {
  if (request.type === 'cancel') {
    const index = queue.findIndex(({ id }) => id === request.id);
    if (index >= 0) queue.splice(index, 1);
    underWay.get(request.id)?.abort();
    return;
  }
  queue.push(request);
  void work();
});

async function work(): Promise<void> {
  if (isBusy) return;
  isBusy = true;
  for (let request = queue.shift(); request !== undefined; request = queue.shift()) await answer(request);
  isBusy = false;
}

async function answer({ id, level, box, channel }: Extract<VolumeRequest, { type: 'read' }>): Promise<void> {
  const abort = new AbortController();
  underWay.set(id, abort);
  const send = (message: VolumeAnswer, transfer: ArrayBuffer[] = []): void => port.postMessage(message, transfer);
  try {
    const reader = await readerOf(level);
    const read = await convert(await reader.read(box, { channel, signal: abort.signal }), reader.info.source);
    // A view of a larger buffer, which the reader may keep, is copied; its own buffer goes over without a copy.
    const voxels = read.byteLength === read.buffer.byteLength ? read : read.slice();
    if (voxels.length !== voxelCount(boxShape(box))) throw new Error(`${reader.info.source} gave too few voxels.`);
    send({ id, voxels }, [voxels.buffer as ArrayBuffer]);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    send({ id, failure: { kind: isFascicleError(error) ? error.kind : 'internal', message } });
  } finally {
    underWay.delete(id);
  }
}

function readerOf(level: number): Promise<VolumeReader> {
  const opened = readers.get(level) ?? openSourceVolume(volume, specs[level]);
  readers.set(level, opened);
  // What could not be opened may be there at the next try.
  opened.catch(() => readers.delete(level));
  return opened;
}

/** Image voxels in their display type, labels as the dense ids of the project. */
async function convert(voxels: VoxelArray, source: string): Promise<BlockArray> {
  if (originalIds === null) return toDisplay(voxels);
  const labels = asLabels(voxels, source);
  const wide = labels instanceof BigUint64Array ? labels : BigUint64Array.from(labels, BigInt);
  const dense = new Uint32Array(wide.length);
  await toDenseIds(wide, originalIds, dense, { threads: 1 });
  return dense;
}
