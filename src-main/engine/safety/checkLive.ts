import { invertChange } from '#domain/editChange.ts';
import { foldChanges } from '#domain/editState.ts';
import { assignmentAtState } from '#engine/project/assignment.ts';
import { changesTo, readEditLog } from '#engine/project/editLog.ts';
import type { Project } from '#engine/project/project.ts';
import { readSetting } from '#engine/project/settings.ts';
import { loadLiveSegmentation } from '#engine/proofreading/loadLiveSegmentation.ts';

import { findingOf } from './findings.ts';
import type { Finding } from './findings.ts';

/**
 * Takes every edit of the present line back in memory and makes it again: the segments must be the same afterwards, and the same as
 * those that the state as a whole comes to, which is how exports are made.
 */
export async function checkLive(project: Project): Promise<Finding> {
  const check = 'The edits make the present segments';
  try {
    if (readSetting(project.database, 'affinityUnit') === undefined) return findingOf(check, [], 'no segmentation yet');
    const changes = changesTo(readEditLog(project.database));
    const state = foldChanges(changes);
    const expected = await assignmentAtState(project, state);
    const live = await loadLiveSegmentation(project, state);
    try {
      for (const change of changes.toReversed()) live.apply(invertChange(change));
      for (const change of changes) live.apply(change);
      let different = 0;
      for (let id = 1; id < expected.length; id++) if (live.assignment[id] !== expected[id]) different++;
      const problems =
        different === 0 ? [] : [`${different} supervoxels are in another segment when the log is replayed`];
      return findingOf(check, problems, `${changes.length} edits, taken back and made again`);
    } finally {
      live.close();
    }
  } catch (error) {
    return findingOf(check, [(error as Error).message], '');
  }
}
