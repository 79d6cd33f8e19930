import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { beforeAll, beforeEach } from 'vitest';

import { jsonHere } from './fascicle.ts';
import { temporaryFolder } from './folders.ts';

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

/** A project that is made once for the tests of a file, and the copy of it that each test has for itself. */
export interface PhantomCopies {
  /** For all that the file writes; goes after it. */
  readonly folder: string;
  /** The phantom that it was made from, with raw, affinities and labels. */
  readonly volume: string;
  /** The project as it was made; no test changes it. */
  readonly made: string;
  /** The copy of the test under way. */
  readonly directory: string;
}

/** Call it at the top of a file. */
export function phantomPerTest(options: Omit<PhantomProjectOptions, 'volume'> = {}): PhantomCopies {
  const folder = temporaryFolder();
  const copies = {
    folder,
    volume: join(folder, 'phantom.h5'),
    made: join(folder, 'made'),
    directory: join(folder, 'p'),
  };
  beforeAll(async () => {
    await makePhantomProject(folder, 'made', options);
  });
  beforeEach(() => {
    rmSync(copies.directory, { recursive: true, force: true });
    cpSync(copies.made, copies.directory, { recursive: true });
  });
  return copies;
}
