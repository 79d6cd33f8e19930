import { expect, it } from 'vitest';

import { EditSession } from '#engine/editing/editSession.ts';
import { contentHash } from '#engine/project/contentHash.ts';
import { countSegments } from '#engine/project/countSegments.ts';
import { openProject } from '#engine/project/project.ts';
import { verifyProject } from '#engine/safety/verifyProject.ts';

import { temporaryFolder } from '../helpers/folders.ts';
import { makePhantomProject } from '../helpers/phantomProject.ts';
import { makeRandomEdits, readVoxels } from '../helpers/randomEdits.ts';

/** FASCICLE_EDITS asks for more: 10,000 take minutes. */
const EDITS = Number(process.env['FASCICLE_EDITS'] ?? 120);
const folder = temporaryFolder();

it(
  `comes back to the first segments, graph and voxels when ${EDITS} edits of all kinds are undone`,
  async () => {
    const { project: directory } = await makePhantomProject(folder, 'p');
    const project = await openProject(directory);
    const { labels, graph } = await contentHash(project);
    let session = await EditSession.open(project);
    await makeRandomEdits(session, EDITS, 21, {
      voxels: await readVoxels(directory),
      onEdit: () => expect(session.live.segmentCount).toBe(countSegments(session.live.assignment)),
    });
    const last = session.live.assignment.slice();
    // What is undone was read from the log, not remembered.
    await session.close();
    session = await EditSession.open(project);
    expect(session.live.assignment).toEqual(last);
    while (session.log.tree.head !== 1) await session.undo(session.revision);
    expect(session.revision).toBe(1 + 2 * EDITS);
    await session.close();
    expect(await contentHash(project)).toMatchObject({ labels, graph });
    project.close();
    expect((await verifyProject(directory)).findings.filter(({ isSound }) => !isSound)).toEqual([]);
  },
  120_000 + 60 * EDITS,
);
