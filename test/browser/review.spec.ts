import { join } from 'node:path';

import type { Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';

import { createClient } from '../../src-shared/contract/client.ts';
import type { Client } from '../../src-shared/contract/client.ts';
import { temporaryFolder } from '../helpers/folders.ts';

import { makePhantomProject, startTestEngine } from './support/engine.ts';
import type { TestEngine } from './support/engine.ts';
import { closeBrowser, openPage } from './support/page.ts';
import type { TestPage } from './support/page.ts';

/** A review by keyboard: questions, answers, undo, and the agreement with ground truth that follows. */

const folder = temporaryFolder();
let engine: TestEngine;
let client: Client;
let id: string;
let address: string;
let open: TestPage;
let page: Page;

beforeAll(async () => {
  const project = await makePhantomProject(folder, '32,160,160');
  engine = await startTestEngine(join(folder, 'user'));
  client = createClient({ baseUrl: engine.baseUrl, token: engine.token });
  address = await engine.addressOf(project);
  id = address.split('project=')[1];
});
beforeEach(async () => {
  open = await openPage(address);
  page = open.page;
  await page.getByRole('listbox', { name: 'Segments' }).getByRole('option').first().waitFor();
});
afterEach(async () => {
  expect(open.errors).toEqual([]);
  await open.close();
});
afterAll(async () => {
  await closeBrowser();
  await engine.close();
});

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
/** Ranking shares the processors with drawing. */
const PATIENTLY = { timeout: 20_000 };
const params = () => ({ project: id });

it('reviews ten questions by keyboard, takes one back, and shows what it came to', async () => {
  await client.edits.commit({
    params: params(),
    body: {
      expected: (await client.edits.history({ params: params() })).revision,
      edit: { kind: 'threshold', cut: { threshold: 0.9, minSize: 0 } },
    },
  });
  const truth = { source: `${join(folder, 'phantom.h5')}:/labels` };
  const attached = await client.review.attach({ params: params(), body: truth });
  const panel = page.getByRole('region', { name: 'Agreement with ground truth' });
  await panel.getByText(attached.scores.viSplit.toFixed(3)).waitFor();

  await page.keyboard.press('Shift+R');
  await now().waitFor();
  expect(await counted()).toBe(0);
  const first = await now().innerText();
  await page.keyboard.press('e');
  await expect.poll(() => now().innerText()).not.toBe(first);
  await page.keyboard.press('q');
  await expect.poll(() => now().innerText()).toBe(first);

  const words = ['y', 'y', 'n', 'y', 'k', 'n', 'u', 'y', 'n', 'y'];
  for (const [done, key] of words.entries()) {
    await page.keyboard.press(key);
    await expect.poll(counted, PATIENTLY).toBe(done + 1);
  }
  await open.screenshot('review');
  const after = (await client.review.agreement({ params: params() }))!;
  expect(after.scores).not.toEqual(attached.scores);
  await panel.getByText(after.scores.viSplit.toFixed(3)).waitFor();
  const { answered } = await client.review.queue({ params: params() });
  expect(answered).toEqual({ yes: 5, no: 3, skip: 1, flag: 1 });

  await page.keyboard.press('Control+z');
  await expect.poll(counted, PATIENTLY).toBe(9);
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
