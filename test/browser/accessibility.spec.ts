import { join } from 'node:path';

import type { Locator, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';

import { REPOSITORY, SAMPLE } from '../helpers/folders.ts';

import { axeViolations } from './support/axe.ts';
import { editable } from './support/page.ts';
import { testWindow } from './support/testWindow.ts';

/** Every screen and dialog in both themes: axe finds nothing, the console stays empty. */

const win = testWindow({ phantom: '40,180,200' });

interface Screen {
  readonly name: string;
  readonly isStart?: boolean;
  readonly width?: number;
  /** Errors of the console that belong to the screen. */
  readonly says?: RegExp;
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

/** An image that no volume can be made of. */
const COLOUR = join(REPOSITORY, 'test', 'fixtures', 'volumes', 'colour.tif');

const segments = (page: Page): Locator => page.getByRole('listbox', { name: 'Segments' }).getByRole('option');

async function select(page: Page): Promise<void> {
  await segments(page).nth(1).dblclick();
  await page.getByRole('region', { name: 'Properties of the selection' }).getByText('Neighbours').waitFor();
  await editable(page);
}

async function chooseVolume(page: Page, button: string, path: string): Promise<void> {
  await page.getByRole('button', { name: button }).click();
  await page.getByRole('dialog', { name: 'Choose a volume' }).getByRole('searchbox').fill(path);
  await page.keyboard.press('Enter');
}

function fromPalette(command: string, shown: (page: Page) => Locator): Screen['show'] {
  return async (page) => {
    await segments(page).first().waitFor();
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox').or(page.getByRole('dialog').getByRole('textbox')).first().waitFor();
    await page.keyboard.type(command);
    await page.keyboard.press('Enter');
    await shown(page).waitFor();
  };
}

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
  {
    name: 'import, a volume described',
    isStart: true,
    show: async (page) => {
      await chooseVolume(page, 'Choose a file', SAMPLE);
      await page.getByText('Brightness', { exact: true }).waitFor();
      await page.getByRole('button', { name: /Advanced/ }).click();
    },
  },
  {
    name: 'import, a file that cannot be read',
    isStart: true,
    says: /status of 422/,
    show: async (page) => {
      await chooseVolume(page, 'Choose a file', COLOUR);
      await page.getByRole('alert').getByText('was not read').waitFor();
    },
  },
  {
    name: 'files',
    isStart: true,
    show: async (page) => {
      await page.keyboard.press('Control+o');
      await page.getByRole('dialog', { name: 'Open a project' }).waitFor();
    },
  },
  {
    name: 'guide',
    isStart: true,
    show: async (page) => {
      await page.getByRole('button', { name: 'Read the guide' }).click();
      await page.getByRole('dialog').getByRole('heading', { name: 'A first project' }).waitFor();
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
  {
    name: 'a selected segment',
    show: (page) => select(page),
  },
  {
    name: 'split',
    show: async (page) => {
      await select(page);
      await page.keyboard.press('Shift+C');
      await page.getByText('Place a seed').first().waitFor();
    },
  },
  {
    name: 'merge',
    show: async (page) => {
      await select(page);
      await page.keyboard.press('Shift+M');
      await page.getByRole('region', { name: 'Merge mode' }).waitFor();
    },
  },
  {
    name: 'paint',
    show: async (page) => {
      await select(page);
      await page.keyboard.press('Shift+B');
      await page.getByRole('region', { name: 'Paint mode' }).waitFor();
    },
  },
  {
    name: 'review',
    show: async (page) => {
      await segments(page).first().waitFor();
      await page.keyboard.press('Shift+R');
      await page.getByRole('listbox', { name: 'Questions' }).getByRole('option', { selected: true }).waitFor();
    },
  },
  {
    name: 'ground truth',
    show: async (page) => {
      await segments(page).first().waitFor();
      await chooseVolume(page, 'Attach ground truth', join(win.folder, 'phantom.h5'));
      await page
        .getByRole('dialog', { name: 'Attach ground truth' })
        .getByRole('button', { name: 'Compare' })
        .waitFor();
    },
  },
  {
    name: 'a filter that nothing passes',
    show: async (page) => {
      await segments(page).first().waitFor();
      await page.keyboard.press('/');
      await page.keyboard.type('>900um3');
      await segments(page).first().waitFor({ state: 'detached' });
    },
  },
  {
    name: 'export',
    show: async (page) => {
      await page.getByRole('button', { name: 'Export', exact: true }).click();
      await page.getByRole('heading', { name: 'What will be written' }).waitFor();
    },
  },
  {
    name: 'checkpoint',
    show: async (page) => {
      await editable(page);
      await dialog('Control+s', 'Name this state')(page);
    },
  },
  { name: 'about', show: fromPalette('About Fascicle', (page) => page.getByRole('dialog', { name: 'About' })) },
  { name: 'tour', show: fromPalette('Tour of the window', (page) => page.getByText('1 of 5')) },
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
  it.each(SCREENS)('$name is accessible', async ({ name, isStart, width, says, show }) => {
    const options = { theme, ...(width === undefined ? {} : { width, height: 600 }) };
    const page = isStart ? await win.show(undefined, options) : await win.showProject(options);
    await show(page);
    await win.screenshot(`accessibility-${name.replaceAll(/\W+/g, '-')}-${theme}`);
    expect(await axeViolations(page)).toEqual([]);
    expect(win.errors.filter((error) => !says?.test(error))).toEqual([]);
  });
});
