import { cpSync } from 'node:fs';
import { join } from 'node:path';

import { expect, it } from 'vitest';

import { EditSession } from '#engine/editing/editSession.ts';
import { currentAssignment } from '#engine/project/assignment.ts';
import { countSegments } from '#engine/project/countSegments.ts';
import { openProject } from '#engine/project/project.ts';

import { jsonHere } from '../helpers/fascicle.ts';
import { phantomPerTest } from '../helpers/phantomProject.ts';
import { makeRandomEdits } from '../helpers/randomEdits.ts';

const phantom = phantomPerTest();

it('counts the segments as people decided them, not those of the threshold alone', async () => {
  const untouched = join(phantom.folder, 'untouched');
  cpSync(phantom.made, untouched, { recursive: true });
  const project = await openProject(phantom.directory);
  const session = await EditSession.open(project);
  await makeRandomEdits(session, 20, 5, { kinds: ['merge', 'split'] });
  await session.close();
  project.close();
  const { segments } = await jsonHere<{ segments: number }>('agglomerate', phantom.directory, '--threshold', '0.97');
  const alone = await jsonHere<{ segments: number }>('agglomerate', untouched, '--threshold', '0.97');
  const after = await openProject(phantom.directory, { readOnly: true });
  expect(segments).toBe(countSegments(await currentAssignment(after)));
  after.close();
  expect(segments).not.toBe(alone.segments);
});
