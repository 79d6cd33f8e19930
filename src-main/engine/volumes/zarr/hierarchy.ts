import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';

import { FascicleError } from '#domain/errors.ts';
import { mapZyx, type Zyx } from '#domain/geometry.ts';

import type { Attributes } from '../attributes.ts';
import { withFileErrors } from '../fileErrors.ts';
import { isZarrArray, openZarrArray, readJson, type ZarrArray } from './array.ts';
import { readMultiscale, type Multiscale, type MultiscaleLevel } from './multiscales.ts';

/** An array of a hierarchy with the OME-Zarr level that it is, if any. */
export interface ZarrNode {
  readonly array: ZarrArray;
  readonly level: { readonly image: Multiscale; readonly level: MultiscaleLevel } | null;
}

/** Groups deeper than this below the opened one are not searched. */
const MAX_DEPTH = 4;
/** Files that make a folder a Zarr node. */
const MARKERS = ['zarr.json', '.zarray', '.zgroup', '.zattrs'];

/** True where `folder` is a Zarr array or group. */
export function isZarr(folder: string): boolean {
  return MARKERS.some((name) => existsSync(join(folder, name)));
}

/** The attributes of a group or array; empty where it has none. */
export async function readAttributes(folder: string): Promise<Attributes> {
  const v3 = await readJson(join(folder, 'zarr.json'));
  if (v3 !== null) return (v3['attributes'] ?? {}) as Attributes;
  return (await readJson(join(folder, '.zattrs'))) ?? {};
}

/**
 * Every array that `folder` leads to: itself where it is an array, the levels where it is an OME-Zarr image, and the
 * arrays below it otherwise. Names are paths below `folder`.
 */
export async function listArrays(folder: string): Promise<ZarrNode[]> {
  if (await isZarrArray(folder)) return [await openNode(folder, '')];
  const image = readMultiscale(await readAttributes(folder), folder);
  if (image !== null) return openLevels(folder, '', image);
  return listBelow(folder, '', 1);
}

/** Opens the array at `dataset` below `folder`: an array, or an OME-Zarr image, whose first level is taken. */
export async function openNode(folder: string, dataset: string): Promise<ZarrNode> {
  const path = join(folder, dataset);
  if (!isZarr(path)) {
    const names = (await listArrays(folder)).map(({ array }) => `/${array.entry.dataset}`);
    throw new FascicleError(
      'not-found',
      `${folder} has no array '${dataset}'. Found: ${names.join(', ') || 'no arrays'}.`,
    );
  }
  if (await isZarrArray(path)) return { array: await openZarrArray(path, dataset), level: await levelOf(path) };
  const image = readMultiscale(await readAttributes(path), path);
  if (image !== null) return openLevel(folder, dataset, image, image.levels[0]!);
  throw new FascicleError(
    'ambiguous',
    `${path} is a Zarr group, not an array. Name one of its arrays: ` +
      `${(await listBelow(path, '', 1)).map(({ array }) => `/${join(dataset, array.entry.dataset)}`).join(', ') || 'it has none'}.`,
  );
}

async function openLevels(folder: string, dataset: string, image: Multiscale): Promise<ZarrNode[]> {
  return Promise.all(image.levels.map((level) => openLevel(folder, dataset, image, level)));
}

async function openLevel(
  folder: string,
  dataset: string,
  image: Multiscale,
  level: MultiscaleLevel,
): Promise<ZarrNode> {
  const path = join(folder, dataset, level.path);
  if (!(await isZarrArray(path)))
    throw new FascicleError(
      'bad-file',
      `${join(folder, dataset)}: the OME-Zarr metadata name the array '${level.path}', which is missing. The folder is incomplete; ` +
        `copy it again from where it came.`,
    );
  return { array: await openZarrArray(path, join(dataset, level.path)), level: { image, level } };
}

/** The OME-Zarr level that the array in `path` is, where the group above it lists it. */
async function levelOf(path: string): Promise<ZarrNode['level']> {
  const parent = dirname(resolve(path));
  if (!isZarr(parent)) return null;
  const image = readMultiscale(await readAttributes(parent), parent);
  const level = image?.levels.find((candidate) => candidate.path === basename(resolve(path)));
  return image && level ? { image, level } : null;
}

async function listBelow(folder: string, dataset: string, depth: number): Promise<ZarrNode[]> {
  if (depth > MAX_DEPTH) return [];
  const children = await withFileErrors(`Reading ${folder}`, () =>
    readdir(join(folder, dataset), { withFileTypes: true }),
  );
  const nodes: ZarrNode[] = [];
  for (const child of children.filter((entry) => entry.isDirectory()).toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const below = join(dataset, child.name);
    if (!isZarr(join(folder, below))) continue;
    if (await isZarrArray(join(folder, below))) nodes.push(await openNode(folder, below));
    else if (readMultiscale(await readAttributes(join(folder, below)), below) !== null)
      nodes.push(await openNode(folder, below));
    else nodes.push(...(await listBelow(folder, below, depth + 1)));
  }
  return nodes;
}

/** The levels of the OME-Zarr image that the array `dataset` belongs to, finest first; empty where it belongs to none. */
export async function levelsOf(folder: string, dataset: string): Promise<ZarrNode[]> {
  const node = await openNode(folder, dataset);
  if (node.level === null) return [];
  return openLevels(folder, dirname(node.array.entry.dataset).replace(/^\.$/, ''), node.level.image);
}

/** The downscaling of a level against the first, from the scales that the group states; null where it states none. */
export function factorOf(node: ZarrNode, first: ZarrNode): Zyx | null {
  const [scale, finest] = [node, first].map(({ level }) => level?.level.scale ?? null);
  const axes = node.level?.image.axes ?? null;
  if (!scale || !finest || axes === null) return null;
  return mapZyx((axis) => {
    const index = axes.indexOf('zyx'[axis]!);
    return index < 0 ? 1 : Math.round(scale[index]! / finest[index]!);
  });
}
