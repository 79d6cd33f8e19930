import { NO_DECISIONS } from '#domain/editChange.ts';
import type { DecisionChange, SupervoxelPair } from '#domain/editChange.ts';
import { pairOf } from '#domain/editState.ts';
import type { EditState } from '#domain/editState.ts';
import type { Project } from '#engine/project/project.ts';
import { requireSegmentation } from '#engine/project/requireSegmentation.ts';
import { inTurns } from '#engine/project/inTurns.ts';
import { edgesInSteps, mergeStepsInSteps, supervoxelsInSteps } from '#engine/project/tables.ts';
import type { NativeOptions } from '#native/addon.ts';
import { openVolume } from '#volumes/openVolume.ts';

import { LiveSegmentation } from './liveSegmentation.ts';

/**
 * The live state of a project: its tables as SQLite holds them, under the cut and the decisions in force. About 4 seconds for a million
 * supervoxels with five million edges, in which the process goes on with other work.
 *
 * @throws FascicleError 'not-found' before the segmentation is finished, 'cancelled'; the reason of `options.signal`
 */
export async function loadLiveSegmentation(
  project: Project,
  state: Pick<EditState, 'cut' | 'must' | 'cannot' | 'thresholds'>,
  options: NativeOptions = {},
): Promise<LiveSegmentation> {
  requireSegmentation(project);
  const { database, paths } = project;
  const volume = await openVolume(paths.supervoxels, { role: 'labels' });
  const { shape, voxelSizeNm } = volume.info;
  await volume.close();
  const live = await LiveSegmentation.create(
    {
      supervoxels: await inTurns(supervoxelsInSteps(database), options.signal),
      edges: await inTurns(edgesInSteps(database, shape), options.signal),
      steps: await inTurns(mergeStepsInSteps(database), options.signal),
      ...{ shape, voxelSizeNm, cut: state.cut },
    },
    options,
  );
  try {
    live.apply({ decisions: decisionsOf(state) });
  } catch (error) {
    live.close();
    throw error;
  }
  return live;
}

/** The change from no decisions to those in force, each as often as it was taken. */
export function decisionsOf({
  must,
  cannot,
  thresholds,
}: Pick<EditState, 'must' | 'cannot' | 'thresholds'>): DecisionChange {
  const repeated = (links: ReadonlyMap<string, number>): SupervoxelPair[] =>
    [...links].flatMap(([key, times]) => Array.from({ length: times }, () => pairOf(key)));
  return {
    ...NO_DECISIONS,
    addMust: repeated(must),
    addCannot: repeated(cannot),
    thresholds: [...thresholds].map(([anchor, after]) => ({ anchor, before: null, after })),
  };
}
