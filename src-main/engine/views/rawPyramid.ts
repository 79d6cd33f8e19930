import type { Project } from '#engine/project/project.ts';
import { readSourceVolume } from '#engine/project/volumes.ts';

import { buildPyramid } from './buildPyramid.ts';
import type { PyramidOptions } from './buildPyramid.ts';
import { isPyramidOf, originOf } from './pyramidOrigin.ts';
import { storedPyramid } from './storedPyramid.ts';

/** What became of the raw image: copied into the project, used where it lies, already there, or there is none. */
export type RawPyramidOutcome = 'built' | 'referred' | 'unchanged' | 'no-raw';

/**
 * Makes the pyramid from which the raw image of a project is shown at any zoom, in a compute process. A source that is such a pyramid
 * already is referred to, and nothing is written. Interrupted, it goes on where it stopped; the source is never written to.
 *
 * @throws FascicleError 'cancelled' (finished blocks are kept), 'storage', as `openSourceVolume`
 */
export async function buildRawPyramid(project: Project, options: PyramidOptions = {}): Promise<RawPyramidOutcome> {
  const state = await rawPyramidState(project);
  if (state !== 'missing') return state;
  const volume = readSourceVolume(project.database, 'raw')!;
  await buildPyramid({ volume, origin: originOf(volume), from: 0, path: project.paths.raw }, options);
  return 'built';
}

/** Whether the raw image of a project has a pyramid: 'missing' where one is to be made. */
export async function rawPyramidState(project: Project): Promise<'referred' | 'unchanged' | 'no-raw' | 'missing'> {
  const volume = readSourceVolume(project.database, 'raw');
  if (volume === undefined) return 'no-raw';
  if (isPyramidOf(project.paths.raw, originOf(volume))) return 'unchanged';
  return (await storedPyramid(volume)) !== null ? 'referred' : 'missing';
}
