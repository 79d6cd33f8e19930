import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import Database from 'better-sqlite3';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { createOrOpenProject } from '#engine/project/project.ts';
import type { Project } from '#engine/project/project.ts';

import { jsonHere, runHere } from '../helpers/fascicle.ts';
import { REPOSITORY, filesIn, temporaryFolder } from '../helpers/folders.ts';

/**
 * What cannot be done says why and what to do, and changes nothing. Each case: a command, its exit code, and what the
 * message must say: the file, what was found, what is accepted.
 */

const folder = temporaryFolder();
const at = (name: string) => join(folder, name);
const phantom = at('phantom.h5');
const fixtures = join(REPOSITORY, 'test', 'fixtures');
let inUse: Project;

beforeAll(async () => {
  await jsonHere('phantom', phantom, '--shape', '24,70,80', '--seed', '1', '--affinities', '--threads', '1');
  await jsonHere('phantom', at('smaller.h5'), '--shape', '24,70,79', '--seed', '1', '--affinities', '--threads', '1');
  await jsonHere('segment', `${phantom}:/raw`, '--affinities', `${phantom}:/affinities`, '--project', at('project'));

  copyFileSync(phantom, at('truncated.h5'));
  truncateSync(at('truncated.h5'), 40_000);
  writeFileSync(at('text.h5'), 'This is not the file that its name says.');
  writeFileSync(at('empty.h5'), '');
  mkdirSync(at('thesis'));
  writeFileSync(at('thesis/chapter.tex'), 'x');
  mkdirSync(at('folder'));

  await jsonHere('graph', `${phantom}:/labels`, '--project', at('newer'));
  const newer = new Database(at('newer/project.sqlite'));
  newer.pragma('user_version = 99');
  newer.close();
  mkdirSync(at('damaged'));
  // As every project has one that was written to.
  writeFileSync(at('damaged/project.lock'), '');
  writeFileSync(at('damaged/project.sqlite'), 'no database, but long enough to be taken for one. '.repeat(40));
  inUse = await createOrOpenProject(at('in-use'));
});

afterAll(() => inUse.close());
afterEach(() => rmSync(at('fresh'), { recursive: true, force: true }));

const raw = `${phantom}:/raw`;
const affinities = `${phantom}:/affinities`;
const labels = `${phantom}:/labels`;
const fresh = ['--project', at('fresh')];

interface Refusal {
  readonly what: string;
  readonly command: readonly string[];
  readonly code: number;
  readonly says: RegExp;
}

const USAGE: readonly Refusal[] = [
  { what: 'no such command', command: ['segmnet'], code: 2, says: /unknown command 'segmnet'/ },
  { what: 'no such option', command: ['info', phantom, '--jsn'], code: 2, says: /unknown option '--jsn'/ },
  { what: 'an argument is missing', command: ['info'], code: 2, says: /missing required argument 'path'/ },
  { what: 'a required option is missing', command: ['segment', raw], code: 2, says: /--project/ },
  ...[
    ['phantom', at('x.h5'), '--seed', '1', '--shape', '10,10'],
    ['phantom', at('x.h5'), '--seed', '1', '--shape', '10,0,10'],
    ['phantom', at('x.h5'), '--seed', '1', '--shape', '10,10,1.5'],
  ].map((command) => ({
    what: 'a bad shape',
    command,
    code: 2,
    says: /--shape.*expected three whole numbers.*found/s,
  })),
  ...['0,6,6', '30,6', '30,-6,6', 'a,b,c', '1e999,6,6'].map((value) => ({
    what: `the voxel size ${value}`,
    command: ['segment', raw, ...fresh, '--voxel-size', value],
    code: 2,
    says: /--voxel-size.*expected three sizes in nm, z,y,x, found/s,
  })),
  {
    what: 'a port that there is not',
    command: ['serve', '--port', '65536'],
    code: 2,
    says: /expected a port from 0 to 65535/,
  },
  ...['0:5,0:5', '5:0,0:5,0:5', '0:5,3:3,0:5', '-1:5,0:5,0:5'].map((value) => ({
    what: `the region ${value}`,
    command: ['segment', raw, ...fresh, `--roi=${value}`],
    code: 2,
    says: /--roi.*(expected z0:z1,y0:y1,x0:x1|each end must be above its start)/s,
  })),
  ...['-0.1', '1.1', 'high', ''].map((value) => ({
    what: `the threshold '${value}'`,
    command: ['agglomerate', at('project'), `--threshold=${value}`],
    code: 2,
    says: /--threshold.*expected a number from 0 to 1, or none/s,
  })),
  ...[
    ['hash', ''],
    ['segment', raw, '--project', ''],
  ].map((command) => ({ what: 'an empty argument', command, code: 2, says: /An argument is empty.*shell/ })),
  {
    what: 'nothing to export',
    command: ['export', at('project')],
    code: 2,
    says: /Nothing was chosen to export\. Give --labels, --meshes, --tables or --manifest/,
  },
  {
    what: 'a name that says no format',
    command: ['export', at('project'), '--labels', at('labels')],
    code: 4,
    says: /labels: the name has no ending, which says the format\. Accepted: \.h5/,
  },
  {
    what: 'a phantom that is no HDF5',
    command: ['phantom', at('x.tif'), '--seed', '1', '--shape', '8,8,8'],
    code: 2,
    says: /x\.tif: a phantom is an HDF5 file.*\.h5/,
  },
  {
    what: 'a provider that does not exist',
    command: ['segment', raw, ...fresh, '--provider', 'tpu'],
    code: 2,
    says: /expected auto, cpu, cuda, webgpu, dml, coreml, found 'tpu'/,
  },
];

const FILES: readonly Refusal[] = [
  { what: 'a missing file', command: ['info', at('no.h5')], code: 3, says: /no\.h5: there is no such file/ },
  {
    what: 'a missing dataset',
    command: ['evaluate', `${phantom}:/volumes/ids`, labels],
    code: 3,
    says: /phantom\.h5 has no dataset 'volumes\/ids'\. Found: \/affinities.*, \/labels.*, \/raw/,
  },
  { what: 'a truncated file', command: ['info', at('truncated.h5')], code: 3, says: /truncated\.h5.*(cut|truncat)/is },
  { what: 'a file that is not HDF5', command: ['info', at('text.h5')], code: 4, says: /text\.h5.*Accepted: HDF5/s },
  { what: 'an empty file', command: ['info', at('empty.h5')], code: 3, says: /empty\.h5.*empty/s },
  { what: 'a folder of nothing', command: ['info', at('folder')], code: 4, says: /folder.*Accepted: HDF5/s },
  {
    what: 'affinities of one channel',
    command: ['segment', raw, '--affinities', raw, ...fresh],
    code: 2,
    says: /phantom\.h5:\/raw has 1 channel; affinities need three.*c, z, y, x/,
  },
  {
    what: 'affinities of another shape than the image',
    command: ['segment', raw, '--affinities', `${at('smaller.h5')}:/affinities`, ...fresh],
    code: 2,
    says: /phantom\.h5:\/raw has 24 x 70 x 80 voxels.*smaller\.h5:\/affinities 24 x 70 x 79/,
  },
  {
    what: 'affinities of a type that has no scale',
    command: ['watershed', join(fixtures, 'volumes', 'channels.ome.tif'), at('w.h5')],
    code: 2,
    says: /channels\.ome\.tif/,
  },
  {
    what: 'an image of three channels',
    command: ['segment', affinities, ...fresh],
    code: 2,
    says: /phantom\.h5:\/affinities has 3 channels; a raw volume has one/,
  },
  {
    what: 'a region outside the volume',
    command: ['segment', raw, ...fresh, '--roi', '0:24,0:70,40:81'],
    code: 2,
    says: /0:24,0:70,40:81 does not lie in .*phantom\.h5:\/raw, which has 24 x 70 x 80/,
  },
  {
    what: 'an unknown voxel size',
    command: ['segment', join(fixtures, 'volumes', 'bigtiff.tif'), ...fresh],
    code: 2,
    says: /bigtiff\.tif does not state its voxel size.*--voxel-size z,y,x/,
  },
  {
    what: 'labels that are affinities',
    command: ['graph', affinities, ...fresh],
    code: 2,
    says: /phantom\.h5:\/affinities holds 3 channels of uint8; labels are one channel/,
  },
  {
    what: 'two shapes to compare',
    command: ['evaluate', labels, `${at('smaller.h5')}:/labels`],
    code: 2,
    says: /24 x 70 x 80.*24 x 70 x 79.*same voxels/,
  },
  {
    what: 'a ground truth of which no voxel counts',
    command: ['evaluate', labels, labels, '--min-size', '1000000000'],
    code: 2,
    says: /phantom\.h5:\/labels has no voxel to compare with: .*no id with 1000000000 voxels or more/,
  },
  {
    what: 'a ground truth to attach of which no voxel counts',
    command: ['truth', at('project'), labels, '--min-size', '1000000000'],
    code: 2,
    says: /phantom\.h5:\/labels has no voxel to compare with/,
  },
  {
    what: 'a model that is not installed',
    command: ['segment', raw, ...fresh, '--model', 'unet-9000'],
    code: 3,
    says: /no model 'unet-9000'.*installed models are fascicle-unet/,
  },
  {
    what: 'a model whose weights are not those of its description',
    command: ['models', 'check', join(fixtures, 'models', 'bad-sha256')],
    code: 3,
    says: /bad-sha256.*sha256/s,
  },
  {
    what: 'a model of an older format',
    command: ['models', 'check', join(fixtures, 'models', 'format-0.4')],
    code: 4,
    says: /format-0\.4.*0\.5/s,
  },
  {
    what: 'a provider that the platform lacks',
    command: [
      'models',
      'check',
      join(fixtures, 'models', 'unet'),
      '--provider',
      process.platform === 'win32' ? 'coreml' : 'dml',
    ],
    code: 4,
    says: /not available.*--provider cpu/,
  },
  {
    what: 'an output format that is not written',
    command: ['export', at('project'), '--labels', at('labels.png')],
    code: 4,
    says: /labels\.png.*'\.png'.*Accepted: \.h5/,
  },
  {
    what: 'an output in a folder that does not exist',
    command: ['export', at('project'), '--labels', at('nowhere/labels.h5')],
    code: 3,
    says: /no folder .*nowhere/s,
  },
  {
    what: 'a section outside the project',
    command: ['picture', at('project'), at('p.png'), '--section', '24'],
    code: 2,
    says: /Section 24 does not exist; the project has 0 to 23/,
  },
  {
    what: 'values of the watershed for supervoxels of slices',
    command: [
      ...['segment', phantom, '--affinities', affinities, '--project', at('slices')],
      ...['--supervoxels', 'distance-transform-2d', '--size-threshold', '90'],
    ],
    code: 2,
    says: /size threshold .* go with the watershed of affinities, not with distance-transform-2d/,
  },
  {
    what: 'labels in the place of the affinities that they are made from',
    command: ['watershed', affinities, phantom, '--overwrite'],
    code: 2,
    says: /phantom\.h5 would replace .*phantom\.h5, which is read/,
  },
  {
    what: 'labels in the place of another volume',
    command: ['watershed', affinities, at('smaller.h5')],
    code: 5,
    says: /smaller\.h5 exists already\. Name another output, or add --overwrite/,
  },
  {
    what: 'a phantom in the place of a volume',
    command: ['phantom', phantom, '--seed', '1', '--shape', '8,8,8'],
    code: 5,
    says: /phantom\.h5 exists already/,
  },
  {
    what: 'a picture in the place of a volume',
    command: ['picture', at('project'), phantom],
    code: 2,
    says: /phantom\.h5: the file to write must end in \.png/,
  },
  {
    what: 'a picture in a folder that does not exist',
    command: ['picture', at('project'), at('nowhere/p.png')],
    code: 3,
    says: /no folder .*nowhere/,
  },
  {
    what: 'a plot in the place of a volume',
    command: ['simulate', at('project'), '--truth', labels, '--plot', phantom],
    code: 2,
    says: /phantom\.h5: the file to write must end in \.svg/,
  },
  {
    what: 'a manifest in the place of a volume',
    command: ['export', at('project'), '--tables', at('t'), '--manifest', at('smaller.h5'), '--overwrite'],
    code: 5,
    says: /smaller\.h5 does not end in \.json; it is not replaced/,
  },
  {
    what: 'a phantom that no disk holds',
    command: ['phantom', at('huge.h5'), '--seed', '1', '--shape', '100000,100000,100000'],
    code: 2,
    says: /too large; accepted: up to 2\^42/,
  },
];

const PROJECTS: readonly Refusal[] = [
  { what: 'no folder', command: ['hash', at('no-project')], code: 3, says: /There is no folder .*no-project/ },
  {
    what: 'a folder of other files, to write into',
    command: ['graph', labels, '--project', at('thesis')],
    code: 2,
    says: /thesis holds other files and is not a Fascicle project\. Name a new or an empty folder/,
  },
  {
    what: 'a file in the place of the folder',
    command: ['graph', labels, '--project', phantom],
    code: 2,
    says: /phantom\.h5 is a file; a project is a folder\. Name another one/,
  },
  {
    what: 'a folder of other files, to open',
    command: ['agglomerate', at('thesis'), '--threshold', '0.5'],
    code: 3,
    says: /thesis is not a Fascicle project: it holds no project\.sqlite/,
  },
  {
    what: 'a file, to open',
    command: ['hash', phantom],
    code: 3,
    says: /phantom\.h5 is a file; a project is a folder\.$/,
  },
  {
    what: 'the database in the place of its folder',
    command: ['hash', at('project/project.sqlite')],
    code: 3,
    says: /project\.sqlite is a file; a project is a folder\. Name .*project\.$/,
  },
  {
    what: 'a new folder in a file',
    command: ['segment', raw, '--project', join(phantom, 'inner')],
    code: 2,
    says: /No folder can be made at .*inner\. Name another one/,
  },
  {
    what: 'a new folder in new folders, for want of a network',
    command: ['segment', raw, '--project', at('fresh/inner/project'), '--model', 'none'],
    code: 3,
    says: /There is no model 'none'/,
  },
  {
    what: 'a project made from other data',
    command: ['graph', labels, '--project', at('project')],
    code: 5,
    says: /project already holds a segmentation.*Nothing was changed.*fascicle agglomerate/,
  },
  {
    what: 'a project made with another threshold',
    command: ['segment', raw, '--affinities', affinities, '--project', at('project'), '--threshold', '0.7'],
    code: 5,
    says: /other settings.*fascicle agglomerate/,
  },
  {
    what: 'a project of a newer program',
    command: ['agglomerate', at('newer'), '--threshold', '0.5'],
    code: 5,
    says: /newer.*written by a newer Fascicle \(schema 99; this program knows up to \d+\).*Nothing was changed/,
  },
  {
    what: 'a damaged database',
    command: ['hash', at('damaged')],
    code: 3,
    says: /damaged\/project\.sqlite is damaged or not an SQLite file: .*\. What is damaged.*fascicle verify .*damaged$/,
  },
  {
    what: 'a damaged database that is to be gone on with',
    command: ['graph', labels, '--project', at('damaged')],
    code: 3,
    says: /damaged\/project\.sqlite is damaged or not an SQLite file: .*fascicle verify .*damaged$/,
  },
  {
    what: 'a damaged database that is to be replayed',
    command: ['replay', at('damaged'), '--out', at('replayed')],
    code: 3,
    says: /damaged\/project\.sqlite is damaged or not an SQLite file: .*fascicle verify .*damaged$/,
  },
  {
    what: 'decisions for a project that is damaged',
    command: ['reanchor', at('project'), '--onto', at('damaged')],
    code: 3,
    says: /damaged\/project\.sqlite is damaged or not an SQLite file: .*: fascicle verify \S*damaged$/,
  },
  {
    what: 'a project that another process writes',
    command: ['graph', labels, '--project', at('in-use')],
    code: 5,
    says: /Another Fascicle process is writing to this project .*in-use/,
  },
];

/** The content of all files but the database's side files, which a reader makes. */
const contents = () =>
  Object.fromEntries(
    filesIn(folder)
      .filter((file) => !/-(shm|wal)$/.test(file))
      .map((file) => [file, readFileSync(at(file)).toString('latin1')]),
  );

describe.each([
  ['a command line', USAGE],
  ['a file', FILES],
  ['a project', PROJECTS],
])('%s that cannot be used', (_, refusals) => {
  it.each(refusals)('$what: exit code $code and a message', async ({ command, code, says }) => {
    const before = contents();
    const outcome = await runHere(...command);
    expect(outcome.stderr).toMatch(says);
    expect(outcome.stderr).not.toMatch(/defect of the program|\n\s+at /);
    expect(outcome.code).toBe(code);
    expect(outcome.stdout).toBe('');
    expect(Object.keys(contents())).toEqual(Object.keys(before));
    expect(contents()).toEqual(before);
    expect(existsSync(at('fresh'))).toBe(false);
  });
});

/** As they are typed. */
const COMMANDS = [
  ...[
    'info',
    'segment',
    'graph',
    'watershed',
    'average',
    'agglomerate',
    'export',
    'evaluate',
    'picture',
    'hash',
    'phantom',
  ],
  ...['verify', 'replay', 'reanchor', 'bench edit'],
  ...['models list', 'models check', 'bench native', 'bench inference', 'bench io'],
];

describe('help', () => {
  it('lists every command and is printed to standard output', async () => {
    const { code, stdout, stderr } = await runHere('--help');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const command of COMMANDS) expect(stdout).toContain(`\n  ${command.split(' ')[0]} `);
  });

  it.each(COMMANDS)('of %s says what it does and what each option means', async (command) => {
    const { code, stdout } = await runHere(...command.split(' '), '--help');
    expect(code).toBe(0);
    expect(stdout).toMatch(new RegExp(`^Usage: fascicle ${command}`));
    const [, ...blocks] = stdout.split('\n\n');
    expect(blocks[0].length).toBeGreaterThan(30);
    // No option without an explanation behind its name.
    for (const [line] of stdout.matchAll(/^ {2}-.*$/gm)) expect(line).toMatch(/^ {2}-.*\S( {2,}\S|$)/);
  });

  it('gives the version of the package', async () => {
    const { version } = JSON.parse(readFileSync(join(REPOSITORY, 'package.json'), 'utf8'));
    expect(await runHere('--version')).toMatchObject({ code: 0, stdout: version });
  });
});
