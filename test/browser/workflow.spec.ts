import { existsSync } from 'node:fs';
import { join } from 'node:path';

import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { SAMPLE, SHARED_DATA, temporaryFolder } from '../helpers/folders.ts';

import { closeBrowser, openPage } from './support/page.ts';
import type { TestPage } from './support/page.ts';
import { startSupervisedEngine } from './support/supervisedEngine.ts';
import type { SupervisedEngine } from './support/supervisedEngine.ts';

/** The main job from a file to segments in 3D, with an engine that is killed in the middle. */

const LABELLED = join(SHARED_DATA, 'em', 'ac4_val_z80-99.h5');
const VOLUME = existsSync(LABELLED) ? LABELLED : SAMPLE;
const folder = temporaryFolder();
let engine: SupervisedEngine;
let open: TestPage;
let page: Page;

beforeAll(async () => {
  engine = await startSupervisedEngine(folder);
  open = await openPage(engine.address);
  page = open.page;
});
afterAll(async () => {
  await closeBrowser();
  await engine.kill();
});

/** The browser itself reports calls that find no engine; everything else is an error of the page. */
const ownErrors = () =>
  open.errors.filter((error) => !/ERR_CONNECTION|ERR_EMPTY_RESPONSE|ERR_INCOMPLETE_CHUNKED_ENCODING/.test(error));

const slice = (name: 'XY' | 'XZ' | 'YZ') => page.getByRole('application', { name: `${name} slice` });

describe(`the main job on ${VOLUME}`, () => {
  it('imports a region and runs the network with progress', async () => {
    await page.getByRole('button', { name: 'Choose a file' }).click();
    const dialog = page.getByRole('dialog', { name: 'Choose a volume' });
    await dialog.getByRole('searchbox').fill(VOLUME);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Axes and voxel size' }).waitFor();
    await page.getByRole('button', { name: /Advanced/ }).click();
    for (const [axis, to] of Object.entries({ x: '250', y: '250', z: '20' }))
      await page.getByLabel(`${axis}, to`).fill(to);
    await page.getByRole('radio', { name: /quick/ }).check({ force: true });
    await page.getByRole('button', { name: 'Run everything' }).click();
    await page.getByRole('heading', { level: 1, name: /Segment/ }).waitFor();
    await expect
      .poll(
        async () => (await engine.client.jobs.list())[0]?.stages.find(({ title }) => /Network/.test(title))?.state,
        {
          timeout: 120_000,
        },
      )
      .toBe('running');
  });

  it('survives an engine that is killed: the window says so, reconnects, and the job goes on where it was', async () => {
    await engine.kill();
    await page
      .getByText(/Reconnecting/)
      .first()
      .waitFor();
    await open.screenshot('workflow-reconnecting');
    await engine.restart();
    await page
      .getByText(/Reconnecting/)
      .first()
      .waitFor({ state: 'detached' });
    await page
      .getByRole('button', { name: /Resume/ })
      .first()
      .click();
    await page.getByRole('button', { name: 'Open the project' }).click({ timeout: 240_000 });
    await page.getByRole('main', { name: 'Views' }).waitFor();
    expect(ownErrors()).toEqual([]);
  });

  it('is browsed along all three axes', async () => {
    for (const name of ['XY', 'XZ', 'YZ'] as const) {
      const before = await slice(name).innerText();
      await slice(name).hover();
      await page.mouse.wheel(0, 100);
      await expect.poll(() => slice(name).innerText()).not.toBe(before);
    }
    expect(ownErrors()).toEqual([]);
  });

  it('shows a segment that is selected in the slices and in 3D', async () => {
    await slice('XY').dblclick();
    await page
      .getByRole('region', { name: /Properties of the selection/ })
      .getByText('Volume')
      .waitFor();
    await page.getByLabel('3D view, 1 segment', { exact: true }).waitFor();
    await open.screenshot('workflow-segment');
    expect(ownErrors()).toEqual([]);
  });
});
