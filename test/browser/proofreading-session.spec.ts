import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { beforeAll, expect, it } from 'vitest';

import { decodeAssignment } from '#contract/assignmentTable.ts';
import { decodeVoxelBlock } from '#contract/voxelBlock.ts';
import { boxOfShape } from '#domain/geometry.ts';
import type { Zyx } from '#domain/geometry.ts';
import { openVolume } from '#volumes/openVolume.ts';

import { jsonHere } from '../helpers/fascicle.ts';
import { SAMPLE } from '../helpers/folders.ts';
import { relabelled } from '../helpers/relabelled.ts';

import { drawn, editable } from './support/page.ts';
import { testWindow } from './support/testWindow.ts';

/**
 * An hour at the desk in a minute: the sample of real tissue that ships, segmented by the network that ships, is proofread with mouse and
 * keyboard from a merge to the exported labels, which hold what the screen shows.
 */

const SHAPE: Zyx = [30, 250, 250];
/** Voxels about a place that must lie in the same supervoxel, so that a hand need not be steady. */
const CLEARANCE = 4;
const win = testWindow({ closes: 'after-all' });
let directory: string;
let project: string;

beforeAll(async () => {
  directory = join(win.folder, 'fib25');
  const network = ['--model', 'fascicle-unet-em-v1-quick', '--provider', 'cpu'];
  await jsonHere('segment', `${SAMPLE}:/raw`, ...network, '--project', directory);
});

async function show(): Promise<void> {
  ({ id: project } = await win.client.projects.open({ body: { directory } }));
  const page = await win.showProject({ directory });
  await editable(page);
  await expect.poll(async () => (await pointer(300, 300)).segment).toBeGreaterThan(0);
}

const page = () => win.page;
const params = () => ({ project });
const history = () => win.client.edits.history({ params: params() });
const segments = async () => decodeAssignment(await win.client.segments.assignment({ params: params() })).assignment;
const countOf = (assignment: Uint32Array) => new Set(assignment.filter((segment) => segment > 0)).size;
const revisionIs = (revision: number) => expect.poll(async () => (await history()).revision).toBe(revision);
const commitButton = () => page().locator('.mode-commit');
const undo = () => page().keyboard.press('Control+z');
const redo = () => page().keyboard.press('Control+y');

/** The supervoxel of every voxel. */
async function supervoxels(): Promise<Uint32Array> {
  const [depth, rows, columns] = SHAPE;
  const bytes = await win.client.voxels.box({
    params: { project, layer: 'supervoxels', level: 0 },
    query: { z: 0, y: 0, x: 0, depth, rows, columns, channel: 0 },
  });
  return decodeVoxelBlock(bytes).voxels as Uint32Array;
}

/** Moves the pointer to a place of the XY view, and reads what the status bar says of it. */
async function pointer(x: number, y: number): Promise<{ voxel: Zyx; segment: number }> {
  const box = (await page().locator('[data-view="xy"]').boundingBox())!;
  await page().mouse.move(box.x + x + 1, box.y + y);
  await page().mouse.move(box.x + x, box.y + y);
  await drawn(page());
  const text = (await page().locator('footer').first().innerText()).replaceAll(/\s+/g, ' ');
  const at = (name: string) =>
    Number(new RegExp(`\\b${name} (\\d+)`).exec(text.replaceAll(/(\d) (?=\d)/g, '$1'))?.[1] ?? 0);
  return { voxel: [at('z'), at('y'), at('x')], segment: at('segment') };
}

/** The place of the XY view at which a voxel of the shown slice is seen. */
async function placeOf([, row, column]: Zyx): Promise<readonly [number, number]> {
  const [from, to] = [await pointer(150, 150), await pointer(350, 350)];
  const pixels = 200 / (to.voxel[2] - from.voxel[2]);
  let [x, y] = [150 + (column - from.voxel[2]) * pixels, 150 + (row - from.voxel[1]) * pixels];
  await expect
    .poll(async () => {
      const { voxel } = await pointer(x, y);
      const off = [row - voxel[1], column - voxel[2]];
      y += off[0] * pixels;
      x += off[1] * pixels;
      return Math.hypot(...off);
    })
    .toBeLessThan(2);
  return [x, y];
}

async function clickOn(voxel: Zyx, ...held: readonly string[]): Promise<void> {
  const [x, y] = await placeOf(voxel);
  const box = (await page().locator('[data-view="xy"]').boundingBox())!;
  for (const key of held) await page().keyboard.down(key);
  await page().mouse.click(box.x + x, box.y + y);
  for (const key of [...held].reverse()) await page().keyboard.up(key);
}

/** Leaves the mode, whatever is still under way in it. */
async function leave(): Promise<void> {
  await page()
    .getByRole('button', { name: /^Leave Esc/ })
    .click();
}

/** Voxels of a slice around which all is one supervoxel, one for each segment that has any. */
function innerVoxels(labels: Uint32Array, assignment: Uint32Array, z: number): Map<number, Zyx> {
  const [, rows, columns] = SHAPE;
  const labelAt = (y: number, x: number) => labels[(z * rows + y) * columns + x];
  const found = new Map<number, Zyx>();
  for (let y = 40; y < rows - 40; y++)
    for (let x = 40; x < columns - 40; x++) {
      const label = labelAt(y, x);
      if (label === 0 || found.has(assignment[label])) continue;
      const isInner = [-CLEARANCE, 0, CLEARANCE].every((dy) =>
        [-CLEARANCE, 0, CLEARANCE].every((dx) => labelAt(y + dy, x + dx) === label),
      );
      if (isInner) found.set(assignment[label], [z, y, x]);
    }
  return found;
}

/** Two places in the shown slice that lie in objects which touch. */
async function touchingPlaces(): Promise<[Zyx, Zyx]> {
  const { voxel } = await pointer(300, 300);
  const inner = innerVoxels(await supervoxels(), await segments(), voxel[0]);
  for (const [segment, place] of inner) {
    const { neighbours } = await win.client.segments.neighbours({ params: { project, segment } });
    const other = neighbours.map((neighbour) => inner.get(neighbour.segment)).find((found) => found !== undefined);
    if (other !== undefined) return [place, other];
  }
  throw new Error('No two objects of this slice touch.');
}

it('goes from a merge to exported labels that hold what the screen shows', async () => {
  await show();
  const first = await segments();
  const { revision: start } = await history();
  const [here, there] = await touchingPlaces();
  /** Whether the two places are seen in one object. */
  const isOneObject = async (): Promise<boolean | null> => {
    const [a, b] = [await pointer(...(await placeOf(here))), await pointer(...(await placeOf(there)))];
    return a.segment > 0 && b.segment > 0 ? a.segment === b.segment : null;
  };

  // Two clicks with a link between them, and Enter.
  await expect.poll(isOneObject).toBe(false);
  await page().keyboard.press('Shift+M');
  await clickOn(here);
  await clickOn(there);
  await expect.poll(() => commitButton().getAttribute('aria-disabled')).toBeNull();
  await page().locator('[data-view="xy"] .slice-edit-marks .merge-link .contact').waitFor({ state: 'attached' });
  await page().keyboard.press('Enter');
  await revisionIs(start + 1);
  expect(countOf(await segments())).toBe(countOf(first) - 1);
  await expect.poll(isOneObject).toBe(true);
  await leave();

  // Seeds on two sides, a preview that changes nothing, and Enter.
  await page().keyboard.press('Shift+C');
  await clickOn(here, 'Control');
  await clickOn(there, 'Control', 'Shift');
  await expect.poll(() => commitButton().innerText()).toContain('Commit cut 1');
  expect(await history()).toMatchObject({ revision: start + 1 });
  await win.screenshot('session-split');
  await page().keyboard.press('Enter');
  await revisionIs(start + 2);
  await leave();
  await page().getByRole('region', { name: 'Split mode' }).waitFor({ state: 'detached' });
  await expect.poll(isOneObject).toBe(false);

  // The threshold, dragged: the count is foreseen, and kept when the hand lets go.
  const slider = page().getByRole('slider', { name: 'Threshold of the whole volume' });
  const track = (await slider.boundingBox())!;
  const middle = track.y + track.height / 2;
  await page().mouse.move(track.x + track.width / 2, middle);
  await page().mouse.down();
  await page().mouse.move(track.x + track.width * 0.8, middle, { steps: 12 });
  const shown = async () =>
    Number.parseInt((await page().locator('.global-threshold .count').innerText()).replaceAll(/\s/g, ''));
  await expect.poll(shown).not.toBe(countOf(await segments()));
  expect(await history()).toMatchObject({ revision: start + 2 });
  await page().mouse.up();
  await revisionIs(start + 3);
  await expect.poll(async () => countOf(await segments()) === (await shown())).toBe(true);
  const scrubbed = await segments();

  // All of it taken back, and made again.
  await page().locator('[data-view="xy"] .slice-view').focus();
  for (const revision of [start + 4, start + 5, start + 6]) {
    await undo();
    await revisionIs(revision);
  }
  expect((await segments()).join()).toBe(first.join());
  for (const revision of [start + 7, start + 8, start + 9]) {
    await redo();
    await revisionIs(revision);
  }
  expect((await segments()).join()).toBe(scrubbed.join());

  // Ten questions of the queue, one key each.
  await page().keyboard.press('Shift+R');
  const question = page().getByRole('listbox', { name: 'Questions' }).getByRole('option', { selected: true });
  await question.waitFor();
  const counted = async () =>
    Number(/(\d+) of/.exec(await page().getByRole('region', { name: 'Review queue' }).innerText())?.[1]);
  for (const [done, key] of ['y', 'n', 'k', 'y', 'n', 'u', 'y', 'n', 'k', 'y'].entries()) {
    await expect.poll(() => question.count()).toBe(1);
    await page().keyboard.press(key);
    await expect.poll(counted).toBe(done + 1);
  }
  const { answered } = await win.client.review.queue({ params: params() });
  expect(answered).toEqual({ yes: 4, no: 3, skip: 2, flag: 1 });
  await page().keyboard.press('Shift+R');

  // A stroke of a new object over everything.
  const before = await supervoxels();
  const { revision: reviewed } = await history();
  await page().keyboard.press('Shift+B');
  await page().keyboard.press('Shift+N');
  const bar = page().getByRole('region', { name: 'Paint mode' });
  await bar.getByText('New object', { exact: true }).waitFor();
  await bar.getByText('All', { exact: true }).click();
  const box = (await page().locator('[data-view="xy"]').boundingBox())!;
  await page().mouse.move(box.x + 250, box.y + 250);
  await page().mouse.down();
  await page().mouse.move(box.x + 330, box.y + 290, { steps: 15 });
  await page().mouse.up();
  await revisionIs(reviewed + 1);
  await leave();
  await bar.waitFor({ state: 'detached' });
  const painted = (await supervoxels()).filter((label, voxel) => label !== before[voxel]);
  expect(painted.length).toBeGreaterThan(20);
  expect(new Set(painted).size).toBe(1);
  expect(before.includes(painted[0])).toBe(false);

  // The files, from the tab.
  await page().getByRole('navigation', { name: 'Workspaces' }).getByRole('button', { name: 'Export' }).click();
  const file = join(win.folder, 'fib25-labels.h5');
  await page()
    .getByText(/fib25-labels\.h5/)
    .waitFor();
  await page().getByRole('button', { name: 'Export', exact: true }).last().click();
  await expect.poll(() => existsSync(join(win.folder, 'fib25-manifest.json'))).toBe(true);
  expect(win.errors).toEqual([]);

  // What another day's window shows is what the file holds.
  const last = await segments();
  await win.client.projects.close({ params: params() });
  await show();
  expect((await segments()).join()).toBe(last.join());
  await relabelled(directory, file);
  const labels = await openVolume(file, { role: 'labels' });
  const voxels = await labels.read(boxOfShape(SHAPE));
  await labels.close();
  const seen = new Set<number>();
  for (const [x, y] of [...Array(36).keys()].map((i) => [120 + (i % 6) * 50, 120 + Math.floor(i / 6) * 50])) {
    // The status bar follows the pointer.
    await expect
      .poll(async () => {
        const { voxel, segment } = await pointer(x, y);
        const [z, row, column] = voxel;
        const exported = Number(voxels[(z * SHAPE[1] + row) * SHAPE[2] + column]);
        seen.add(exported);
        return segment - exported;
      })
      .toBe(0);
  }
  expect(seen.size).toBeGreaterThan(5);
  expect(win.errors).toEqual([]);
});
