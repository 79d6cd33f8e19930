import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { supervoxelBoxesInSteps } from '#engine/meshes/supervoxelBoxes.ts';

import { openDatabase } from './database.ts';
import type { ProjectDatabase } from './database.ts';
import { atOnce, inTurns } from './inTurns.ts';
import {
  edgesInSteps,
  mergeStepsInSteps,
  readEdges,
  readMergeSteps,
  readSupervoxels,
  supervoxelSizesInSteps,
  supervoxelsInSteps,
} from './tables.ts';

/** Rows of every table: more than are read in one step. */
const ROWS = 20_000;
const folder = mkdtempSync(join(tmpdir(), 'fascicle-turns-'));
let database: ProjectDatabase;

beforeAll(async () => {
  database = await openDatabase(join(folder, 'project.sqlite'), { create: true });
  const supervoxel = database.prepare('INSERT INTO supervoxels VALUES (?, ?, 0, 0, 0, 1, 1, 1, 0.5, 0.5, 0.5, NULL)');
  const edge = database.prepare('INSERT INTO edges VALUES (?, ?, 10, 2, 9, 0, 0, 0)');
  const step = database.prepare('INSERT INTO merge_steps VALUES (?, ?, ?, 0.5)');
  database.transaction(() => {
    for (let id = 1; id <= ROWS; id++) {
      // Two ids are vacant.
      if (id !== 5 && id !== 9000) supervoxel.run(id, id);
      edge.run(id, id + 1);
      step.run(id, id, id + 1);
    }
  })();
});
afterAll(() => {
  database.close();
  rmSync(folder, { recursive: true });
});

const READERS = {
  supervoxels: () => supervoxelsInSteps(database),
  sizes: () => supervoxelSizesInSteps(database),
  edges: () => edgesInSteps(database, [4, 4, 4]),
  'merge steps': () => mergeStepsInSteps(database),
  boxes: () => supervoxelBoxesInSteps(database),
};

describe('a table that is read in turns', () => {
  it.each(Object.entries(READERS))('lets other work go on between its rows: %s', async (_, read) => {
    let isRead = false;
    let turns = 0;
    const count = (): void => {
      turns++;
      if (!isRead) setImmediate(count);
    };
    setImmediate(count);
    const table = await inTurns(read() as Generator<undefined, unknown, undefined>);
    isRead = true;
    expect(turns).toBeGreaterThanOrEqual(Math.floor(ROWS / 8192));
    expect(table).toEqual(atOnce(read() as Generator<undefined, unknown, undefined>));
  });

  it('holds every row once, and nothing for ids that are vacant', () => {
    const { sizes, count } = readSupervoxels(database);
    expect(count).toBe(ROWS);
    expect(sizes.every((size, row) => size === (row === 4 || row === 8999 ? 0 : row + 1))).toBe(true);
    const { u, v } = readEdges(database, [4, 4, 4]);
    expect(u.every((id, row) => id === row + 1 && v[row] === row + 2)).toBe(true);
    expect(readMergeSteps(database).u.every((id, row) => id === row + 1)).toBe(true);
    const { ids, boxes } = atOnce(supervoxelBoxesInSteps(database));
    expect(ids).toHaveLength(ROWS - 2);
    expect(boxes).toHaveLength(6 * (ROWS - 2));
    expect([ids[3], ids[4], ids.at(-1)]).toEqual([4, 6, ROWS]);
  });
});

it('work that fails in a step fails as a whole', async () => {
  function* failing(): Generator<undefined, number, undefined> {
    yield;
    throw new RangeError('no');
  }
  await expect(inTurns(failing())).rejects.toThrow('no');
});

it('work that is given up ends before its next step', async () => {
  const given = new AbortController();
  let steps = 0;
  function* endless(): Generator<undefined, never, undefined> {
    for (;;) {
      if (++steps === 3) given.abort();
      yield;
    }
  }
  await expect(inTurns(endless(), given.signal)).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }));
  expect(steps).toBe(3);
});
