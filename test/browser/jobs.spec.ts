import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { SAMPLE } from '../helpers/folders.ts';

import { testWindow } from './support/testWindow.ts';

/** The workspace of jobs against the real engine: what a person can do to work that runs. */

const win = testWindow();

describe('a run', () => {
  it('is paused, cancelled with its place kept, and gone on with', async () => {
    const { project } = await win.client.projects.create({
      body: {
        directory: join(win.folder, 'projects', 'run'),
        raw: `${SAMPLE}:/raw`,
        region: { min: [0, 0, 0], max: [16, 96, 96] },
        method: { kind: 'network', model: 'fascicle-unet-em-v1-quick', provider: 'cpu' },
      },
    });
    const page = await win.show(`${win.engine.address}&project=${project.id}`);
    await page
      .getByRole('button', { name: 'Jobs' })
      .or(page.getByRole('tab', { name: 'Jobs' }))
      .first()
      .click();
    await page.getByRole('button', { name: 'Pause' }).first().click();
    await page.getByRole('button', { name: 'Resume' }).first().waitFor();
    await expect.poll(() => page.getByRole('option').first().innerText()).toMatch(/paused|interrupted/i);
    await page.getByRole('button', { name: 'Cancel run' }).click();
    await page
      .getByText(/Cancelled by you/)
      .first()
      .waitFor();
    await win.screenshot('jobs-cancelled-dark');
    await page.getByRole('button', { name: 'Resume' }).first().click();
    await page.getByRole('button', { name: 'Open the project' }).waitFor({ timeout: 240_000 });
    expect(win.errors).toEqual([]);
  });
});
