import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { afterEach, beforeAll, expect, it } from 'vitest';

import { decodeAssignment } from '#contract/assignmentTable.ts';
import type { AssignmentTable } from '#contract/assignmentTable.ts';
import { createClient } from '#contract/client.ts';
import type { Client } from '#contract/client.ts';
import { randomNumbers } from '#engine/bench/randomNumbers.ts';
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
import { anyEdit, readVoxels } from '../helpers/randomEdits.ts';
import type { KnownVoxels } from '../helpers/randomEdits.ts';

/**
 * `kill -9` of the engine at random moments under a stream of edits: whatever it had acknowledged is there when the project is opened
 * again, and log, tables, voxels, segments and exports agree. FASCICLE_KILLS asks for more kills, FASCICLE_SEED for other moments.
 */
const KILLS = Number(process.env['FASCICLE_KILLS'] ?? 12);
const SEED = Number(process.env['FASCICLE_SEED'] ?? 1);
/** Longest that an engine edits before it is killed, ms. */
const LONGEST = 250;
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
  readonly project: string;
}

async function startEngine(): Promise<Engine> {
  const program = start([...PROGRAM, 'serve', '--no-open'], { FASCICLE_HOME: join(folder, 'home') });
  running = program;
  const address = new URL(await program.firstLine);
  const token = new URLSearchParams(address.hash.slice(1)).get('token') ?? '';
  const client = createClient({ baseUrl: address.origin, token });
  const { id } = await client.projects.open({ body: { directory } });
  return { program, client, project: id };
}

/**
 * Sends edits, undos and redos one after the other until the engine is gone. Returns the last revision that it acknowledged.
 *
 * @param shown the segments as the engine gave them at its start
 */
async function editUntilKilled(
  { client, project }: Engine,
  shown: AssignmentTable,
  voxels: KnownVoxels,
  random: () => number,
): Promise<number> {
  const params = { project };
  let { revision, assignment } = shown;
  try {
    for (;;) {
      const committed = await oneEdit(client, project, assignment, voxels, revision, random);
      if (committed === null) continue;
      const { delta } = committed;
      revision = committed.revision;
      if (delta === null || delta.supervoxels.some((id) => id >= assignment.length))
        ({ assignment } = decodeAssignment(await client.segments.assignment({ params })));
      else delta.supervoxels.forEach((id, i) => (assignment[id] = delta.segments[i]));
    }
  } catch (error) {
    if ((error as { kind?: string }).kind === 'unreachable' || isCut(error)) return revision;
    throw error;
  }
}

/** An answer that broke off in the middle. */
const isCut = (error: unknown): boolean => error instanceof TypeError;

/** Null where the project refuses, as it may. */
async function oneEdit(
  client: Client,
  project: string,
  assignment: Uint32Array,
  voxels: KnownVoxels,
  expected: number,
  random: () => number,
) {
  const params = { project };
  const choice = random();
  const edit = anyEdit(assignment, random, voxels);
  try {
    if (choice < 0.15) return await client.edits.undo({ params, body: { expected } });
    if (choice < 0.25) return await client.edits.redo({ params, body: { expected } });
    return edit === null ? null : await client.edits.commit({ params, body: { expected, edit } });
  } catch (error) {
    const { kind: refusal } = error as { kind?: string };
    if (refusal === 'bad-request') return null;
    throw error;
  }
}

it(
  `loses no acknowledged edit when the engine is killed ${KILLS} times`,
  async () => {
    const random = randomNumbers(SEED);
    let last = 0;
    for (let kill = 1; kill <= KILLS; kill++) {
      const voxels = await readVoxels(directory);
      const engine = await startEngine();
      // What the last engine left is what this one shows.
      const shown = decodeAssignment(await engine.client.segments.assignment({ params: { project: engine.project } }));
      await engine.client.edits.history({ params: { project: engine.project } });
      const editing = editUntilKilled(engine, shown, voxels, random);
      await delay(random() * LONGEST);
      engine.program.signalAll('SIGKILL');
      const acknowledged = await editing;
      await engine.program.outcome;
      running = null;

      const project = await openProject(directory);
      const { revision } = readEditLog(project.database).tree;
      const segments = await currentAssignment(project);
      project.close();
      expect(shown.revision).toBeGreaterThanOrEqual(last);
      expect(revision).toBeGreaterThanOrEqual(acknowledged);
      // At most the one edit under way is there without having been acknowledged.
      expect(revision).toBeLessThanOrEqual(acknowledged + 1);
      last = revision;
      if (kill % THOROUGH === 0 || kill === KILLS) await expectAgreement(segments);
    }
    expect(last).toBeGreaterThan(KILLS);
  },
  60_000 + KILLS * 5000,
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
