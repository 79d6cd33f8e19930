import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { afterEach, beforeAll, expect, it } from 'vitest';

import { decodeAssignment } from '#contract/assignmentTable.ts';
import type { AssignmentTable } from '#contract/assignmentTable.ts';
import { createClient } from '#contract/client.ts';
import type { Client } from '#contract/client.ts';
import type { Committed } from '#contract/routes/edits.ts';
import { randomNumbers } from '#engine/bench/randomNumbers.ts';
import { readCheckpoints } from '#engine/editing/checkpoints.ts';
import { currentAssignment } from '#engine/project/assignment.ts';
import { readEditLog } from '#engine/project/editLog.ts';
import { openProject } from '#engine/project/project.ts';
import { verifyProject } from '#engine/safety/verifyProject.ts';
import { readWhole } from '#volumes/copyVolume.ts';
import { openVolume } from '#volumes/openVolume.ts';

import { PROGRAM, jsonHere, start } from '../helpers/fascicle.ts';
import type { Running } from '../helpers/fascicle.ts';
import { temporaryFolder } from '../helpers/folders.ts';
import { makePhantomProject } from '../helpers/phantomProject.ts';
import { anyEdit } from '../helpers/randomEdits.ts';
import { randomMove } from '../helpers/randomMoves.ts';
import type { RandomMove } from '../helpers/randomMoves.ts';
import { readVoxels } from '../helpers/randomVoxelEdits.ts';
import type { KnownVoxels } from '../helpers/randomVoxelEdits.ts';

/**
 * `kill -9` of the engine at random moments under a stream of edits: whatever it had acknowledged is there when the project is opened
 * again, and log, tables, voxels, segments and exports agree. FASCICLE_KILLS asks for more kills, FASCICLE_SEED for other moments.
 */
const KILLS = Number(process.env['FASCICLE_KILLS'] ?? 12);
const SEED = Number(process.env['FASCICLE_SEED'] ?? 1);
/** Most edits that an engine makes before it is killed, and the longest that it still has after them, ms: about one edit. */
const MOST_EDITS = 12;
const LONGEST = 20;
/** How often an engine is killed while it opens the project, and the longest that it has for it, ms. */
const AT_OPENING = 0.15;
const LONGEST_OPENING = 60;
/** How often what is asked for is a move in the history. */
const MOVES = 0.3;
/** Kills between two looks at every voxel and an export. */
const THOROUGH = 6;

const folder = temporaryFolder();
let directory: string;
let running: Running | null = null;

beforeAll(async () => {
  directory = (await makePhantomProject(folder, 'p')).project;
});
afterEach(() => running?.signalAll('SIGKILL'));

interface Engine {
  readonly program: Running;
  readonly client: Client;
}

async function startEngine(): Promise<Engine> {
  const program = start([...PROGRAM, 'serve', '--no-open'], { FASCICLE_HOME: join(folder, 'home') });
  running = program;
  const address = new URL(await program.firstLine);
  const token = new URLSearchParams(address.hash.slice(1)).get('token') ?? '';
  return { program, client: createClient({ baseUrl: address.origin, token }) };
}

async function killEngine({ program }: Engine): Promise<void> {
  program.signalAll('SIGKILL');
  await program.outcome;
  running = null;
}

/** What the engine has acknowledged. */
interface Acknowledged {
  /** The last entry of the log. */
  revision: number;
  /** The segments in its state; null where they were not told before the end. */
  assignment: Uint32Array | null;
  /** Names given to states. */
  readonly checkpoints: { readonly name: string; readonly revision: number }[];
}

/**
 * Sends edits and moves one after the other until the engine is gone.
 *
 * @param shown the segments as the engine gave them at its start
 * @param onMade told after each acknowledged edit
 */
async function editUntilKilled(
  client: Client,
  project: string,
  shown: AssignmentTable,
  voxels: KnownVoxels,
  random: () => number,
  onMade: () => void,
): Promise<Acknowledged> {
  const params = { project };
  const told: Acknowledged = { revision: shown.revision, assignment: shown.assignment, checkpoints: [] };
  let { assignment } = shown;
  try {
    for (;;) {
      if (random() < MOVES) {
        const move = randomMove(told.revision, random);
        if (move.kind === 'checkpoint') {
          const { checkpoints } = await client.edits.checkpoint({ params, body: { name: move.name } });
          told.checkpoints.push(checkpoints.find(({ name }) => name === move.name)!);
          continue;
        }
        const moved = await taken(() => askForMove(client, project, move, told.revision));
        if (moved === null) continue;
        await follow(moved);
      } else {
        const edit = anyEdit(assignment, random, voxels);
        const body = edit && { expected: told.revision, edit };
        const committed = body && (await taken(() => client.edits.commit({ params, body })));
        if (committed) await follow(committed);
      }
    }
  } catch (error) {
    if ((error as { kind?: string }).kind === 'unreachable' || isCut(error)) return told;
    throw error;
  }

  async function follow({ revision, delta }: Committed): Promise<void> {
    told.revision = revision;
    onMade();
    if (delta === null || delta.supervoxels.some((id) => id >= assignment.length)) {
      told.assignment = null;
      ({ assignment } = decodeAssignment(await client.segments.assignment({ params })));
      told.assignment = assignment;
    } else delta.supervoxels.forEach((id, i) => (assignment[id] = delta.segments[i]));
  }
}

/** An answer that broke off in the middle. */
const isCut = (error: unknown): boolean => error instanceof TypeError;

/** Null where the project refuses, as it may. */
async function taken<Answer>(ask: () => Promise<Answer>): Promise<Answer | null> {
  try {
    return await ask();
  } catch (error) {
    const { kind } = error as { kind?: string };
    if (kind === 'bad-request' || kind === 'conflict') return null;
    throw error;
  }
}

function askForMove(
  client: Client,
  project: string,
  move: Exclude<RandomMove, { kind: 'checkpoint' }>,
  expected: number,
): Promise<Committed> {
  const params = { project };
  switch (move.kind) {
    case 'undo':
    case 'redo':
      return client.edits[move.kind]({ params, body: { expected } });
    case 'goTo':
      return client.edits.goTo({ params, body: { expected, to: move.to } });
    case 'revert':
      return client.edits.revert({ params, body: { expected, edit: move.edit } });
  }
}

it(
  `loses no acknowledged edit when the engine is killed ${KILLS} times`,
  async () => {
    const random = randomNumbers(SEED);
    const counts = { edits: 0, whileWriting: 0, atOpening: 0 };
    let last = 0;
    for (let kill = 1; kill <= KILLS; kill++) {
      const isThorough = kill % THOROUGH === 0 || kill === KILLS;
      const engine = await startEngine();
      if (random() < AT_OPENING && !isThorough) {
        counts.atOpening++;
        void engine.client.projects.open({ body: { directory } }).catch(() => undefined);
        await delay(random() * LONGEST_OPENING);
        await killEngine(engine);
        continue;
      }
      const { id } = await engine.client.projects.open({ body: { directory } });
      const params = { project: id };
      // What the last engine left is what this one shows.
      const shown = decodeAssignment(await engine.client.segments.assignment({ params }));
      await engine.client.edits.history({ params });
      const voxels = await readVoxels(directory);
      // So many edits and not so much time: a slow machine is killed among as many of them.
      const made = Promise.withResolvers<undefined>();
      let left = Math.floor(random() * MOST_EDITS);
      const onMade = () => void (left-- <= 0 && made.resolve(undefined));
      const editing = editUntilKilled(engine.client, id, shown, voxels, random, onMade);
      await Promise.race([made.promise, editing]);
      await delay(random() * LONGEST);
      const [told] = await Promise.all([editing, killEngine(engine)]);

      const project = await openProject(directory);
      const { revision } = readEditLog(project.database).tree;
      const segments = await currentAssignment(project);
      const checkpoints = readCheckpoints(project.database);
      project.close();
      expect(shown.revision).toBeGreaterThanOrEqual(last);
      expect(revision).toBeGreaterThanOrEqual(told.revision);
      // At most the one edit under way is there without having been acknowledged.
      expect(revision).toBeLessThanOrEqual(told.revision + 1);
      if (revision === told.revision && told.assignment !== null) expect(segments).toEqual(told.assignment);
      expect(checkpoints).toEqual(expect.arrayContaining(told.checkpoints));
      if (revision > told.revision) counts.whileWriting++;
      counts.edits += revision - last;
      last = revision;
      if (isThorough) await expectAgreement(segments);
    }
    expect(last).toBeGreaterThan(KILLS);
    console.info(`${KILLS} kills:`, counts);
  },
  60_000 + KILLS * 10_000,
);

/** Log, tables and voxels agree, and an export of a copy holds the segments. */
async function expectAgreement(segments: Uint32Array): Promise<void> {
  const { findings } = await verifyProject(directory);
  expect(findings.filter(({ isSound }) => !isSound)).toEqual([]);
  const copy = join(folder, 'copy');
  rmSync(copy, { recursive: true, force: true });
  cpSync(directory, copy, { recursive: true });
  const out = join(folder, 'labels.h5');
  rmSync(out, { force: true });
  await jsonHere('export', copy, '--labels', out);
  const [labels, supervoxels] = await Promise.all(
    [`${out}:/labels`, join(copy, 'supervoxels.zarr')].map(async (path) => {
      const volume = await openVolume(path, { role: 'labels' });
      const voxels = (await readWhole(volume)) as Uint32Array;
      await volume.close();
      return voxels;
    }),
  );
  expect(labels.every((label, i) => label === segments[supervoxels[i]])).toBe(true);
}
