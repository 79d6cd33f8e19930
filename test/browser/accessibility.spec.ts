import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { temporaryFolder } from '../helpers/folders.ts';

import { axeViolations } from './support/axe.ts';
import { makePhantomProject, startTestEngine } from './support/engine.ts';
import type { TestEngine } from './support/engine.ts';
import { closeBrowser, openPage } from './support/page.ts';
import type { TestPage } from './support/page.ts';

/** Every screen and dialog in both themes: axe finds nothing, the console stays empty. */

const folder = temporaryFolder();
let engine: TestEngine;
let project: string;
let open: TestPage | undefined;

beforeAll(async () => {
  project = await makePhantomProject(folder);
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

interface Screen {
  readonly name: string;
  readonly isStart?: boolean;
  readonly width?: number;
  /** Brings the screen up and waits for it. */
  readonly show: (page: TestPage['page']) => Promise<unknown>;
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
    const address = isStart ? engine.address : await engine.addressOf(project);
    open = await openPage(address, { theme, ...(width === undefined ? {} : { width, height: 600 }) });
    await show(open.page);
    await open.screenshot(`accessibility-${name.replaceAll(/\W+/g, '-')}-${theme}`);
    expect(await axeViolations(open.page)).toEqual([]);
    expect(open.errors).toEqual([]);
  });
});
