import { delimiter } from 'node:path';

import { resourcePath } from '#engine/resources.ts';

/**
 * The folders in which model packages are looked for, first wins: those of FASCICLE_MODELS, then the one that ships with the
 * program.
 */
export function modelDirectories(environment: NodeJS.ProcessEnv = process.env): string[] {
  const own = (environment['FASCICLE_MODELS'] ?? '').split(delimiter).filter((path) => path !== '');
  return [...own, resourcePath('models')];
}
