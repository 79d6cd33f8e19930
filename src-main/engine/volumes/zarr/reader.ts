import type { Zyx } from '#domain/geometry.ts';

import { startFromAttributes, stated, voxelSizeFromAttributes } from '../attributes.ts';
import { planAxes, type AxisPlan } from '../axes.ts';
import { canBeVolume, chooseDataset, requireVolume } from '../chooseDataset.ts';
import { describeChoice, type DatasetDescription, type VolumeDescription } from '../describe.ts';
import type { OpenOptions, VolumeInfo, VolumeReader, VolumeRole } from '../volume.ts';
import { formatVolumeSpec } from '../volumeSpec.ts';
import { chunkShapeZyx, zarrArrayReader } from './arrayReader.ts';
import { factorOf, levelsOf, listArrays, openNode, type ZarrNode } from './hierarchy.ts';
import { multiscaleStart, multiscaleVoxelSize } from './multiscales.ts';

/** Decoded chunks that a reader keeps where its owner does not say. */
export const DEFAULT_CACHE_BYTES = 64 * 2 ** 20;

/** Opens one array of a Zarr folder; the first level of an OME-Zarr image where no dataset is named. */
export async function openZarr(folder: string, options: OpenOptions = {}): Promise<VolumeReader> {
  const dataset = (options.dataset ?? '').replace(/^\/+|\/+$/g, '');
  const node =
    dataset === ''
      ? chooseNode(await listArrays(folder), options.role ?? 'image', folder)
      : await openNode(folder, dataset);
  requireVolume(node.array.entry, folder);
  const plan = planNode(node, options.axes ?? null);
  return zarrArrayReader(node.array, plan, infoOf(folder, node, plan), DEFAULT_CACHE_BYTES);
}

/** Lists the arrays of a Zarr folder and which of them opens by default. */
export async function describeZarr(folder: string, role: VolumeRole): Promise<VolumeDescription> {
  const nodes = await listArrays(folder);
  const first = nodes[0];
  const datasets = nodes.map((node): DatasetDescription => {
    const { dataset, storedShape, storedChunks, filters, type, storedType, axes } = node.array.entry;
    const stored = { name: dataset, storedShape, storedChunks, filters };
    if (!canBeVolume(node.array.entry))
      return { ...stored, type: type ?? storedType, shape: null, channels: null, axes, voxelSizeNm: null };
    const plan = planNode(node, null);
    const info = infoOf(folder, node, plan);
    return {
      ...stored,
      type: info.type,
      shape: plan.shape,
      channels: plan.channels,
      axes: plan.axes,
      voxelSizeNm: info.voxelSizeNm,
    };
  });
  const choice = describeChoice(() => chooseNode(nodes, role, folder).array.entry.dataset);
  return { path: folder, format: first === undefined ? 'zarr' : formatOf(first), datasets, ...choice };
}

/** One level of an OME-Zarr image. */
export interface ImageLevel {
  readonly info: VolumeInfo;
  /** Downscaling against the first level, z, y, x; null where the image does not state it. */
  readonly factor: Zyx | null;
}

/** The levels of the OME-Zarr image that an array belongs to, finest first; empty where it belongs to none. */
export async function listLevels(folder: string, dataset: string): Promise<ImageLevel[]> {
  const nodes = await levelsOf(folder, dataset);
  return nodes.map((node) => ({ info: infoOf(folder, node, planNode(node, null)), factor: factorOf(node, nodes[0]!) }));
}

/** What a reader of this array says of it. */
export function infoOf(folder: string, node: ZarrNode, plan: AxisPlan): VolumeInfo {
  const { entry } = node.array;
  return {
    source: formatVolumeSpec({ path: folder, dataset: entry.dataset }),
    format: formatOf(node),
    dataset: entry.dataset === '' ? null : entry.dataset,
    shape: plan.shape,
    channels: plan.channels,
    type: entry.type!,
    voxelSizeNm:
      node.level === null
        ? voxelSizeFromAttributes(entry.attributes, plan)
        : multiscaleVoxelSize(node.level.image, node.level.level),
    ...stated(
      node.level === null
        ? startFromAttributes(entry.attributes, plan)
        : multiscaleStart(node.level.image, node.level.level),
    ),
    storedAxes: plan.axes,
    chunkShape: chunkShapeZyx(node.array, plan),
  };
}

/** The plan of an array: the axes of the user, else those of the OME-Zarr image, else those of the array. */
export function planNode(node: ZarrNode, axes: string | null): AxisPlan {
  const { entry } = node.array;
  const rank = entry.storedShape.length;
  const stated = [node.level?.image.axes, entry.axes].find((letters) => letters?.length === rank) ?? null;
  return planAxes(entry.storedShape, axes ?? stated, `The array ${entry.folder}`);
}

function chooseNode(nodes: readonly ZarrNode[], role: VolumeRole, folder: string): ZarrNode {
  // The levels of one image are one volume: the finest comes first.
  const first = nodes[0];
  if (first !== undefined && first.level !== null && nodes.every((node) => node.level?.image === first.level?.image))
    return first;
  const chosen = chooseDataset(
    nodes.map(({ array }) => array.entry),
    role,
    folder,
  );
  return nodes.find(({ array }) => array.entry === chosen)!;
}

function formatOf(node: ZarrNode): string {
  return node.level === null ? `zarr${node.array.entry.version}` : 'ome-zarr';
}
