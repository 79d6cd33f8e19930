import { existsSync } from 'node:fs';
import { join } from 'node:path';

import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';

import { REPOSITORY, SHARED_DATA } from '../helpers/folders.ts';

import { testWindow } from './support/testWindow.ts';

/** The wizard of a new project against the real engine and a real volume. */

const VOLUME = join(SHARED_DATA, 'em', 'ac4_val_z80-99.h5');
const win = testWindow();

/** Goes through the dialog of files to the second step. */
async function describeVolume(path: string, theme: 'dark' | 'light' = 'dark'): Promise<Page> {
  const page = await win.show(undefined, { theme });
  await page.getByRole('button', { name: 'Choose a file' }).click();
  const dialog = page.getByRole('dialog', { name: 'Choose a volume' });
  await dialog.getByRole('searchbox').fill(path);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Axes and voxel size' }).waitFor();
  return page;
}

describe.skipIf(!existsSync(VOLUME))(`a new project of ${VOLUME}`, () => {
  it('is described, estimated, checked on a small box, and run on a region', async () => {
    const page = await describeVolume(VOLUME);
    await page.getByText('read from the file').waitFor();
    expect(await page.getByRole('combobox', { name: /^Use of .*labels$/ }).inputValue()).toBe('truth');
    await page.getByText('Brightness').waitFor();
    await page.getByRole('button', { name: /Advanced/ }).click();
    for (const [axis, to] of Object.entries({ x: '128', y: '128', z: '16' }))
      await page.getByLabel(`${axis}, to`).fill(to);
    await page.getByText('each one can be resumed').or(page.getByText('it can be resumed')).waitFor();
    await page.getByRole('radio', { name: /quick/ }).check({ force: true });
    await win.screenshot('import-dark');

    await page.getByRole('button', { name: 'Check a small box' }).click();
    await page.getByRole('img', { name: /Section z .* of the check/ }).waitFor({ timeout: 240_000 });
    await win.screenshot('import-check-dark');
    await page.getByRole('button', { name: 'Run everything' }).click();
    await page.getByRole('heading', { level: 1, name: /Segment/ }).waitFor();
    await page.getByRole('button', { name: 'Open the project' }).waitFor({ timeout: 240_000 });
    await win.screenshot('jobs-done-dark');
    await page.getByRole('button', { name: 'Open the project' }).click();
    // The labels beside the image are compared with as soon as there is something to compare.
    await page.getByRole('heading', { name: 'Agreement with ground truth' }).waitFor({ timeout: 60_000 });
    await page.getByText('VI split').waitFor({ timeout: 60_000 });
    const recent = await win.engine.engine.projects.recent();
    expect(recent.map(({ name, shape }) => ({ name, shape }))).toEqual([
      { name: 'ac4_val_z80-99', shape: [16, 128, 128] },
    ]);
    expect(win.errors).toEqual([]);
  });

  it('asks for a voxel size that was taken away, and does not start without it', async () => {
    const page = await describeVolume(VOLUME, 'light');
    await page.getByLabel('Voxel size along x, in nanometres').fill('');
    await page.getByText('Needed, in nm').waitFor();
    await expect
      .poll(() => page.getByRole('button', { name: 'Run everything' }).getAttribute('aria-disabled'))
      .toBe('true');
    await win.screenshot('import-voxel-size-light');
    expect(win.errors).toEqual([]);
  });
});

describe('a file that cannot be read', () => {
  it('says why and offers another', async () => {
    const page = await win.show();
    await page.keyboard.press('Control+n');
    await page.getByRole('button', { name: 'Choose a file' }).click();
    const dialog = page.getByRole('dialog', { name: 'Choose a volume' });
    await dialog.getByRole('searchbox').fill(join(REPOSITORY, 'test', 'fixtures', 'volumes', 'colour.tif'));
    await page.keyboard.press('Enter');
    await page.getByRole('alert').or(page.getByText('Shape, as stored')).first().waitFor();
    expect(win.errors.filter((error) => !error.includes('status of 4'))).toEqual([]);
  });
});
