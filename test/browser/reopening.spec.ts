import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Page } from 'playwright-core';

import { createClient } from '#contract/client.ts';
import type { Client } from '#contract/client.ts';

import { temporaryFolder } from '../helpers/folders.ts';

import { makePhantomProject, startTestEngine } from './support/engine.ts';
import type { TestEngine } from './support/engine.ts';
import { closeBrowser, openPage } from './support/page.ts';
import type { TestPage } from './support/page.ts';

/** A project that is left, and opened again by an engine at another port, in a browser that remembers nothing. */

const folder = temporaryFolder();
let directory: string;
let engine: TestEngine;
let open: TestPage | null = null;

beforeAll(async () => {
  directory = await makePhantomProject(folder);
});
afterAll(async () => {
  await closeBrowser();
  await engine.close();
});

/** Starts the program anew. */
async function begin(): Promise<{ page: Page; client: Client; id: string }> {
  await open?.close();
  engine = await startTestEngine(folder);
  open = await openPage(await engine.addressOf(directory), { asLeft: true });
  const client = createClient(engine);
  const [{ id }] = await client.projects.recent();
  return { page: open.page, client, id };
}
const eventually = <T>(value: () => Promise<T>) => expect.poll(value);
const rows = (page: Page) => page.getByRole('listbox', { name: 'Segments' }).getByRole('option');
const section = (page: Page) => page.getByRole('application', { name: 'XY slice' }).getByText(/^z \d+ of 40$/);
const leftPane = (page: Page) => page.getByRole('separator', { name: 'Width of the left pane' });
const swatches = (page: Page) =>
  rows(page)
    .locator('.swatch')
    .evaluateAll((found) => found.map((swatch) => swatch.getAttribute('style')));

it('comes back with its colours, its selection, its place and its layout', async () => {
  const first = await begin();
  const { page } = first;
  await rows(page).nth(2).click();
  const middle = await section(page).innerText();
  await page.getByRole('application', { name: 'XY slice' }).hover();
  await page.mouse.wheel(0, 100);
  await eventually(() => section(page).innerText()).not.toBe(middle);
  const dealt = await swatches(page);
  await page.keyboard.press('l');
  await eventually(() => swatches(page)).not.toEqual(dealt);
  await leftPane(page).focus();
  await page.keyboard.press('ArrowRight');
  await eventually(() => leftPane(page).getAttribute('aria-valuenow')).not.toBe('256');
  const left = await swatches(page);
  const place = await section(page).innerText();
  await eventually(async () => {
    const kept = await first.client.projects.view({ params: { project: first.id } });
    return Object.keys(kept).toSorted();
  }).toEqual(expect.arrayContaining(['camera', 'overlay', 'position', 'selected', 'sizes']));
  const width = await leftPane(page).getAttribute('aria-valuenow');
  await engine.close();

  const { page: again } = await begin();
  await eventually(() => swatches(again)).toEqual(left);
  await eventually(() => section(again).innerText()).toBe(place);
  await eventually(() => rows(again).nth(2).getAttribute('aria-selected')).toBe('true');
  await eventually(() => leftPane(again).getAttribute('aria-valuenow')).toBe(width);
  expect(open!.errors).toEqual([]);
});
