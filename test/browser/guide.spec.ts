import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import type { Locator, Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';

import { REPOSITORY, SAMPLE } from '../helpers/folders.ts';

import { SCREENSHOTS } from './support/page.ts';
import { testWindow } from './support/testWindow.ts';

/**
 * Walks through the program as the user guide does, on the sample that ships, and takes its pictures. With FASCICLE_GUIDE=1 they
 * replace those of docs/images; otherwise they go where the other screenshots go.
 */
const PICTURES = process.env['FASCICLE_GUIDE'] === '1' ? join(REPOSITORY, 'docs', 'images') : SCREENSHOTS;
const win = testWindow({ closes: 'after-all' });
let page: Page;

beforeAll(async () => {
  mkdirSync(PICTURES, { recursive: true });
  page = await win.show();
});

async function picture(name: string): Promise<void> {
  await page.mouse.move(720, 880);
  await page.screenshot({ path: join(PICTURES, `${name}.jpg`), type: 'jpeg', quality: 88 });
}

const slice = (name: 'XY' | 'XZ' | 'YZ'): Locator => page.getByRole('application', { name: `${name} slice` });

describe('the user guide', () => {
  it('describes a file before anything is written', async () => {
    await page.getByRole('button', { name: 'Choose a file' }).click();
    const dialog = page.getByRole('dialog', { name: 'Choose a volume' });
    await dialog.getByRole('searchbox').fill(SAMPLE);
    await page.keyboard.press('Enter');
    await page.getByText('Brightness', { exact: true }).waitFor();
    await page.getByRole('radio', { name: /quick/ }).check({ force: true });
    await page
      .getByText(/can be resumed/)
      .first()
      .waitFor();
    await picture('guide-import');
  });

  it('runs the network as a job', async () => {
    await page.getByRole('button', { name: 'Run everything' }).click();
    await page.getByRole('heading', { level: 1, name: /Segment/ }).waitFor();
    await page.getByText('Execution provider').waitFor({ timeout: 120_000 });
    await page.getByRole('option', { name: /Network, / }).waitFor({ timeout: 120_000 });
    await expect.poll(() => page.getByText(/Mvoxel/).count(), { timeout: 120_000 }).toBeGreaterThan(0);
    await picture('guide-job');
    await page.getByRole('button', { name: 'Open the project' }).click({ timeout: 240_000 });
    await page.getByRole('main', { name: 'Views' }).waitFor();
  });

  it('shows segments in slices and in 3D', async () => {
    const rows = page.getByRole('listbox', { name: 'Segments' }).getByRole('option');
    await rows.nth(1).click();
    for (const row of [2, 3, 4, 5, 6, 7, 9, 11]) await rows.nth(row).click({ modifiers: ['Control'] });
    await page.getByLabel('3D view, 9 segments', { exact: true }).waitFor();
    await expect.poll(() => slice('XY').innerText()).not.toContain('level');
    await picture('guide-proofread');
    await page.keyboard.press('Control+k');
    // What is typed before the palette has the focus would be shortcuts.
    await page.getByRole('dialog').locator('input:focus').waitFor();
    await page.keyboard.type('slice');
    await picture('guide-palette');
    await page.keyboard.press('Escape');
    expect(win.errors).toEqual([]);
  });

  it('splits with a preview, reviews and exports', async () => {
    const rows = page.getByRole('listbox', { name: 'Segments' }).getByRole('option');
    await rows.nth(2).dblclick();
    await page.keyboard.press('Shift+C');
    const commit = page.getByRole('button', { name: /^Commit cut|Divide/ });
    const box = (await slice('XY').boundingBox())!;
    const at = (x: number, y: number, keys: ('Control' | 'Shift')[]) =>
      slice('XY').click({ position: { x: x * box.width, y: y * box.height }, modifiers: keys });
    await at(0.6, 0.4, ['Control']);
    await at(0.56, 0.64, ['Control', 'Shift']);
    await commit.first().waitFor();
    await expect.poll(() => slice('XY').innerText()).not.toContain('level');
    await picture('guide-split');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');

    await page.keyboard.press('Shift+R');
    await page.getByRole('button', { name: /^Yes/ }).first().waitFor();
    await page.getByLabel('3D view, 2 segments', { exact: true }).waitFor();
    await picture('guide-review');
    await page.keyboard.press('Alt+3');
    await page.getByText(/free/).first().waitFor();
    await picture('guide-export');
    expect(win.errors).toEqual([]);
  });
});
