import { boxOfShape, boxShape, mapZyx, toXyz, translateBox } from '#domain/geometry.ts';
import type { Box } from '#domain/geometry.ts';
import { FascicleError } from '#domain/errors.ts';
import type { Project } from '#engine/project/project.ts';
import { openSource } from '#engine/segmentation/sourceVolume.ts';
import { relabel } from '#native/relabel.ts';
import { divideBox } from '#volumes/divideBox.ts';
import { throwIfCancelled } from '#volumes/fileErrors.ts';
import { createHdf5File, createHdf5Volume } from '#volumes/hdf5/index.ts';
import { createNrrdVolume } from '#volumes/nrrd/index.ts';
import { openVolume } from '#volumes/openVolume.ts';
import { createPrecomputedVolume } from '#volumes/precomputed/index.ts';
import { createTiffVolume } from '#volumes/tiff/index.ts';
import { createOmeZarrVolume, pyramidFactors } from '#volumes/zarr/index.ts';
import type { VolumeReader, VolumeWriter } from '#volumes/volume.ts';
import { bytesPerVoxel } from '#volumes/voxelTypes.ts';

import type { Running } from './exportProgress.ts';
import { offsetNm, spaceOffset } from './exportState.ts';
import type { ExportState } from './exportState.ts';
import type { LabelChoice } from './labelIds.ts';

/** Voxels under way at a time: what an export of a volume of any size needs, beside the tables. */
const BLOCK_BYTES = 32 * 2 ** 20;

/** Folders of a precomputed volume that hold what belongs to its segments. */
export const PRECOMPUTED_PARTS = { mesh: 'mesh', segmentProperties: 'segment_properties' } as const;

/** The paths inside a file of the CREMI layout (cremi.org, "Data format"). */
const CREMI = { labels: 'volumes/labels/neuron_ids', raw: 'volumes/raw' } as const;

/**
 * Writes the id of every voxel of a box, block by block. `path` is a new one.
 *
 * @param table from supervoxel to id, see `labelTable`
 * @throws FascicleError 'storage', 'cancelled', 'unsupported' for what a format cannot hold; nothing is left then
 */
export async function writeLabels(
  project: Project,
  state: ExportState,
  target: { path: string; choice: LabelChoice; region: Box; table: Uint32Array | BigUint64Array },
  running: Running = {},
): Promise<void> {
  const { choice, region, table } = target;
  const source = await openVolume(project.paths.supervoxels, { role: 'labels' });
  try {
    const raw = choice.format === 'cremi' && choice.withRaw ? await openRaw(state) : null;
    try {
      const { labels, image, finish, discard } = await createTarget(state, target, raw?.reader ?? null);
      try {
        const steps = { done: 0, total: 0 };
        const total = blocksOf(region, labels).length + (image === null ? 0 : blocksOf(region, image).length);
        steps.total = total;
        const step = (): void =>
          running.onProgress?.({ stage: 'Labels', done: ++steps.done, total: steps.total, unit: 'blocks' });
        for (const box of blocksOf(region, labels)) {
          throwIfCancelled(running.signal);
          const voxels = (await source.read(translateBox(box, region.min))) as Uint32Array;
          await labels.write(box, await translate(voxels, table));
          step();
        }
        if (image !== null)
          for (const box of blocksOf(region, image)) {
            throwIfCancelled(running.signal);
            await image.write(box, await raw!.reader.read(translateBox(box, sourceOf(raw!.offset, region.min))));
            step();
          }
        await finish();
      } catch (error) {
        await discard();
        throw error;
      }
    } finally {
      await raw?.reader.close();
    }
  } finally {
    await source.close();
  }
}

const sourceOf = (offset: Box['min'], min: Box['min']): Box['min'] => [
  offset[0] + min[0],
  offset[1] + min[1],
  offset[2] + min[2],
];

function blocksOf(region: Box, { chunkShape }: Pick<VolumeWriter, 'chunkShape'>): Box[] {
  return divideBox(boxOfShape(boxShape(region)), chunkShape, BLOCK_BYTES / bytesPerVoxel('uint64'));
}

async function translate(
  voxels: Uint32Array,
  table: Uint32Array | BigUint64Array,
): Promise<Uint32Array | BigUint64Array> {
  if (table instanceof Uint32Array) {
    await relabel(voxels, table, voxels);
    return voxels;
  }
  const wide = new BigUint64Array(voxels.length);
  await relabel(voxels, table, wide);
  return wide;
}

async function openRaw({ sources }: ExportState): Promise<{ reader: VolumeReader; offset: Box['min'] }> {
  const raw = sources.find(({ role }) => role === 'raw');
  if (raw === undefined)
    throw new FascicleError(
      'bad-request',
      'The project has no raw image to write beside the labels. Export them alone.',
    );
  return { reader: await openSource(raw), offset: raw.region.min };
}

interface Target {
  readonly labels: Pick<VolumeWriter, 'write' | 'chunkShape'>;
  readonly image: Pick<VolumeWriter, 'write' | 'chunkShape'> | null;
  finish(): Promise<void>;
  discard(): Promise<void>;
}

async function createTarget(
  state: ExportState,
  { path, choice, region }: { path: string; choice: LabelChoice; region: Box },
  raw: VolumeReader | null,
): Promise<Target> {
  const { voxelSizeNm } = state;
  const { type } = choice;
  const shape = boxShape(region);
  const offset = spaceOffset(state, region);
  const spec = { shape, type, voxelSizeNm } as const;
  const alone = (writer: VolumeWriter): Target => ({
    ...{ labels: writer, image: null },
    finish: () => writer.finish(),
    discard: () => writer.discard(),
  });
  switch (choice.format) {
    case 'hdf5':
      return alone(
        await createHdf5Volume(path, {
          ...spec,
          dataset: choice.dataset ?? 'labels',
          offsetNm: offsetNm(offset, voxelSizeNm),
        }),
      );
    case 'cremi': {
      const file = await createHdf5File(path);
      const placed = { shape, voxelSizeNm, offsetNm: offsetNm(offset, voxelSizeNm) };
      const labels = file.addDataset({ ...placed, type, dataset: CREMI.labels });
      const image = raw && file.addDataset({ ...placed, type: raw.info.type, dataset: CREMI.raw });
      return { labels, image, finish: () => file.finish(), discard: () => file.discard() };
    }
    case 'ome-zarr':
      return alone(
        await createOmeZarrVolume(path, {
          ...spec,
          offset,
          kind: 'labels',
          levels: pyramidFactors(shape, voxelSizeNm),
        }),
      );
    case 'tiff':
      return alone(await createTiffVolume(path, spec));
    case 'nrrd':
      return alone(await createNrrdVolume(path, { ...spec, offset }));
    case 'precomputed':
      if (voxelSizeNm === null)
        throw new FascicleError(
          'unsupported',
          `The precomputed format needs a voxel size, and this project (${toXyz(state.shape).join(' x ')} voxels) has none.`,
        );
      return alone(
        await createPrecomputedVolume(path, {
          ...spec,
          // The format counts whole voxels.
          ...{ voxelSizeNm, offset: mapZyx((axis) => Math.round(offset[axis])) },
          ...(choice.withMeshes ? PRECOMPUTED_PARTS : {}),
        }),
      );
  }
}
