import { existsSync, rmSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { basename, join } from 'node:path';

import { beforeAll, describe, expect, it } from 'vitest';

import { jsonHere, processesOfGroup, runHere, runJson, startFascicle, until } from '../helpers/fascicle.ts';
import type { Running } from '../helpers/fascicle.ts';
import { REPOSITORY, filesIn, temporaryFolder } from '../helpers/folders.ts';

/** `kill -9` and Ctrl-C: what is finished is kept, what is not leaves no trace, and the end is the same. */

const folder = temporaryFolder();
const phantom = join(folder, 'phantom.h5');
const project = (name: string) => join(folder, name);
const hashOf = (name: string) => jsonHere<{ all: string }>('hash', project(name));
const markersIn = (name: string) =>
  filesIn(join(project(name), 'work')).filter((file) => file.endsWith('.done.json')).length;
const leftovers = () => filesIn(folder).filter((file) => /partial|abandoned|[\\/]work[\\/]|\.work/.test(file));

/** Blocks of 64 in the phantom; each is marked by the watershed, the region graph and the writing of supervoxels. */
const BLOCKS = 1 * 3 * 4;
const MARKERS = 3 * BLOCKS;

const command = (name: string, ...options: string[]) => [
  ...['segment', `${phantom}:/raw`, '--affinities', `${phantom}:/affinities`, '--project', project(name)],
  ...['--block', '64', '--threads', '1', ...options],
];

/** The pseudo-random numbers 0..1 of a seed (mulberry32): the same moments in every run of the test. */
function random(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Kills a program and its children with SIGKILL once `condition` holds; true where it did not end before. */
async function killWhen(program: Running, condition: () => boolean): Promise<boolean> {
  // Whoever watches is not to wait for a processor while the program goes past the moment.
  setPriority(program.pid, constants.priority.PRIORITY_LOW);
  const inTime = await until(condition, program);
  if (inTime) program.signalAll('SIGKILL');
  const { code } = await program.outcome;
  return inTime && code === null;
}

let undisturbed: { all: string };

beforeAll(async () => {
  await jsonHere('phantom', phantom, '--shape', '40,150,220', '--seed', '9', '--affinities');
  await runJson(...command('undisturbed'));
  undisturbed = await hashOf('undisturbed');
});

describe('a segmentation that is killed', () => {
  it('at five random moments ends in the same bytes', async () => {
    const next = random(20);
    // One moment in each fifth of the markers, so that every stage is met; the last is after all blocks.
    const moments = [0, 1, 2, 3].map((part) => Math.floor(((part + next()) * MARKERS) / 4));
    for (const marker of moments)
      expect(await killWhen(startFascicle(...command('killed')), () => markersIn('killed') > marker)).toBe(true);
    await killWhen(startFascicle(...command('killed')), () => markersIn('killed') >= MARKERS);
    await runJson(...command('killed'));
    expect(await hashOf('killed')).toEqual(undisturbed);
    expect(leftovers()).toEqual([]);
  });

  it('goes on with other blocks and threads', async () => {
    expect(await killWhen(startFascicle(...command('other')), () => markersIn('other') >= BLOCKS + 2)).toBe(true);
    expect(
      await killWhen(startFascicle(...command('other', '--block', '128')), () => markersIn('other') > BLOCKS + 3),
    ).toBe(true);
    await runJson(...command('other', '--threads', '2'));
    expect(await hashOf('other')).toEqual(undisturbed);
  });

  it('is not mixed with one of other settings and another region that was killed in the same project', async () => {
    // The second run used to overwrite voxels for which the markers of the first still vouched.
    const roi = ['--roi', '0:40,0:140,0:200'];
    expect(await killWhen(startFascicle(...command('mixed')), () => markersIn('mixed') > 2 * BLOCKS + 4)).toBe(true);
    // The markers of the first are fewer again when the second has begun.
    const hasBegun = () => markersIn('mixed') >= 3 && markersIn('mixed') <= BLOCKS;
    expect(await killWhen(startFascicle(...command('mixed', ...roi)), hasBegun)).toBe(true);
    await runJson(...command('mixed'));
    expect(await hashOf('mixed')).toEqual(undisturbed);
  });

  it('leaves a project that refuses what it cannot do yet, and changes nothing by that', async () => {
    expect(await killWhen(startFascicle(...command('unfinished')), () => markersIn('unfinished') > 2)).toBe(true);
    for (const early of [
      ['agglomerate', project('unfinished'), '--threshold', '0.7'],
      ['export', project('unfinished'), '--labels', join(folder, 'early.h5')],
      ['hash', project('unfinished')],
      ['picture', project('unfinished'), join(folder, 'early.png')],
    ]) {
      const { code, stderr } = await runHere(...early);
      expect(stderr).toMatch(/unfinished holds no segmentation yet.*goes on where it stopped/);
      expect(code).toBe(3);
    }
    expect(filesIn(folder).filter((file) => file.startsWith('early'))).toEqual([]);
    await runJson(...command('unfinished'));
    expect(await hashOf('unfinished')).toEqual(undisturbed);
  });
});

describe('a segmentation with a network that is killed', () => {
  it('goes on from the blocks of the network and ends in the same bytes', async () => {
    const network = (name: string) => [
      ...[
        'segment',
        `${phantom}:/raw`,
        '--project',
        project(name),
        '--voxel-size',
        '30,12,12',
        '--roi',
        '0:16,0:130,0:70',
      ],
      ...['--model', join(REPOSITORY, 'test', 'fixtures', 'models', 'unet'), '--provider', 'cpu', '--block', '64'],
    ];
    await runJson(...network('network'), '--threads', '2');
    // Two decisions are kept beside the markers of the blocks.
    for (const marker of [3, 5])
      expect(
        await killWhen(startFascicle(...network('network-killed')), () => markersIn('network-killed') >= marker),
      ).toBe(true);
    await runJson(...network('network-killed'), '--threads', '1');
    expect(await hashOf('network-killed')).toEqual(await hashOf('network'));
  });
});

describe.runIf(process.platform === 'linux')('the compute process', () => {
  it('ends by itself when only the program is killed', async () => {
    const program = startFascicle(...command('orphan'));
    expect(await until(() => markersIn('orphan') > 1, program)).toBe(true);
    process.kill(program.pid, 'SIGKILL');
    await expect.poll(() => processesOfGroup(program.pid), { interval: 20 }).toEqual([]);
  });
});

describe.each([
  ['the program alone', 'alone', (program: Running) => process.kill(program.pid, 'SIGINT')],
  ['the whole group, as a terminal does', 'group', (program: Running) => program.signalAll('SIGINT')],
])('Ctrl-C to %s', (_, name, interrupt) => {
  it('ends with 130, leaves no process, and the same command goes on', async () => {
    const program = startFascicle(...command(name));
    expect(await until(() => markersIn(name) > 4, program)).toBe(true);
    interrupt(program);
    const { code, stdout, stderr } = await program.outcome;
    expect(stderr).toMatch(/Cancelled\. What was finished is kept/);
    expect(code).toBe(130);
    expect(stdout).toBe('');
    expect(processesOfGroup(program.pid)).toEqual([]);
    expect(markersIn(name)).toBeGreaterThan(4);
    await runJson(...command(name));
    expect(await hashOf(name)).toEqual(undisturbed);
  });
});

describe('an export that is killed', () => {
  it.each(['h5', 'zarr', 'tif'])('leaves no .%s, and the next one is whole', async (extension) => {
    const out = join(folder, `labels.${extension}`);
    const staging = join(folder, `.${basename(out)}.exporting`);
    // A small export may be over before it is seen: then it begins anew.
    for (let isKilled = false; !isKilled;) {
      rmSync(out, { recursive: true, force: true });
      const program = startFascicle('export', project('undisturbed'), '--labels', out);
      isKilled = await killWhen(program, () => existsSync(staging));
    }
    expect(existsSync(out)).toBe(false);
    const truth = join(folder, 'truth.h5');
    await jsonHere('export', project('undisturbed'), '--labels', truth, '--overwrite');
    await jsonHere('export', project('undisturbed'), '--labels', out);
    expect(await jsonHere('evaluate', out, truth)).toMatchObject({ voi: { total: 0 } });
    expect(existsSync(staging)).toBe(false);
  });
});
