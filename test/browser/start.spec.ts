import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';

import { REPOSITORY, SAMPLE } from '../helpers/folders.ts';

import { testWindow } from './support/testWindow.ts';

declare const DataTransfer: new () => { items: { add(file: File): void } };

/** The start screen against the real engine: the first minute with the program. */

const win = testWindow();

async function openStart(theme: 'dark' | 'light' = 'dark'): Promise<Page> {
  const page = await win.show(undefined, { theme });
  await page.getByRole('heading', { name: 'Recent projects' }).waitFor();
  return page;
}

/** The seconds that people get to press a button: a busy machine may need all of them to find it. */
async function stretchLongTimes(page: Page): Promise<void> {
  await page.evaluate(() => {
    const { setTimeout: wait } = globalThis;
    globalThis.setTimeout = ((run: () => void, ms = 0) => wait(run, ms < 5000 ? ms : 100 * ms)) as typeof setTimeout;
  });
}

describe('a first start', () => {
  it('says what belongs here and whether the machine is ready', async () => {
    const page = await openStart();
    await page.getByText('Projects that you make or open are listed here').waitFor();
    const machine = page.getByRole('list', { name: 'This machine' });
    await expect.poll(() => machine.innerText()).toMatch(/Memory budget.*Network access\s+none/s);
    await win.screenshot('start-empty-dark');
    expect(win.errors).toEqual([]);
  });

  it('opens a dialog of the folders of the engine by key, and leaves it by Escape', async () => {
    const page = await openStart();
    await page.keyboard.press('Control+o');
    const dialog = page.getByRole('dialog', { name: 'Open a project' });
    await dialog.getByRole('searchbox').fill(join(REPOSITORY, 'resources'));
    await page.keyboard.press('Enter');
    await dialog.getByRole('option', { name: /sample/ }).waitFor();
    await win.screenshot('start-dialog-dark');
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    expect(win.errors).toEqual([]);
  });

  it('takes a file that is dropped anywhere, and describes it', async () => {
    const page = await openStart();
    const bytes = [...readFileSync(SAMPLE)];
    const transfer = await page.evaluateHandle((content) => {
      const made = new DataTransfer();
      made.items.add(new File([new Uint8Array(content)], 'dropped.h5'));
      return made;
    }, bytes);
    await page.dispatchEvent('main', 'dragenter', { dataTransfer: transfer });
    await page.getByText('Drop it anywhere').waitFor();
    await page.dispatchEvent('main', 'drop', { dataTransfer: transfer });
    await page
      .getByRole('radio', { name: /Neurite affinities/ })
      .first()
      .waitFor({ state: 'attached' });
    await page.getByText('read from the file').waitFor();
    expect(win.errors).toEqual([]);
  });
});

describe('the sample', () => {
  it('is segmented in one click, shown as a job, and then opens and is listed', async () => {
    const page = await openStart();
    await page.getByRole('button', { name: /Fly medulla/ }).click();
    await page.getByRole('heading', { level: 1, name: /Segment/ }).waitFor();
    await page.getByRole('list', { name: 'Stages' }).waitFor();
    await win.screenshot('jobs-running-dark');
    await page.getByRole('button', { name: 'Open the project' }).click({ timeout: 240_000 });
    await page.getByRole('main', { name: 'Views' }).waitFor();
    expect(win.errors).toEqual([]);

    const again = await openStart();
    await again
      .getByRole('button', { name: /FIB-25 sample/ })
      .first()
      .waitFor();
    await again.locator('.project-card img').first().waitFor();
    await win.screenshot('start-dark');
    expect(win.errors).toEqual([]);
    await openStart('light');
    await win.page.locator('.project-card img').first().waitFor();
    await win.screenshot('start-light');
  });

  it('is taken off the list only when the time to undo is over', async () => {
    const page = await openStart();
    await stretchLongTimes(page);
    const card = page.getByRole('button', { name: /FIB-25 sample/ }).first();
    await card.focus();
    await page.keyboard.press('Delete');
    await card.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Undo' }).click();
    await card.waitFor();
    expect(await win.engine.engine.projects.recent()).toHaveLength(1);
    expect(win.errors).toEqual([]);
  });
});
