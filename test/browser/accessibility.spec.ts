import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';

import { axeViolations } from './support/axe.ts';
import { testWindow } from './support/testWindow.ts';

/** Every screen and dialog in both themes: axe finds nothing, the console stays empty. */

const win = testWindow({ phantom: '40,180,200' });

interface Screen {
  readonly name: string;
  readonly isStart?: boolean;
  readonly width?: number;
  /** Brings the screen up and waits for it. */
  readonly show: (page: Page) => Promise<unknown>;
}

const dialog =
  (keys: string, title: string): Screen['show'] =>
  async (page) => {
    await page.getByRole('listbox').or(page.getByRole('grid')).first().waitFor();
    await page.keyboard.press(keys);
    await page.getByRole('dialog', { name: title }).waitFor();
  };

const SCREENS: readonly Screen[] = [
  { name: 'start', isStart: true, show: (page) => page.getByText('Recent projects').waitFor() },
  {
    name: 'import',
    isStart: true,
    show: async (page) => {
      await page.getByRole('button', { name: 'New project' }).click();
      await page.getByText('not created yet').waitFor();
    },
  },
  { name: 'proofread', show: (page) => page.getByRole('heading', { name: 'Segments' }).waitFor() },
  {
    name: 'proofread, narrow, with a drawer',
    width: 900,
    show: async (page) => {
      await page.getByRole('main', { name: 'Views' }).waitFor();
      await page.keyboard.press('Control+\\');
      await page.getByRole('heading', { name: 'Segments' }).waitFor();
    },
  },
  {
    name: 'jobs',
    show: async (page) => {
      await page.getByRole('button', { name: 'Jobs', exact: true }).click();
      await page.getByRole('heading', { name: 'Jobs' }).first().waitFor();
    },
  },
  { name: 'palette', show: dialog('Control+k', 'Commands') },
  { name: 'shortcut sheet', show: dialog('h', 'Keyboard and pointer') },
  { name: 'go to', show: dialog('Control+g', 'Go to a position') },
  {
    name: 'preferences, keys',
    show: async (page) => {
      await dialog('Control+,', 'Preferences')(page);
      await page.getByRole('dialog').getByText('Keys', { exact: true }).click();
      await page.getByText('Keys like in').waitFor();
    },
  },
  {
    name: 'menu',
    show: async (page) => {
      await page.getByRole('menuitem', { name: 'View', exact: true }).click();
      await page.getByRole('menu').waitFor();
    },
  },
];

describe.each(['dark', 'light'] as const)('in the %s theme', (theme) => {
  it.each(SCREENS)('$name is accessible', async ({ name, isStart, width, show }) => {
    const options = { theme, ...(width === undefined ? {} : { width, height: 600 }) };
    const page = isStart ? await win.show(undefined, options) : await win.showProject(options);
    await show(page);
    await win.screenshot(`accessibility-${name.replaceAll(/\W+/g, '-')}-${theme}`);
    expect(await axeViolations(page)).toEqual([]);
    expect(win.errors).toEqual([]);
  });
});
