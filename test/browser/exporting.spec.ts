import { readdirSync } from 'node:fs';
import { join } from 'node:path';

import { expect, it } from 'vitest';

import { relabelled } from '../helpers/relabelled.ts';

import { editable } from './support/page.ts';
import { testWindow } from './support/testWindow.ts';

/** What the screen shows is what the files hold, from the tab to the file. */

const win = testWindow({ phantom: '20,90,90' });

it('writes labels, surfaces and tables of the state that is shown', async () => {
  const { folder, project } = win;
  const page = await win.showProject();
  const rows = page.getByRole('listbox', { name: 'Segments' }).getByRole('option');
  await rows.nth(0).click();
  await rows.nth(1).click({ modifiers: ['Control'] });
  await editable(page);
  await page.keyboard.press('Control+Enter');
  await expect.poll(() => page.getByRole('contentinfo').innerText()).toMatch(/revision\s+2/);

  await page.getByRole('navigation', { name: 'Workspaces' }).getByRole('button', { name: 'Export' }).click();
  await page.getByRole('radio', { name: /^Selected/ }).check({ force: true });
  await page.getByText('Segments, edits and contacts as CSV').click();
  await page.getByText(/phantom-labels\.h5/).waitFor();
  await win.screenshot('export-dark');
  await page.getByRole('button', { name: 'Export', exact: true }).last().click();
  await expect.poll(() => readdirSync(folder)).toContain('phantom-manifest.json');
  expect(readdirSync(folder)).toEqual(
    expect.arrayContaining(['phantom-labels.h5', 'phantom-meshes', 'phantom-tables']),
  );
  await relabelled(project, join(folder, 'phantom-labels.h5'));

  await page.keyboard.press('Alt+3');
  await page.getByText(/Last export, revision 2/).waitFor();
  await page
    .getByText(/exists already|exist/)
    .first()
    .waitFor();
  expect(win.errors).toEqual([]);
});
