import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { REPOSITORY, temporaryFolder } from '../helpers/folders.ts';

import { startTestEngine } from './support/engine.ts';
import type { TestEngine } from './support/engine.ts';
import { closeBrowser, openPage } from './support/page.ts';
import type { TestPage } from './support/page.ts';

/** The workspace of jobs against the real engine: what a person can do to work that runs. */

const SAMPLE = join(REPOSITORY, 'resources', 'sample', 'fib25_sample.h5');
const folder = temporaryFolder();
let engine: TestEngine;
let open: TestPage | undefined;

beforeAll(async () => {
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

describe('a run', () => {
  it('is paused, cancelled with its place kept, and gone on with', async () => {
    const answer = await fetch(`${engine.baseUrl}/api/projects`, {
      method: 'POST',
      headers: { authorization: `Bearer ${engine.token}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        directory: join(folder, 'projects', 'run'),
        raw: `${SAMPLE}:/raw`,
        region: { min: [0, 0, 0], max: [16, 96, 96] },
        method: { kind: 'network', model: 'fascicle-unet-em-v1-quick', provider: 'cpu' },
      }),
    });
    expect(answer.status).toBe(200);
    const { project } = (await answer.json()) as { project: { id: string } };
    open = await openPage(`${engine.address}&project=${project.id}`);
    const { page } = open;
    await page
      .getByRole('button', { name: 'Jobs' })
      .or(page.getByRole('tab', { name: 'Jobs' }))
      .first()
      .click();
    await page.getByRole('button', { name: 'Pause' }).first().click();
    await page.getByRole('button', { name: 'Resume' }).first().waitFor();
    expect(await page.getByRole('option').first().innerText()).toMatch(/paused|interrupted/i);
    await page.getByRole('button', { name: 'Cancel run' }).click();
    await page
      .getByText(/Cancelled by you/)
      .first()
      .waitFor();
    await open.screenshot('jobs-cancelled-dark');
    await page.getByRole('button', { name: 'Resume' }).first().click();
    await page.getByRole('button', { name: 'Open the project' }).waitFor({ timeout: 240_000 });
    expect(open.errors).toEqual([]);
  });
});
