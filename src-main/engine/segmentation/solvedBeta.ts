import type { ProjectDatabase } from '#engine/project/database.ts';

import { readOrigin } from './origin.ts';

/** The beta with which the multicut of a project was solved; null where its segments come from no multicut. */
export function solvedBeta(database: ProjectDatabase): number | null {
  const parameters = readOrigin(database)?.parameters;
  const score = parameters?.settings?.score ?? parameters?.score;
  return score?.kind === 'multicut' ? score.beta : null;
}
