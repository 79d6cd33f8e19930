import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import { mapZyx } from '#domain/geometry.ts';
import type { VoxelSizeNm, Zyx } from '#domain/geometry.ts';
import type { EdgeTable, SupervoxelTable } from '#domain/tables.ts';
import { appendThreshold } from '#engine/project/edits.ts';
import { createOrOpenProject } from '#engine/project/project.ts';
import { countRows, writeSegmentation } from '#engine/project/tables.ts';
import { pyramidFactors, createOmeZarr } from '#volumes/zarr/index.ts';
import { agglomerate } from '#native/agglomeration.ts';

import { randomNumbers } from './randomNumbers.ts';

/** A million supervoxels and five million contacts. */
export const EDIT_LATTICE: Zyx = [100, 101, 102];

const SEED = 1;
const UNIT = 255;
const VOXEL_SIZE_NM: VoxelSizeNm = [10, 10, 10];
/** Voxels along each edge of a supervoxel. */
const CUBE = 10;
/** Supervoxels across a neurite; it runs along z. */
const NEURITE = 4;
const THRESHOLD = 0.5;
/** To the neighbours of higher id, nearest id first: three faces and two edges of the cube. */
const CONTACTS: readonly Zyx[] = [
  [0, 0, 1],
  [0, 1, 0],
  [0, 1, 1],
  [1, 0, 0],
  [1, 0, 1],
];
const AREA_OF_FACE = CUBE * CUBE;

/**
 * A project whose tables are made up: a lattice of cubes that hang together in neurites along z, with contacts that a network would be
 * wrong about now and then. Edits cost what they cost in a real one of the size; there are no voxels. It is made once in `directory`.
 *
 * @param lattice supervoxels along z, y, x
 * @returns the folder of the project
 */
export async function prepareEditProject(directory: string, lattice: Zyx = EDIT_LATTICE): Promise<string> {
  const folder = join(directory, `edit-${lattice.join('x')}`);
  await mkdir(directory, { recursive: true });
  const shape = mapZyx((axis) => CUBE * lattice[axis]);
  const project = await createOrOpenProject(folder);
  try {
    if (!existsSync(project.paths.supervoxels)) {
      const levels = pyramidFactors(shape, VOXEL_SIZE_NM);
      const spec = { shape, type: 'uint32', voxelSizeNm: VOXEL_SIZE_NM, levels, kind: 'labels' } as const;
      await (await createOmeZarr(project.paths.supervoxels, spec)).close();
    }
    if (countRows(project.database, 'edits') > 0) return folder;
    const supervoxels = cubes(lattice);
    const edges = contacts(lattice, shape);
    const steps = await agglomerate(edges, {
      ...{ supervoxelCount: supervoxels.count, unit: UNIT },
      score: { kind: 'mean' },
    });
    writeSegmentation(project.database, { shape, supervoxels, edges, steps });
    appendThreshold(project.database, { threshold: THRESHOLD, minSize: 0 });
    return folder;
  } finally {
    project.close();
  }
}

function cubes(lattice: Zyx): SupervoxelTable {
  const count = lattice[0] * lattice[1] * lattice[2];
  const boxMin = new Int32Array(3 * count);
  for (let row = 0; row < count; row++) {
    const line = Math.floor(row / lattice[2]);
    const z = Math.floor(line / lattice[1]);
    boxMin.set([CUBE * z, CUBE * (line - z * lattice[1]), CUBE * (row - line * lattice[2])], 3 * row);
  }
  return {
    ...{ count, boxMin, boxMax: boxMin.map((at) => at + CUBE), originalIds: null },
    sizes: new Float64Array(count).fill(CUBE ** 3),
    centroids: Float64Array.from(boxMin, (at) => at + (CUBE - 1) / 2),
  };
}

/** Rows by rising (u, v). */
function contacts(lattice: Zyx, shape: Zyx): EdgeTable {
  const [depth, rows, columns] = lattice;
  const most = CONTACTS.length * depth * rows * columns;
  const u = new Uint32Array(most);
  const v = new Uint32Array(most);
  const affinitySum = new BigUint64Array(most);
  const contactArea = new Uint32Array(most);
  const affinityMax = new Uint32Array(most);
  const contactVoxel = new BigUint64Array(most);
  const random = randomNumbers(SEED);
  const neuriteOf = (y: number, x: number): number => Math.floor(y / NEURITE) * columns + Math.floor(x / NEURITE);
  let edge = 0;
  for (let z = 0; z < depth; z++)
    for (let y = 0; y < rows; y++)
      for (let x = 0; x < columns; x++)
        for (const [dz, dy, dx] of CONTACTS) {
          if (z + dz >= depth || y + dy >= rows || x + dx >= columns) continue;
          const isOne = neuriteOf(y, x) === neuriteOf(y + dy, x + dx);
          // One contact in ten thousand joins two neurites; a neurite is never cut through.
          const affinity = isOne ? 0.4 + 0.6 * random() : 0.45 * random() + (random() < 1e-4 ? 0.5 : 0);
          const area = dz + dy + dx === 1 ? AREA_OF_FACE : CUBE;
          u[edge] = (z * rows + y) * columns + x + 1;
          v[edge] = ((z + dz) * rows + y + dy) * columns + x + dx + 1;
          affinitySum[edge] = BigInt(Math.round(affinity * UNIT * area));
          contactArea[edge] = area;
          affinityMax[edge] = Math.round(UNIT * Math.min(1, affinity + 0.1));
          contactVoxel[edge++] = BigInt((CUBE * (z + dz) * shape[1] + CUBE * (y + dy)) * shape[2] + CUBE * (x + dx));
        }
  return {
    affinityUnit: UNIT,
    u: u.slice(0, edge),
    v: v.slice(0, edge),
    affinitySum: affinitySum.slice(0, edge),
    contactArea: contactArea.slice(0, edge),
    affinityMax: affinityMax.slice(0, edge),
    contactVoxel: contactVoxel.slice(0, edge),
  };
}
