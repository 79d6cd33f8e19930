import { join } from 'node:path';

import type { Locator, Page } from 'playwright-core';
import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest';

import type { Client } from '#contract/client.ts';
import { jsonHere } from '../helpers/fascicle.ts';

import { editable } from './support/page.ts';
import { testWindow } from './support/testWindow.ts';

/** A review by keyboard: questions, answers, undo, and the agreement with ground truth that follows. */

const win = testWindow({ phantom: '32,160,160' });
let client: Client;
let id: string;
let page: Page;

beforeAll(async () => {
  ({ client } = win);
  ({ id } = await client.projects.open({ body: { directory: win.project } }));
});
beforeEach(async () => {
  page = await win.showProject();
  await page.getByRole('listbox', { name: 'Segments' }).getByRole('option').first().waitFor();
});
afterEach(() => expect(win.errors).toEqual([]));

const queue = (): Locator => page.getByRole('region', { name: 'Review queue' });
const questions = (): Locator => page.getByRole('listbox', { name: 'Questions' }).getByRole('option');
const now = (): Locator => page.getByRole('listbox', { name: 'Questions' }).getByRole('option', { selected: true });
const counted = async () =>
  Number(
    /^(\d+) of/.exec(
      await queue()
        .getByText(/^\d+ of/)
        .innerText(),
    )![1],
  );
const params = () => ({ project: id });

/** Through the dialogs of the window: a file, and which of its labels. */
async function attachTruth(path: string): Promise<void> {
  await page.getByRole('button', { name: 'Attach ground truth' }).click();
  const files = page.getByRole('dialog', { name: 'Choose a volume' });
  await files.getByRole('searchbox').fill(path);
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Attach ground truth' });
  await dialog.getByText('It has the shape of the project.').waitFor();
  await dialog.getByLabel('Every connected part').check({ force: true });
  await win.screenshot('attach-truth');
  await dialog.getByRole('button', { name: 'Compare' }).click();
  await dialog.waitFor({ state: 'detached' });
}

it('reviews ten questions by keyboard, takes one back, and shows what it came to', async () => {
  await client.edits.commit({
    params: params(),
    body: {
      expected: (await client.edits.history({ params: params() })).revision,
      edit: { kind: 'threshold', cut: { threshold: 0.9, minSize: 0 } },
    },
  });
  await attachTruth(join(win.folder, 'phantom.h5'));
  const panel = page.getByRole('region', { name: 'Agreement with ground truth' });
  await panel.waitFor();
  const attached = (await client.review.agreement({ params: params() }))!;
  expect(attached.truth).toMatchObject({ source: `${join(win.folder, 'phantom.h5')}:labels`, components: true });
  await panel.getByText(attached.scores.viSplit.toFixed(3)).waitFor();

  await page.keyboard.press('Shift+R');
  await now().waitFor();
  await expect.poll(counted).toBe(0);
  const first = await now().innerText();
  await page.keyboard.press('e');
  await expect.poll(() => now().innerText()).not.toBe(first);
  await page.keyboard.press('q');
  await expect.poll(() => now().innerText()).toBe(first);

  const words = ['y', 'y', 'n', 'y', 'k', 'n', 'u', 'y', 'n', 'y'];
  for (const [done, key] of words.entries()) {
    await page.keyboard.press(key);
    await expect.poll(counted).toBe(done + 1);
  }
  await win.screenshot('review');
  const after = (await client.review.agreement({ params: params() }))!;
  expect(after.scores).not.toEqual(attached.scores);
  await panel.getByText(after.scores.viSplit.toFixed(3)).waitFor();
  const { answered } = await client.review.queue({ params: params() });
  expect(answered).toEqual({ yes: 5, no: 3, skip: 1, flag: 1 });

  await page.keyboard.press('Control+z');
  await expect.poll(counted).toBe(9);
  await page.keyboard.press('Shift+R');
  await questions().first().waitFor({ state: 'detached' });
  const { revision } = await client.edits.history({ params: params() });
  await page.keyboard.press('y');
  expect((await client.edits.history({ params: params() })).revision).toBe(revision);
});

it('leaves the keys of answers alone in an edit mode, and says so', async () => {
  await page.keyboard.press('Shift+R');
  await now().waitFor();
  const { revision } = await client.edits.history({ params: params() });
  await editable(page);
  await page.keyboard.press('Shift+M');
  await page.getByText('Answers resume when you leave Merge').waitFor();
  await page.keyboard.press('y');
  // The first takes back the partner that the selection gave.
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await queue().getByRole('button', { name: 'Yes' }).waitFor();
  expect((await client.edits.history({ params: params() })).revision).toBe(revision);
});

it('selects the objects of a question and goes there', async () => {
  await page.keyboard.press('Shift+R');
  await questions().nth(2).click();
  await expect.poll(() => questions().nth(2).getAttribute('aria-selected')).toBe('true');
  const { items } = await client.review.queue({ params: params() });
  const [one, other] = items[2].segments;
  const selected = page.getByRole('listbox', { name: 'Segments' }).getByRole('option', { selected: true });
  const properties = page.getByRole('region', { name: 'Properties of the selection' });
  if (one !== other) await properties.getByText('2 segments').waitFor();
  else await expect.poll(() => selected.count()).toBe(1);
});

it.each(['light', 'dark'] as const)('shows the queue whole in a small window, %s', async (theme) => {
  page = await win.showProject({ theme, width: 1280, height: 800 });
  await page.getByRole('listbox', { name: 'Segments' }).getByRole('option').first().waitFor();
  await page.keyboard.press('Shift+R');
  await now().waitFor();
  await win.screenshot(`review-1280-${theme}`);
  for (const name of ['Yes', 'No', 'Skip', 'Flag']) {
    const button = (await queue().getByRole('button', { name }).boundingBox())!;
    expect(button.x + button.width).toBeLessThanOrEqual(
      (await queue().boundingBox())!.x + (await queue().boundingBox())!.width,
    );
    expect(await queue().getByRole('button', { name }).locator('kbd').isVisible()).toBe(true);
  }
});

it('names the labels that do not fit, and asks where they begin', async () => {
  await client.review.detach({ params: params() });
  const crop = join(win.folder, 'crop.h5');
  await jsonHere('phantom', crop, '--shape', '16,64,64', '--seed', '4');
  await page.getByRole('button', { name: 'Attach ground truth' }).click();
  await page.getByRole('dialog', { name: 'Choose a volume' }).getByRole('searchbox').fill(crop);
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Attach ground truth' });
  await dialog.getByLabel('Begins at x').fill('500');
  await dialog.getByRole('status').getByText('outside of the project').waitFor();
  await win.screenshot('attach-truth-elsewhere');
  await dialog.getByLabel('Begins at x').fill('32');
  await dialog.getByRole('button', { name: 'Compare' }).click();
  await page.getByRole('region', { name: 'Agreement with ground truth' }).waitFor();
  expect((await client.review.agreement({ params: params() }))!.truth.offset).toEqual([0, 0, 32]);
});
