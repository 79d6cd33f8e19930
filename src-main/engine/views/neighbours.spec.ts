import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { openDatabase } from '#engine/project/database.ts';
import type { ProjectDatabase } from '#engine/project/database.ts';

import { EDGES_OF, findNeighbours } from './neighbours.ts';

const folder = mkdtempSync(join(tmpdir(), 'fascicle-neighbours-'));
let database: ProjectDatabase;

beforeAll(async () => {
  database = await openDatabase(join(folder, 'project.sqlite'), { create: true });
  const insert = database.prepare('INSERT INTO edges VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
  // u, v, affinity sum, contact area, affinity max, contact z, y, x
  insert.run(1, 2, 2550, 10, 255, 0, 0, 1);
  insert.run(1, 3, 510, 10, 100, 1, 0, 0);
  insert.run(2, 4, 255, 2, 200, 2, 0, 0);
  insert.run(3, 4, 0, 5, 0, 3, 0, 0);
  insert.run(2, 5, 765, 12, 70, 4, 0, 0);
  insert.run(5, 6, 100, 99, 10, 5, 0, 0);
});
afterAll(() => {
  database.close();
  rmSync(folder, { recursive: true });
});

/** Supervoxels 1 and 2 are segment 1, 3 and 4 are segment 3, the others alone. */
const ASSIGNMENT = Uint32Array.of(0, 1, 1, 3, 3, 5, 6);
const OPTIONS = { unit: 255, voxelSizeNm: [100, 100, 100], limit: 10 } as const;

describe('findNeighbours', () => {
  it('adds up the contacts of all supervoxels of both sides, largest first', async () => {
    const { total, neighbours } = await findNeighbours(database, ASSIGNMENT, 1, OPTIONS);
    expect(total).toBe(2);
    expect(neighbours).toEqual([
      {
        segment: 3,
        contactVoxels: 12,
        contactUm2: expect.closeTo(0.12, 9),
        score: 765 / (12 * 255),
        contact: [2, 0, 0],
      },
      {
        segment: 5,
        contactVoxels: 12,
        contactUm2: expect.closeTo(0.12, 9),
        score: 765 / (12 * 255),
        contact: [4, 0, 0],
      },
    ]);
  });

  it('counts all and gives as many as are wanted', async () => {
    const { total, neighbours } = await findNeighbours(database, ASSIGNMENT, 5, { ...OPTIONS, limit: 1 });
    expect(total).toBe(2);
    expect(neighbours.map(({ segment }) => segment)).toEqual([6]);
  });

  it('takes a contact for the mean of the faces of a voxel', async () => {
    const anisotropic = { ...OPTIONS, voxelSizeNm: [30, 10, 10] } as const;
    const { neighbours } = await findNeighbours(database, ASSIGNMENT, 6, anisotropic);
    expect(neighbours[0].contactUm2).toBeCloseTo((99 * (100 + 300 + 300)) / 3 / 1e6, 12);
  });

  it('finds none for a segment that touches nothing', async () => {
    const alone = Uint32Array.of(0, 1, 1, 1, 1, 1, 1);
    expect(await findNeighbours(database, alone, 1, OPTIONS)).toEqual({ total: 0, neighbours: [] });
  });

  it('looks edges up on either side by an index', () => {
    const plan = database.prepare(`EXPLAIN QUERY PLAN ${EDGES_OF}`).all({ id: 1 }) as { detail: string }[];
    const steps = plan.map(({ detail }) => detail).filter((detail) => detail.includes('edges'));
    expect(steps).toHaveLength(2);
    for (const step of steps) expect(step).toMatch(/^SEARCH edges USING (PRIMARY KEY|INDEX edges_by_v)/);
  });
});
