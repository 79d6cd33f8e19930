import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { beforeAll, describe, expect, it } from 'vitest';

import { boxOfShape } from '#domain/geometry.ts';
import type { Zyx } from '#domain/geometry.ts';
import { splitSupervoxel } from '#native/supervoxelSplit.ts';
import { openVolume } from '#volumes/openVolume.ts';

import { SHARED_DATA } from '../helpers/folders.ts';

/** Dividing what two neurites share in a real volume (gala's FIB-SEM cube, with a boundary map of its own), judged by its ground truth. */

const path = join(SHARED_DATA, 'em', 'gala_train.h5');
/** Of each neurite of a pair, at least. */
const LEAST_VOXELS = 2000;
const MOST_PAIRS = 16;

let shape: Zyx;
let truth: Uint32Array;
let boundary: Float32Array;
let affinities: Uint8Array;
/** The neurite that most of a voxel's supervoxel lies in. */
let neurites: Uint32Array;

async function read<Voxels>(dataset: string, role: 'labels' | 'image'): Promise<Voxels> {
  const volume = await openVolume(`${path}:/${dataset}`, { role });
  shape = volume.info.shape;
  const voxels = await volume.read(boxOfShape(shape));
  await volume.close();
  return voxels as Voxels;
}

/** How far along each axis the neighbour below a voxel is, as an index. */
const strides = (): Zyx => [shape[1] * shape[2], shape[2], 1];
const placeOf = (at: number): Zyx => [
  Math.floor(at / (shape[1] * shape[2])),
  Math.floor(at / shape[2]) % shape[1],
  at % shape[2],
];

function majorities(supervoxels: Uint32Array): Uint32Array {
  const counts = new Map<number, Map<number, number>>();
  supervoxels.forEach((id, i) => {
    if (truth[i] === 0) return;
    const of = counts.get(id) ?? new Map<number, number>();
    counts.set(id, of.set(truth[i], (of.get(truth[i]) ?? 0) + 1));
  });
  const most = new Map([...counts].map(([id, of]) => [id, [...of].sort((a, b) => b[1] - a[1])[0][0]]));
  return supervoxels.map((id) => most.get(id) ?? 0);
}

/** Pairs of large neurites whose supervoxels touch. */
function touchingPairs(): [number, number][] {
  const sizes = new Map<number, number>();
  for (const id of neurites) sizes.set(id, (sizes.get(id) ?? 0) + 1);
  const isLarge = (id: number): boolean => id !== 0 && sizes.get(id)! >= LEAST_VOXELS;
  const pairs = new Map<string, [number, number]>();
  neurites.forEach((id, i) => {
    const place = placeOf(i);
    strides().forEach((stride, axis) => {
      const other = place[axis] > 0 ? neurites[i - stride] : id;
      if (other === id || !isLarge(id) || !isLarge(other)) return;
      const pair: [number, number] = [Math.min(id, other), Math.max(id, other)];
      pairs.set(pair.join(), pair);
    });
  });
  return [...pairs.values()].sort(([a, b], [c, d]) => a - c || b - d).slice(0, MOST_PAIRS);
}

/** A voxel of a neurite by its boundary map, away from its surface: the brightest, or the darkest. */
function seedIn(neurite: number, look: 'bright' | 'dark'): Zyx {
  let best = -1;
  neurites.forEach((id, i) => {
    if (id !== neurite || truth[i] !== neurite) return;
    const place = placeOf(i);
    const isInside = strides().every((stride, axis) =>
      [-2, 2].every((step) => {
        const along = place[axis] + step;
        return along < 0 || along >= shape[axis] || truth[i + step * stride] === neurite;
      }),
    );
    if (!isInside) return;
    if (best < 0 || (look === 'bright' ? boundary[i] < boundary[best] : boundary[i] > boundary[best])) best = i;
  });
  return placeOf(best);
}

/** The share of each neurite that lies on its own side when the two are one supervoxel. */
async function sharesOf([a, b]: readonly [number, number], look: 'bright' | 'dark'): Promise<number[]> {
  const labels = neurites.map((id) => (id === a || id === b ? 1 : 0));
  const seeds = [
    { voxel: seedIn(a, look), side: 0 },
    { voxel: seedIn(b, 'bright'), side: 1 },
  ];
  const window = boxOfShape(shape);
  const parts = new Uint32Array(labels.length);
  const block = { window, shape, stepLengths: [1, 1, 1] as const, labels, affinities };
  const { side } = await splitSupervoxel(block, 1, seeds, 2, parts);
  return [a, b].map((neurite, own) => {
    let [right, all] = [0, 0];
    parts.forEach((part, i) => {
      if (part === 0 || truth[i] !== neurite) return;
      all++;
      if (side[part - 1] === own) right++;
    });
    return right / all;
  });
}

describe.skipIf(!existsSync(path))('a supervoxel of two neurites of a real volume (needs FASCICLE_DATA)', () => {
  beforeAll(async () => {
    truth = await read('labels', 'labels');
    boundary = await read('boundary_prob', 'image');
    neurites = majorities(await read('supervoxels', 'labels'));
    affinities = new Uint8Array(3 * truth.length);
    strides().forEach((stride, axis) => {
      for (let i = 0; i < truth.length; i++)
        if (placeOf(i)[axis] > 0)
          affinities[axis * truth.length + i] = Math.round(255 * (1 - Math.max(boundary[i], boundary[i - stride])));
    });
  });

  it.each(['bright', 'dark'] as const)('is divided along the membrane, from a %s place', async (look) => {
    const shares: number[] = [];
    for (const pair of touchingPairs()) shares.push(...(await sharesOf(pair, look)));
    expect(shares.length).toBeGreaterThan(20);
    const mean = shares.reduce((a, b) => a + b, 0) / shares.length;
    expect(mean).toBeGreaterThan(0.97);
    expect(Math.min(...shares)).toBeGreaterThan(0.5);
  });
});
