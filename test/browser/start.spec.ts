import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { REPOSITORY, temporaryFolder } from '../helpers/folders.ts';

import { startTestEngine } from './support/engine.ts';
import type { TestEngine } from './support/engine.ts';
import { closeBrowser, openPage } from './support/page.ts';
import type { TestPage } from './support/page.ts';

declare const DataTransfer: new () => { items: { add(file: File): void } };

/** The start screen against the real engine: the first minute with the program. */

const SAMPLE = join(REPOSITORY, 'resources', 'sample', 'fib25_sample.h5');
const folder = temporaryFolder();
let engine: TestEngine;
let open: TestPage | undefined;

beforeAll(async () => {
  engine = await startTestEngine(folder);
});
afterEach(async () => {
  await open?.close();
  open = undefined;
});
afterAll(async () => {
  await closeBrowser();
  await engine.close();
});

async function openStart(theme: 'dark' | 'light' = 'dark'): Promise<TestPage['page']> {
  open = await openPage(engine.address, { theme });
  await open.page.getByRole('heading', { name: 'Recent projects' }).waitFor();
  return open.page;
}

describe('a first start', () => {
  it('says what belongs here and whether the machine is ready', async () => {
    const page = await openStart();
    await page.getByText('Projects that you make or open are listed here').waitFor();
    const machine = page.getByRole('list', { name: 'This machine' });
    expect(await machine.innerText()).toMatch(/Memory budget.*Network access\s+none/s);
    await open!.screenshot('start-empty-dark');
    expect(open!.errors).toEqual([]);
  });

  it('opens a dialog of the folders of the engine by key, and leaves it by Escape', async () => {
    const page = await openStart();
    await page.keyboard.press('Control+o');
    const dialog = page.getByRole('dialog', { name: 'Open a project' });
    await dialog.getByRole('searchbox').fill(join(REPOSITORY, 'resources'));
    await page.keyboard.press('Enter');
    await dialog.getByRole('option', { name: /sample/ }).waitFor();
    await open!.screenshot('start-dialog-dark');
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    expect(open!.errors).toEqual([]);
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
    expect(await page.getByText('read from the file').isVisible()).toBe(true);
    expect(open!.errors).toEqual([]);
  });
});

describe('the sample', () => {
  it('is segmented in one click, shown as a job, and then opens and is listed', async () => {
    const page = await openStart();
    await page.getByRole('button', { name: /Fly medulla/ }).click();
    await page.getByRole('heading', { level: 1, name: /Segment/ }).waitFor();
    await page.getByRole('list', { name: 'Stages' }).waitFor();
    await open!.screenshot('jobs-running-dark');
    await page.getByRole('button', { name: 'Open the project' }).click({ timeout: 240_000 });
    await page.getByRole('main', { name: 'Views' }).waitFor();
    expect(open!.errors).toEqual([]);
    await open!.close();

    const again = await openStart();
    await again
      .getByRole('button', { name: /FIB-25 sample/ })
      .first()
      .waitFor();
    await again.locator('.project-card img').first().waitFor();
    await open!.screenshot('start-dark');
    expect(open!.errors).toEqual([]);
    await open!.close();
    await openStart('light');
    await open!.page.locator('.project-card img').first().waitFor();
    await open!.screenshot('start-light');
  });

  it('is taken off the list only when the time to undo is over', async () => {
    const page = await openStart();
    const card = page.getByRole('button', { name: /FIB-25 sample/ }).first();
    await card.focus();
    await page.keyboard.press('Delete');
    await card.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Undo' }).click();
    await card.waitFor();
    expect(await engine.engine.projects.recent()).toHaveLength(1);
    expect(open!.errors).toEqual([]);
  });
});
