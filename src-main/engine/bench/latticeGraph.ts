import type { AgglomerationEdges } from '#native/agglomeration.ts';

import { randomNumbers } from './randomNumbers.ts';

/** The integer that stands for affinity 1. */
export const LATTICE_UNIT = 255;

/** Steps to later cells of the lattice, z, y, x: seven contacts for each supervoxel, in the order of their numbers. */
const STEPS = [
  [0, 0, 1],
  [0, 1, -1],
  [0, 1, 0],
  [0, 1, 1],
  [1, 0, 0],
  [1, 0, 1],
  [1, 1, 1],
] as const;
/** Of the steps, in percent: contacts are missing here and there. */
const PRESENT = 0.98;
/** Of contacts that say the opposite of the truth, or anything between. */
const WRONG = 0.005;
/** Cells along an edge of an object: some 340 supervoxels. */
const OBJECT_EDGE = 7;

/**
 * A region graph of any size, made in a moment: supervoxels are the cells of a cubic lattice, objects cubes of them with rough faces.
 * Contacts inside an object are strong, across weak, and some of either kind are wrong.
 *
 * @param supervoxels rounded up to a cube
 */
export function latticeGraph(supervoxels: number): AgglomerationEdges & { readonly supervoxelCount: number } {
  const side = Math.ceil(Math.cbrt(supervoxels) - 1e-9);
  const random = randomNumbers(1);
  const objects = new Float64Array(side ** 3);
  const rough = () => Math.floor(2 * random());
  for (let at = 0; at < objects.length; at++) {
    const [z, y, x] = [Math.floor(at / side ** 2), Math.floor(at / side) % side, at % side];
    const cube = [z, y, x].map((place) => Math.floor((place + rough()) / OBJECT_EDGE));
    objects[at] = (cube[0] * side + cube[1]) * side + cube[2];
  }
  const most = STEPS.length * side ** 3;
  const [u, v, contactArea] = [new Uint32Array(most), new Uint32Array(most), new Uint32Array(most)];
  const affinitySum = new BigUint64Array(most);
  let edges = 0;
  for (let at = 0; at < objects.length; at++) {
    const place = [Math.floor(at / side ** 2), Math.floor(at / side) % side, at % side];
    for (const step of STEPS) {
      const other = place.map((value, axis) => value + step[axis]);
      if (random() > PRESENT || other.some((value) => value < 0 || value >= side)) continue;
      const to = (other[0] * side + other[1]) * side + other[2];
      const isOne = objects[at] === objects[to];
      const mean = random() < WRONG ? random() : isOne ? 0.55 + 0.45 * random() : 0.4 * random();
      const area = 1 + Math.floor(200 * random());
      [u[edges], v[edges], contactArea[edges]] = [at + 1, to + 1, area];
      affinitySum[edges++] = BigInt(Math.floor(mean * LATTICE_UNIT * area));
    }
  }
  return {
    u: u.slice(0, edges),
    v: v.slice(0, edges),
    contactArea: contactArea.slice(0, edges),
    affinitySum: affinitySum.slice(0, edges),
    supervoxelCount: objects.length,
  };
}
