import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';

import { temporaryFolder } from '../helpers/folders.ts';
import { makePhantomProject } from '../helpers/phantomProject.ts';

import { startTestEngine } from './support/engine.ts';
import { editable } from './support/page.ts';
import { testWindow } from './support/testWindow.ts';

/** The frame of the window against the real engine: keys, panes, palette, preferences, and what is shown when the engine goes away. */

/** What runs in the page sees of it; the types of browsers are not those of these tests. */
declare const document: {
  documentElement: {
    scrollWidth: number;
    scrollHeight: number;
    style: { setProperty(name: string, value: string): void };
    dataset: Record<string, string | undefined>;
  };
  activeElement: { closest(selector: string): { dataset: Record<string, string | undefined> } | null } | null;
};
declare const window: { innerWidth: number; innerHeight: number };
declare const localStorage: { getItem(key: string): string | null };

const win = testWindow({ phantom: '40,180,200' });

async function openProject(size: { width?: number; height?: number } = {}): Promise<Page> {
  const page = await win.showProject(size);
  await page.getByRole('main', { name: 'Views' }).waitFor();
  await page.getByLabel('Segments').first().waitFor({ state: 'attached' });
  return page;
}

describe('the address', () => {
  it('shows no token once it was read, and the page can be loaded again where it was', async () => {
    const page = await openProject();
    expect(page.url()).not.toContain('token');
    await page.reload();
    await page.getByRole('main', { name: 'Views' }).waitFor();
    await page.keyboard.press('Control+k');
    await page.keyboard.type('Close the project');
    await page.keyboard.press('Enter');
    await page.getByText('Recent projects').waitFor();
    await page.reload();
    await page.getByText('Recent projects').waitFor();
    expect(win.errors).toEqual([]);
  });

  it('without a token leads to a page that says how to get one', async () => {
    const page = await win.show(win.engine.baseUrl);
    await page.getByRole('heading', { name: 'This address has no token' }).waitFor();
    expect(await page.textContent('main')).toContain('fascicle serve');
  });

  it('with the token of another engine leads to a page that says so', async () => {
    const page = await win.show(`${win.engine.baseUrl}/#token=${'x'.repeat(43)}`);
    await page.getByRole('heading', { name: 'This address is out of date' }).waitFor();
  });
});

describe('panes', () => {
  it('are in their places in a wide window', async () => {
    const page = await openProject();
    const boxOf = async (label: string) => (await page.getByRole('complementary', { name: label }).boundingBox())!;
    await expect.poll(async () => (await boxOf('Segments')).width).toBe(256);
    await expect.poll(async () => (await boxOf('Properties and layers')).width).toBe(292);
    const shareOf3d = async (): Promise<number> => {
      const [xy, mesh] = await Promise.all(
        ['xy', '3d'].map((view) => page.locator(`[data-view="${view}"]`).boundingBox()),
      );
      return mesh!.width / (xy!.width + mesh!.width);
    };
    await expect.poll(shareOf3d).toBeCloseTo(0.42, 1);
  });

  it('are sized by dragging and by keys, remember it, and a double click resets', async () => {
    const page = await openProject();
    const pane = page.getByRole('complementary', { name: 'Segments' });
    const width = async () => (await pane.boundingBox())!.width;
    await expect.poll(width).toBe(256);
    const divider = page.getByRole('separator', { name: 'Width of the left pane' });
    const { x, y } = (await divider.boundingBox())!;
    await page.mouse.move(x, y + 200);
    await page.mouse.down();
    await page.mouse.move(x + 60, y + 200);
    await page.mouse.up();
    await expect.poll(width).toBe(316);
    await divider.focus();
    await page.keyboard.press('ArrowLeft');
    await expect.poll(width).toBe(308);
    await divider.dblclick();
    await expect.poll(width).toBe(256);
  });

  it('become drawers in a narrow window', async () => {
    const page = await openProject({ width: 900, height: 600 });
    const pane = page.getByRole('complementary', { name: 'Segments' });
    await pane.waitFor({ state: 'hidden' });
    await page.locator('[data-view="xz"]').waitFor({ state: 'hidden' });
    await page.keyboard.press('Control+\\');
    await pane.waitFor();
    await page.keyboard.press('Escape');
    await pane.waitFor({ state: 'hidden' });
  });

  it('never make the window scroll, at any scale', async () => {
    for (const size of [
      { width: 1280, height: 800 },
      { width: 900, height: 600 },
    ]) {
      const page = await openProject(size);
      for (const scale of ['0.8', '2']) {
        await page.evaluate((value) => document.documentElement.style.setProperty('--ui-scale', value), scale);
        const overflow = () =>
          page.evaluate(() => [
            document.documentElement.scrollWidth - window.innerWidth,
            document.documentElement.scrollHeight - window.innerHeight,
          ]);
        await expect.poll(overflow).toEqual([0, 0]);
      }
    }
  });
});

describe('keys', () => {
  it('F6 goes through the zones of the window, and back', async () => {
    const page = await openProject();
    const zone = () => page.evaluate(() => document.activeElement?.closest('[data-zone]')?.dataset['zone']);
    for (const next of ['rail', 'left', 'views', 'right']) {
      await page.keyboard.press('F6');
      await expect.poll(zone).toBe(next);
    }
    await page.keyboard.press('Shift+F6');
    await expect.poll(zone).toBe('views');
  });

  it('Space maximises the view under the pointer and brings the others back', async () => {
    const page = await openProject();
    await page.locator('[data-view="xz"]').hover({ position: { x: 40, y: 60 } });
    await page.keyboard.press('Space');
    await page.locator('[data-view="xy"]').waitFor({ state: 'hidden' });
    await expect.poll(async () => (await page.locator('[data-view="xz"]').boundingBox())!.width).toBeGreaterThan(800);
    await page.keyboard.press('Space');
    await page.locator('[data-view="xy"]').waitFor();
  });

  it('type text while a field has the focus', async () => {
    const page = await openProject();
    await page.keyboard.press('/');
    const field = page.locator('input:focus');
    await field.waitFor();
    await page.keyboard.type('h?');
    await expect.poll(() => field.inputValue()).toBe('h?');
    await expect.poll(() => page.getByRole('searchbox', { name: 'Find a segment' }).inputValue()).toBe('h?');
    expect(await page.getByRole('dialog').count()).toBe(0);
  });
});

describe('the palette', () => {
  it('finds a command by letters and runs it', async () => {
    const page = await openProject();
    await page.keyboard.press('Control+k');
    await page.keyboard.type('go posi');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'Go to a position' }).waitFor();
    await page.getByLabel('Position', { exact: true }).fill('12, 34, 5');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    const status = async () => (await page.locator('footer').first().innerText()).replaceAll(/\s+/g, ' ');
    await expect.poll(status).toContain('x 12 y 34 z 5');
    expect(win.errors).toEqual([]);
  });
});

describe('a dialog with one field', () => {
  it('takes what is typed right after it was asked for', async () => {
    const page = await openProject();
    await page.keyboard.press('Control+g');
    await page.keyboard.type('12, 34, 5');
    await page.keyboard.press('Enter');
    await expect
      .poll(async () => (await page.locator('footer').first().innerText()).replaceAll(/\s+/g, ' '))
      .toContain('x 12 y 34 z 5');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(win.errors).toEqual([]);
  });

  it('begins with its text selected', async () => {
    const page = await openProject();
    await editable(page);
    await page.keyboard.press('Control+s');
    const field = page.getByRole('dialog', { name: 'Name this state' }).getByLabel('Name');
    await expect.poll(() => field.evaluate((input) => document.activeElement === input)).toBe(true);
    await expect.poll(() => field.inputValue()).toMatch(/^round \d+$/);
    await page.keyboard.type('noon');
    await expect.poll(() => field.inputValue()).toBe('noon');
    await page.keyboard.press('Escape');
    await field.waitFor({ state: 'detached' });
    expect(win.errors).toEqual([]);
  });
});

describe('preferences', () => {
  it('change theme and scale at once and are kept by the engine', async () => {
    const page = await openProject();
    await page.keyboard.press('Control+,');
    const dialog = page.getByRole('dialog', { name: 'Preferences' });
    await dialog.getByText('Light', { exact: true }).click();
    await page.waitForFunction(() => document.documentElement.dataset['theme'] === 'light');
    await expect.poll(() => page.evaluate(() => localStorage.getItem('fascicle.appearance'))).toBe('light 1');
    await page.reload();
    await page.waitForFunction(() => document.documentElement.dataset['theme'] === 'light');
  });

  it('change a key, which the menus show', async () => {
    const page = await openProject();
    await page.keyboard.press('Control+,');
    const dialog = page.getByRole('dialog', { name: 'Preferences' });
    await dialog.getByText('Keys', { exact: true }).click();
    await dialog.getByRole('button', { name: /^Keys of Go to a position:/ }).click();
    await page.keyboard.press('Control+j');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.keyboard.press('Control+j');
    await page.getByRole('dialog', { name: 'Go to a position' }).waitFor();
  });
});

describe('the first time', () => {
  it('a tour is offered beside a window that stays usable, can be skipped, and does not come again', async () => {
    const own = temporaryFolder();
    const fresh = await startTestEngine(own, { tourSeen: false });
    try {
      const { project } = await makePhantomProject(own, 'phantom', { shape: '16,64,64' });
      const page = await win.show(await fresh.addressOf(project));
      const tour = page.getByRole('dialog', { name: 'Three slices, one place' });
      await tour.waitFor();
      await win.screenshot('tour-dark');
      await page.keyboard.press('Control+g');
      await page.getByRole('dialog', { name: 'Go to a position' }).waitFor();
      await win.screenshot('tour-dialog-dark');
      await page.keyboard.press('Escape');
      const workspaces = page.getByRole('navigation', { name: 'Workspaces' });
      await workspaces.getByRole('button', { name: 'Jobs' }).click();
      await tour.waitFor({ state: 'detached' });
      await workspaces.getByRole('button', { name: 'Proofread' }).click();
      await tour.waitFor();
      await page.getByRole('button', { name: 'End the tour' }).click();
      await tour.waitFor({ state: 'detached' });
      await expect.poll(async () => (await fresh.engine.preferences.read()).tourSeen).toBe(true);
    } finally {
      await fresh.close();
    }
  });
});

describe('an engine that goes away', () => {
  it('is said, with what is safe, until it is back', async () => {
    const own = temporaryFolder();
    const first = await startTestEngine(own);
    const { project } = await makePhantomProject(own, 'phantom', { shape: '16,64,64' });
    const page = await win.show(await first.addressOf(project));
    await page.getByRole('main', { name: 'Views' }).waitFor();
    await first.close();
    await page.getByText('Reconnecting to the engine.').waitFor();
    const second = await startTestEngine(own, { token: first.token, port: first.port });
    try {
      await page.getByText('Reconnecting to the engine.').waitFor({ state: 'detached' });
      await expect.poll(() => page.getByRole('heading', { level: 1 }).innerText()).toBe('phantom');
    } finally {
      await second.close();
    }
  });
});
