import { join } from 'node:path';

import { expect, it } from 'vitest';

import { EDIT_KINDS } from '#domain/editChange.ts';
import { randomNumbers } from '#engine/bench/randomNumbers.ts';
import { readCheckpoints } from '#engine/editing/checkpoints.ts';
import { EditSession } from '#engine/editing/editSession.ts';
import { contentHash } from '#engine/project/contentHash.ts';
import { countSegments } from '#engine/project/countSegments.ts';
import type { EditLog } from '#engine/project/editLog.ts';
import { openProject } from '#engine/project/project.ts';
import { replayProject } from '#engine/replay/replayProject.ts';
import { verifyProject } from '#engine/safety/verifyProject.ts';

import { temporaryFolder } from '../helpers/folders.ts';
import { makePhantomProject } from '../helpers/phantomProject.ts';
import { makeRandomEdits } from '../helpers/randomEdits.ts';
import { makeMove, randomMove } from '../helpers/randomMoves.ts';
import { readVoxels } from '../helpers/randomVoxelEdits.ts';

/** FASCICLE_EDITS asks for more: 10,000 take a quarter of an hour. */
const EDITS = Number(process.env['FASCICLE_EDITS'] ?? 120);
const SEED = Number(process.env['FASCICLE_SEED'] ?? 21);
/** How often an edit is followed by an undo, a redo, a jump, an edit taken back or a name for the state. */
const MOVES = 0.2;
const KINDS = [...EDIT_KINDS, 'division', 'move', 'branch'];
const folder = temporaryFolder();

it(
  `comes back to the first segments, graph and voxels when ${EDITS} edits of all kinds are undone, and replays to the last`,
  async () => {
    const { project: directory } = await makePhantomProject(folder, 'p');
    let project = await openProject(directory);
    const first = await contentHash(project);
    let session = await EditSession.open(project);
    const random = randomNumbers(SEED + 1);
    await makeRandomEdits(session, EDITS, SEED, {
      voxels: await readVoxels(directory),
      onEdit: async () => {
        expect(session.live.segmentCount).toBe(countSegments(session.live.assignment));
        if (random() < MOVES) await makeMove(session, project.database, randomMove(session.revision, random));
      },
    });
    const kinds = kindsOf(session.log);
    for (const kind of KINDS) expect(kinds.get(kind), kind).toBeGreaterThan(0);
    expect(readCheckpoints(project.database).length).toBeGreaterThan(0);
    console.info(`${session.revision} entries:`, Object.fromEntries([...kinds].sort()));
    const last = { segments: session.live.assignment.slice(), hash: await contentHash(project) };
    await session.close();
    project.close();

    const { revision, hash } = await replayProject(directory, join(folder, 'replayed'));
    expect(hash).toEqual(last.hash);

    // What is undone was read from the log, not remembered.
    project = await openProject(directory);
    session = await EditSession.open(project);
    expect(session.live.assignment).toEqual(last.segments);
    const { tree } = session.log;
    const depth = tree.lineOf(tree.head).length;
    while (tree.head !== 1) await session.undo(session.revision);
    expect(session.revision).toBe(revision + depth - 1);
    await session.close();
    expect(await contentHash(project)).toMatchObject({ labels: first.labels, graph: first.graph });
    project.close();
    expect((await verifyProject(directory)).findings.filter(({ isSound }) => !isSound)).toEqual([]);
  },
  120_000 + 200 * EDITS,
);

/** Entries of each kind; moves, and edits by whose parent the log branches, count as kinds of their own. */
function kindsOf({ entries, tree }: EditLog): Map<string, number> {
  const counts = new Map<string, number>();
  const count = (kind: string): void => void counts.set(kind, (counts.get(kind) ?? 0) + 1);
  for (const entry of entries) {
    count(entry.type === 'move' ? 'move' : entry.kind);
    if (entry.type === 'edit' && tree.childrenOf(entry.parent)[0] !== entry.revision) count('branch');
    if (entry.type === 'edit' && entry.change.tables && entry.kind === 'split') count('division');
  }
  return counts;
}
