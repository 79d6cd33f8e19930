import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { jsonHere } from '../helpers/fascicle.ts';
import { REPOSITORY, temporaryFolder } from '../helpers/folders.ts';
import { makePhantomProject } from '../helpers/phantomProject.ts';

import { axeViolations } from './support/axe.ts';
import { startTestEngine } from './support/engine.ts';
import type { TestEngine } from './support/engine.ts';
import { closeBrowser, openPage } from './support/page.ts';
import type { TestPage } from './support/page.ts';

/** A multicut in the window: what is chosen before the run, and beta as a slider after it. */

const MODELS = join(REPOSITORY, 'test', 'fixtures', 'models');
const folder = temporaryFolder();
const environment = process.env['FASCICLE_MODELS'];
let engine: TestEngine;
let volume: string;
let open: TestPage | undefined;

beforeAll(async () => {
  process.env['FASCICLE_MODELS'] = MODELS;
  volume = join(folder, 'phantom.h5');
  await jsonHere('phantom', volume, '--shape', '12,96,96', '--voxel-size', '30,4,4', '--seed', '4', '--affinities');
  engine = await startTestEngine(folder);
});
afterEach(async () => {
  await open?.close();
  open = undefined;
});
afterAll(async () => {
  await closeBrowser();
  await engine.close();
  if (environment === undefined) delete process.env['FASCICLE_MODELS'];
  else process.env['FASCICLE_MODELS'] = environment;
});

const page = () => open!.page;

describe('a new project', () => {
  it('takes what the network recommends, and another beta, supervoxels and contrast where they are chosen', async () => {
    open = await openPage(engine.address);
    await page().getByRole('button', { name: 'Choose a file' }).click();
    await page().getByRole('dialog', { name: 'Choose a volume' }).getByRole('searchbox').fill(volume);
    await page().keyboard.press('Enter');
    await page().getByRole('heading', { name: 'Axes and voxel size' }).waitFor();
    await page().getByRole('radio', { name: 'SegNeuron of random weights' }).check({ force: true });
    await page()
      .getByRole('button', { name: /Advanced/ })
      .click();
    await page().getByText('As the network has it: of each slice, by distance').waitFor({ state: 'attached' });
    const beta = page().getByRole('slider', { name: 'Beta of the multicut' });
    await expect.poll(() => beta.inputValue()).toBe('0.25');
    // A multicut has no threshold to type.
    expect(await page().getByLabel('Threshold of agglomeration').count()).toBe(0);
    await beta.focus();
    for (let i = 0; i < 5; i++) await page().keyboard.press('ArrowRight');
    await expect.poll(() => beta.inputValue()).toBe('0.3');
    await page().getByLabel('Supervoxels', { exact: true }).selectOption('distance-transform-3d');
    await page()
      .getByRole('switch', { name: /Bright membranes/ })
      .check();
    await page()
      .getByText(/The image is resampled for the network/)
      .waitFor();
    await beta.scrollIntoViewIfNeeded();
    await open.screenshot('import-multicut-dark');
    expect(await axeViolations(page())).toEqual([]);

    await page().getByRole('button', { name: 'Run everything' }).click();
    await page().getByRole('button', { name: 'Open the project' }).waitFor({ timeout: 240_000 });
    const [{ id }] = await engine.engine.projects.recent();
    const info = await engine.engine.projects.get(id).info();
    expect(info.segmentation).toMatchObject({ beta: 0.3, threshold: 0.5 });
    await open.screenshot('job-multicut-dark');
    expect(open.errors).toEqual([]);
  });
});

describe('the project of a multicut', () => {
  it('is cut by beta, which stands at that of the multicut at first', async () => {
    const { project } = await makePhantomProject(folder, 'multicut', {
      volume,
      settings: ['--supervoxels', 'distance-transform-2d', '--beta', '0.4'],
    });
    open = await openPage(await engine.addressOf(project));
    const slider = page().getByRole('slider', { name: 'Beta of the whole volume' });
    await slider.waitFor();
    await expect.poll(() => slider.inputValue()).toBe('0.4');
    const { id } = await engine.engine.projects.open(project);
    const before = (await engine.engine.projects.get(id).info()).segmentation!;
    await slider.focus();
    for (let i = 0; i < 20; i++) await page().keyboard.press('ArrowRight');
    await expect.poll(() => slider.inputValue()).toBe('0.6');
    await page().keyboard.press('Enter');
    const cut = async () => (await engine.engine.projects.get(id).info()).segmentation!;
    // logit(0.6) - logit(0.4), as a probability.
    await expect.poll(async () => (await cut()).threshold).toBeCloseTo(0.6923, 4);
    expect((await cut()).segments).toBeGreaterThanOrEqual(before.segments);
    await page()
      .getByRole('button', { name: /^Edit 2: Beta 0.6, .*, now$/ })
      .waitFor();
    await open.screenshot('proofread-multicut-dark');
    expect(open.errors).toEqual([]);
  });
});
