import type { Locator, Page } from 'playwright-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { testWindow } from './support/testWindow.ts';

/** The list of segments and the 3D view of a real project. */

const win = testWindow({ phantom: '24,120,120' });
let page: Page;

beforeEach(async () => {
  page = await win.showProject();
  await rows().first().waitFor();
});
afterEach(() => expect(win.errors).toEqual([]));

const list = (): Locator => page.getByRole('listbox', { name: 'Segments' });
const rows = (): Locator => list().getByRole('option');
const properties = (): Locator => page.getByRole('region', { name: 'Properties of the selection' });
const status = async () => (await page.getByRole('contentinfo').innerText()).replace(/\s+/g, ' ');
/** Of the pointer in a slice, else of the cross-hair. */
const position = async () => /x \d+ y \d+ z \d+/.exec(await status())?.[0];
const idOf = async (row: Locator) => (await row.innerText()).split('\n')[0].replace(/\D/g, '');

describe('the list of segments', () => {
  it('is ordered by size at first, and turned round by its heading', async () => {
    const largest = await idOf(rows().first());
    await page.getByRole('button', { name: 'µm³' }).click();
    await expect.poll(() => idOf(rows().first())).not.toBe(largest);
    await page.getByRole('button', { name: 'µm³' }).click();
    await expect.poll(() => idOf(rows().first())).toBe(largest);
  });

  it('finds by id, and says what is wrong with a filter', async () => {
    const id = await idOf(rows().nth(2));
    await page.keyboard.press('/');
    await page.keyboard.type(id);
    await expect.poll(() => idOf(rows().first())).toMatch(new RegExp(`^${id}`));
    await page.getByRole('searchbox', { name: 'Find a segment' }).fill('status:splendid');
    await page.getByText('A status is todo, doing, done, flag.').waitFor();
    await page.getByRole('searchbox', { name: 'Find a segment' }).fill('>100000um3');
    await page.getByText('No segment matches this filter.').waitFor();
  });

  it('selects with the mouse and the keyboard, alone, together and in a range', async () => {
    await rows().nth(1).click();
    await properties().getByRole('heading', { level: 2 }).first().waitFor();
    await rows()
      .nth(3)
      .click({ modifiers: ['Control'] });
    await properties().getByText('2 segments').waitFor();
    await rows().nth(0).click();
    await rows()
      .nth(4)
      .click({ modifiers: ['Shift'] });
    await properties().getByText('5 segments').waitFor();
    await rows().nth(0).click();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press(' ');
    await expect.poll(() => rows().nth(1).getAttribute('aria-selected')).toBe('true');
  });

  it('jumps into a segment: the voxel at the cross-hair belongs to it', async () => {
    const id = await idOf(rows().nth(6));
    const before = await position();
    await rows().nth(6).dblclick();
    await expect.poll(position).not.toBe(before);
    const xy = page.getByRole('application', { name: 'XY slice' });
    const atMiddle = async (): Promise<string> => {
      const box = (await xy.boundingBox())!;
      await page.mouse.move(box.x + box.width / 2 + 1, box.y + box.height / 2);
      await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
      return status();
    };
    await expect.poll(atMiddle).toContain(`segment ${id}`);
  });

  it('goes to a neighbour at the place where they touch', async () => {
    await rows().first().click();
    const neighbour = properties()
      .getByRole('button', { name: /Go to the contact/ })
      .first();
    const label = (await neighbour.getAttribute('aria-label'))!;
    const before = await position();
    await neighbour.click();
    await expect.poll(position).not.toBe(before);
    const id = /(\d+)$/.exec(label)![1];
    await expect
      .poll(async () => (await properties().getByRole('heading').first().innerText()).replace(/\D/g, ''))
      .toBe(id);
  });
});

describe('the 3D view', () => {
  const view = () => page.getByRole('img', { name: /3D view/ });

  it('shows what is selected, and nothing once it is not', async () => {
    await page.getByText('Double click a segment to see it here.').waitFor();
    await rows().nth(0).click();
    await rows()
      .nth(1)
      .click({ modifiers: ['Control'] });
    await page.getByLabel('3D view, 2 segments', { exact: true }).waitFor();
    await win.screenshot('segments-3d');
    await page.keyboard.press('x');
    await page.getByLabel('3D view, 0 segments', { exact: true }).waitFor();
  });

  it('tells the segment under the pointer, and centres on a place of its surface', async () => {
    await rows().nth(0).click();
    await page.getByLabel('3D view, 1 segment', { exact: true }).waitFor();
    await runCommand('Look along z in 3D');
    const before = await position();
    // One place after the other, for a segment of any shape.
    let tried = 0;
    const afterOneMore = async () => {
      const box = (await view().boundingBox())!;
      const [i, j] = [1 + (tried % 5), 1 + (Math.floor(tried / 5) % 5)];
      tried++;
      await page.mouse.click(box.x + (box.width * i) / 6, box.y + (box.height * j) / 6, { button: 'right' });
      return position();
    };
    await expect.poll(afterOneMore).not.toBe(before);
  });

  it('saves a picture of twice its size', async () => {
    const download = page.waitForEvent('download');
    await runCommand('Save a picture of the 3D view');
    expect((await download).suggestedFilename()).toBe('phantom-3d.png');
  });

  it('fills the window and comes back by a key', async () => {
    await view().hover();
    const small = (await view().boundingBox())!.width;
    await page.keyboard.press('Space');
    await expect.poll(async () => (await view().boundingBox())!.width).toBeGreaterThan(small * 1.5);
    await page.keyboard.press('Space');
    await expect.poll(async () => (await view().boundingBox())!.width).toBeCloseTo(small, -1);
  });
});

/** As a fast typist does it: no waiting for the palette, nor for the view whose command it is. */
async function runCommand(label: string): Promise<void> {
  await page.keyboard.press('Control+k');
  await page.keyboard.type(label);
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
}
