import { join } from 'node:path';

import { jsonHere } from './fascicle.ts';

export interface PhantomProjectOptions {
  readonly seed?: number;
  readonly shape?: string;
  /** More arguments of `fascicle segment`. */
  readonly settings?: readonly string[];
  /** The phantom, where it is made already. */
  readonly volume?: string;
}

/** A small project of a phantom with its affinities, made in `folder` as a user makes one. Returns its folder and the volume. */
export async function makePhantomProject(
  folder: string,
  name: string,
  {
    seed = 3,
    shape = '32,128,128',
    settings = ['--threshold', '0.9', '--min-size', '0'],
    volume,
  }: PhantomProjectOptions = {},
): Promise<{ project: string; volume: string }> {
  const path = volume ?? join(folder, 'phantom.h5');
  if (volume === undefined) await jsonHere('phantom', path, '--shape', shape, '--seed', String(seed), '--affinities');
  const project = join(folder, name);
  await jsonHere('segment', `${path}:/raw`, '--affinities', `${path}:/affinities`, ...settings, '--project', project);
  return { project, volume: path };
}
