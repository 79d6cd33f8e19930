import type { ProjectDatabase } from '#engine/project/database.ts';
import { readSetting } from '#engine/project/settings.ts';

import type { ScoreSetting } from './agglomerateGraph.ts';
import { ORIGIN } from './commitSegmentation.ts';

/** The beta with which the multicut of a project was solved; null where its segments come from no multicut. */
export function solvedBeta(database: ProjectDatabase): number | null {
  const origin = readSetting<{ parameters: { score?: ScoreSetting; settings?: { score?: ScoreSetting } } }>(
    database,
    ORIGIN,
  );
  const score = origin?.parameters.settings?.score ?? origin?.parameters.score;
  return score?.kind === 'multicut' ? score.beta : null;
}
