import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

import { beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { boxOfShape } from '#domain/geometry.ts';
import { openVolume } from '#volumes/openVolume.ts';

import { startTestEngine } from '../helpers/engine.ts';
import { jsonHere, runHere, startFascicle, until } from '../helpers/fascicle.ts';
import type { Running } from '../helpers/fascicle.ts';
import { filesIn, temporaryFolder } from '../helpers/folders.ts';
import { makePhantomProject } from '../helpers/phantomProject.ts';

/** `kill -9` of a program that exports: under every name lies what was there or what is new, and nothing is left for long. */

const folder = temporaryFolder();
const out = join(folder, 'out');
let project: string;
let hash: unknown;

beforeAll(async () => {
  ({ project } = await makePhantomProject(folder, 'project', { shape: '64,160,160' }));
  hash = await jsonHere('hash', project);
});

beforeEach(() => {
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out);
});

const exportTo = (name: string, ...options: string[]) => [
  ...['export', project, '--labels', join(out, name), '--tables', join(out, 'tables'), '--overwrite', ...options],
];

/** A hash of the labels of a file, or of all files of a folder with their names; null where there is none. */
async function contentOf(path: string): Promise<string | null> {
  if (!existsSync(path)) return null;
  const content = createHash('sha256');
  if (statSync(path).isDirectory()) {
    for (const name of filesIn(path)) content.update(`${name}\n`).update(readFileSync(join(path, name)));
    return content.digest('hex');
  }
  // HDF5 notes the time, so the bytes of two files differ.
  const volume = await openVolume(`${path}:/labels`, { role: 'labels' });
  const labels = await volume.read(boxOfShape(volume.info.shape));
  await volume.close();
  return content.update(volume.info.type).update(new Uint8Array(labels.buffer)).digest('hex');
}

/** How far an export has come, as one sees from outside. */
const MOMENTS: Readonly<Record<'its beginning' | 'much of it' | 'its tables', (name: string) => boolean>> = {
  'its beginning': () => existsSync(join(project, 'snapshots')),
  'much of it': (name: string) => bytesIn(join(out, `.${name}.exporting`)) > 20_000,
  'its tables': () => filesIn(join(out, '.tables.exporting')).length > 0,
};

const bytesIn = (path: string): number =>
  filesIn(path).reduce((sum, name) => sum + (statSync(join(path, name), { throwIfNoEntry: false })?.size ?? 0), 0);

/** A program that was faster has ended as it should. */
async function killWhen(isReached: () => boolean, program: Running): Promise<void> {
  if (await until(isReached, program))
    try {
      program.signalAll('SIGKILL');
    } catch (error) {
      expect(error).toMatchObject({ code: 'ESRCH' });
    }
  await program.outcome;
}

/** Nothing of a killed export is left, and the project is as it was. */
async function expectClean(): Promise<void> {
  expect(readdirSync(out).filter((name) => name.includes('.exporting'))).toEqual([]);
  expect(existsSync(join(project, 'snapshots'))).toBe(false);
  expect(await jsonHere('hash', project)).toEqual(hash);
  expect((await runHere('verify', project)).code).toBe(0);
}

describe.each(['labels.h5', 'labels.zarr'])('an export to %s that is killed', (name) => {
  let [earlier, later]: (string | null)[] = [];

  beforeEach(async () => {
    if (later === undefined) {
      await jsonHere(...exportTo(name, '--type', 'uint64'));
      later = await contentOf(join(out, name));
      rmSync(join(out, name), { recursive: true });
    }
  });

  it.each(Object.entries(MOMENTS))(
    'at %s leaves nothing half-written, and nothing after the next one',
    async (...at) => {
      const [, isReached] = at;
      const program = startFascicle(...exportTo(name, '--type', 'uint64'));
      await killWhen(() => isReached(name), program);

      expect([null, later]).toContain(await contentOf(join(out, name)));
      await jsonHere('export', project, '--tables', join(out, 'elsewhere'));
      await expectClean();
      expect([null, later]).toContain(await contentOf(join(out, name)));
      // The same command does what it should have done.
      await jsonHere(...exportTo(name, '--type', 'uint64'));
      expect(await contentOf(join(out, name))).toBe(later);
    },
  );

  it('keeps what it was about to replace, and gives it back when the project is opened', async () => {
    await jsonHere(...exportTo(name, '--type', 'uint32'));
    earlier = await contentOf(join(out, name));
    const program = startFascicle(...exportTo(name, '--type', 'uint64'));
    await killWhen(() => MOMENTS['its tables'](name), program);
    const isFolder = name.endsWith('.zarr');
    const found = await contentOf(join(out, name));
    // Between the two moves of a folder nothing has its name for a moment; a file is never gone.
    expect([earlier, later, ...(isFolder ? [null] : [])]).toContain(found);
    if (isFolder && found === earlier) renameSync(join(out, name), join(out, `.${name}.exporting`, '.replaced'));

    const engine = await startTestEngine(join(folder, 'user'));
    await engine.client.projects.open({ body: { directory: project } });
    await engine.close();
    // A program that was faster than the look at it had published its labels.
    expect(await contentOf(join(out, name))).toBe(found === later ? later : earlier);
    await expectClean();
  });
});
