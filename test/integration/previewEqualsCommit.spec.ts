import { expect, it } from 'vitest';

import { decodeAssignment } from '#contract/assignmentTable.ts';
import { ApiError } from '#contract/client.ts';
import type { EditRequestInput, Proposal } from '#contract/routes/edits.ts';
import { decodeVoxelPatches, KEEP } from '#contract/voxelPatches.ts';
import type { VoxelPatch } from '#contract/voxelPatches.ts';
import { randomNumbers } from '#engine/bench/randomNumbers.ts';

import { startTestEngine } from '../helpers/engine.ts';
import type { TestEngine } from '../helpers/engine.ts';
import { temporaryFolder } from '../helpers/folders.ts';
import { makePhantomProject } from '../helpers/phantomProject.ts';
import { anyEdit } from '../helpers/randomEdits.ts';
import { readVoxels } from '../helpers/randomVoxelEdits.ts';

/** What a window shows of an edit before it is made is what is made; an undo gives exactly back what was there, a redo the edit. */

/** FASCICLE_EDITS asks for more. */
const EDITS = Number(process.env['FASCICLE_EDITS'] ?? 60);
const SEED = Number(process.env['FASCICLE_SEED'] ?? 5);
const folder = temporaryFolder();

interface Shown {
  readonly assignment: Uint32Array;
  readonly labels: Uint32Array;
}

it(`shows each of ${EDITS} random edits as it is made, and takes it back exactly`, { timeout: 600_000 }, async () => {
  const { project: directory } = await makePhantomProject(folder, 'p', { shape: '24,96,96' });
  const { client } = await startTestEngine(folder);
  const { id: project } = await client.projects.open({ body: { directory } });
  const params = { project };
  const { shape } = await readVoxels(directory);
  const read = async (): Promise<Shown> => {
    const { assignment } = decodeAssignment(await client.segments.assignment({ params }));
    return { assignment, labels: (await readVoxels(directory)).labels };
  };
  const random = randomNumbers(SEED);
  const made = new Map<string, number>();
  const count = (kind: string): void => void made.set(kind, (made.get(kind) ?? 0) + 1);
  let { revision } = await client.edits.history({ params });
  let before = await read();

  for (let edits = 0; edits < EDITS;) {
    const asked = anyEdit(before.assignment, random, { directory, shape, labels: before.labels });
    if (asked === null) continue;
    let request: EditRequestInput = asked;
    let proposal = await proposeOrNull(client, params, request);
    if (proposal === null) continue;
    if (request.kind === 'split') {
      const alternative = Math.floor(random() * proposal.alternatives.length);
      request = { ...request, alternative };
      proposal = await client.edits.propose({ params, body: request });
      count(`way ${alternative + 1}${proposal.divides.length > 0 ? ' of a division' : ''}`);
    }
    expect(proposal.revision).toBe(revision);
    const patches = decodeVoxelPatches(await client.edits.proposeVoxels({ params, body: request }));
    const place = JSON.stringify(request);

    const done = await client.edits.commit({ params, body: { expected: revision, edit: request } });
    const after = await read();
    expect(after.labels, place).toEqual(withPatches(before.labels, patches, shape));
    if (proposal.delta !== null) expectDelta(before.assignment, after.assignment, proposal.delta, place);
    expectSides(after.assignment, request, proposal, place);
    expectResults(after, proposal, place);
    count(request.kind);
    edits++;
    ({ revision } = done);

    if (random() < 0.5) {
      ({ revision } = await client.edits.undo({ params, body: { expected: revision } }));
      expectSame(await read(), before, place);
      ({ revision } = await client.edits.redo({ params, body: { expected: revision } }));
      expectSame(await read(), after, place);
      count('undo and redo');
    }
    before = after;
  }
  console.info(Object.fromEntries([...made].sort()));
});

async function proposeOrNull(
  client: TestEngine['client'],
  params: { project: string },
  body: EditRequestInput,
): Promise<Proposal | null> {
  try {
    return await client.edits.propose({ params, body });
  } catch (error) {
    if (error instanceof ApiError && ['bad-request', 'conflict'].includes(error.kind)) return null;
    throw error;
  }
}

function withPatches(
  labels: Uint32Array,
  patches: readonly VoxelPatch[],
  [, rows, columns]: readonly number[],
): Uint32Array {
  const patched = labels.slice();
  for (const { window, labels: own } of patches) {
    let i = 0;
    for (let z = window.min[0]; z < window.max[0]; z++)
      for (let y = window.min[1]; y < window.max[1]; y++)
        for (let x = window.min[2]; x < window.max[2]; x++, i++)
          if (own[i] !== KEEP) patched[(z * rows + y) * columns + x] = own[i];
  }
  return patched;
}

/** Supervoxels that there were before: they went where the proposal said, and no others went anywhere. */
function expectDelta(
  before: Uint32Array,
  after: Uint32Array,
  { supervoxels, segments }: NonNullable<Proposal['delta']>,
  place: string,
): void {
  const expected = before.slice();
  supervoxels.forEach((id, i) => id < expected.length && (expected[id] = segments[i]));
  expect(after.subarray(0, before.length), place).toEqual(expected);
}

/** The sides of the way that was chosen are objects of their own. */
function expectSides(after: Uint32Array, request: EditRequestInput, { alternatives }: Proposal, place: string): void {
  if (request.kind !== 'split') return;
  const { sides } = alternatives[request.alternative ?? 0];
  const segments = sides.map((side) => [...new Set(side.map((id) => after[id]))]);
  for (const side of segments) expect(side, place).toHaveLength(1);
  expect(new Set(segments.flat()).size, place).toBe(sides.length);
}

/** The sizes that the proposal names are those that are there. */
function expectResults({ assignment, labels }: Shown, { results }: Proposal, place: string): void {
  const voxels = new Map<number, number>();
  const members = new Map<number, number>();
  for (const id of labels) voxels.set(assignment[id], (voxels.get(assignment[id]) ?? 0) + 1);
  for (const segment of assignment) members.set(segment, (members.get(segment) ?? 0) + 1);
  const there = results.map(({ segment }) => ({
    ...{ segment, voxels: voxels.get(segment), supervoxels: members.get(segment) },
  }));
  expect(results, place).toEqual(there);
}

function expectSame(now: Shown, then: Shown, place: string): void {
  // Ids of supervoxels that an undone edit made stay vacant.
  const common = Math.min(now.assignment.length, then.assignment.length);
  expect(now.assignment.subarray(0, common), place).toEqual(then.assignment.subarray(0, common));
  for (const longer of [now, then])
    expect(
      longer.assignment.subarray(common).every((segment) => segment === 0),
      place,
    ).toBe(true);
  expect(now.labels, place).toEqual(then.labels);
}
