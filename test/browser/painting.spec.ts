import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import type { Client } from '#contract/client.ts';
import { decodeAssignment } from '#contract/assignmentTable.ts';
import { decodeVoxelBlock } from '#contract/voxelBlock.ts';
import type { Zyx } from '#domain/geometry.ts';

import { axeViolations } from './support/axe.ts';
import { drawn, editable } from './support/page.ts';
import { testWindow } from './support/testWindow.ts';

/** Voxels changed with the mouse, in a browser, against the real engine: what is painted is what the project holds. */

const SHAPE: Zyx = [40, 180, 200];
const win = testWindow({ phantom: SHAPE.join() });
let client: Client;
let project: string;

beforeAll(async () => {
  ({ client } = win);
  project = (await client.projects.open({ body: { directory: win.project } })).id;
});
beforeEach(show);
afterEach(async () => {
  const { revision: expected } = await history();
  await client.edits.goTo({ params: { project }, body: { expected, to: 1 } });
});

const page = () => win.page;
const history = () => client.edits.history({ params: { project } });
const revisionIs = (revision: number) => expect.poll(async () => (await history()).revision).toBe(revision);

async function show(): Promise<void> {
  await win.showProject();
  await editable(page());
  await pointAt(...LEFT);
}

/** A place of the XY view that lies in an object. */
const LEFT = [150, 330] as const;

async function screenPlace(x: number, y: number): Promise<{ x: number; y: number }> {
  const box = (await page().locator('[data-view="xy"]').boundingBox())!;
  return { x: box.x + x, y: box.y + y };
}

/** The segment under a place, as the status bar says it. */
async function segmentAt(x: number, y: number): Promise<number> {
  const place = await screenPlace(x, y);
  await page().mouse.move(place.x + 1, place.y);
  await page().mouse.move(place.x, place.y);
  await drawn(page());
  const text = await page().locator('footer').first().innerText();
  return Number(/segment\s+([\d\s]+?)\s*(?:memory|$)/.exec(text)?.[1]?.replaceAll(/\s/g, '') ?? 0);
}
async function pointAt(x: number, y: number): Promise<number> {
  let found = 0;
  await expect.poll(async () => (found = await segmentAt(x, y))).toBeGreaterThan(0);
  return found;
}

/** The supervoxel of every voxel, as the engine reads it. */
async function voxels(): Promise<Uint32Array> {
  const [depth, rows, columns] = SHAPE;
  const bytes = await client.voxels.box({
    params: { project, layer: 'supervoxels', level: 0 },
    query: { z: 0, y: 0, x: 0, depth, rows, columns, channel: 0 },
  });
  return decodeVoxelBlock(bytes).voxels as Uint32Array;
}
const countOf = (labels: Uint32Array, id: number) => labels.filter((label) => label === id).length;
const isSame = async (expected: Uint32Array) =>
  Buffer.from((await voxels()).buffer).equals(Buffer.from(expected.buffer));

async function drag(from: readonly [number, number], to: readonly [number, number], ...held: readonly string[]) {
  const [a, b] = [await screenPlace(...from), await screenPlace(...to)];
  await page().mouse.move(a.x, a.y);
  for (const key of held) await page().keyboard.down(key);
  await page().mouse.down();
  await page().mouse.move(b.x, b.y, { steps: 15 });
  await page().mouse.up();
  for (const key of [...held].reverse()) await page().keyboard.up(key);
}

describe('a stroke', () => {
  it('of a new object is drawn, made when the pointer goes up, undone, redone, and there after a reload', async () => {
    const before = await voxels();
    const { revision } = await history();
    await page().keyboard.press('Shift+B');
    const bar = page().getByRole('region', { name: 'Paint mode' });
    await bar.getByText('Select an object, or begin a new one').waitFor();
    await page().keyboard.press('Shift+N');
    await bar.getByText('New object', { exact: true }).waitFor();
    await bar.getByText('All', { exact: true }).click();

    const [a, b] = [await screenPlace(...LEFT), await screenPlace(LEFT[0] + 80, LEFT[1] + 40)];
    await page().mouse.move(a.x, a.y);
    await page().locator('[data-view="xy"] .slice-paint-marks ellipse.brush').waitFor({ state: 'attached' });
    await page().mouse.down();
    await page().mouse.move(b.x, b.y, { steps: 15 });
    await page().locator('[data-view="xy"] .slice-paint-marks .stroke').waitFor({ state: 'attached' });
    await win.screenshot('painting-stroke-dark');
    expect(await history()).toMatchObject({ revision });
    await page().mouse.up();
    await revisionIs(revision + 1);

    const after = await voxels();
    const made = after.reduce((highest, label) => Math.max(highest, label), 0);
    expect(countOf(before, made)).toBe(0);
    expect(countOf(after, made)).toBeGreaterThan(20);
    // The picture follows the project, and what was begun is selected.
    await expect.poll(() => segmentAt(...LEFT)).toBe(made);
    await expect
      .poll(async () => (await bar.locator('.paint-object').innerText()).replaceAll(/\s/g, ''))
      .toBe(String(made));
    expect(await axeViolations(page())).toEqual([]);

    await page().keyboard.press('Control+z');
    await revisionIs(revision + 2);
    expect(await isSame(before)).toBe(true);
    await expect.poll(() => segmentAt(...LEFT)).not.toBe(made);
    await page().keyboard.press('Control+Shift+z');
    await revisionIs(revision + 3);
    expect(await isSame(after)).toBe(true);
    // What was asked of the new object while an undo took it away is refused.
    const ofWhatIsGone = /\/meshes\?|\/assignment\/curve\?anchor=/;
    expect(win.errors.filter((error) => !ofWhatIsGone.test(error))).toEqual([]);
    await show();
    await expect.poll(() => segmentAt(...LEFT)).toBe(made);
    expect(await isSame(after)).toBe(true);
    expect(win.errors).toEqual([]);
  });

  it('with Ctrl and Shift erases the object alone; the wheel makes the brush larger', async () => {
    const own = await pointAt(...LEFT);
    await page().keyboard.press('Enter');
    const { revision } = await history();
    await page().keyboard.press('Shift+B');
    const size = page().getByLabel('Diameter of the brush');
    const first = await size.innerText();
    await page().keyboard.down('Shift');
    await page().mouse.wheel(0, -100);
    await page().keyboard.up('Shift');
    await expect.poll(() => size.innerText()).not.toBe(first);
    const before = await voxels();
    await drag(LEFT, [LEFT[0] + 30, LEFT[1]], 'Control', 'Shift');
    await revisionIs(revision + 1);
    const after = await voxels();
    const { assignment } = await segmentsNow();
    let erased = 0;
    after.forEach((label, i) => {
      if (label === before[i]) return;
      erased++;
      expect([label, assignment[before[i]]]).toEqual([0, own]);
    });
    expect(erased).toBeGreaterThan(10);
    await page().keyboard.press('Escape');
    await page().getByRole('region', { name: 'Paint mode' }).waitFor({ state: 'detached' });
    expect(win.errors).toEqual([]);
  });
});

async function segmentsNow() {
  return decodeAssignment(await client.segments.assignment({ params: { project } }));
}

const isOneObject = async () => (await segmentAt(...LEFT)) === (await segmentAt(LEFT[0] + 12, LEFT[1]));

describe('a split', () => {
  it('with both seeds in one supervoxel divides it by Enter, and its undo gives every voxel back', async () => {
    const before = await voxels();
    const { revision } = await history();
    await pointAt(...LEFT);
    await page().keyboard.press('Shift+C');
    await drag(LEFT, LEFT, 'Control');
    await drag([LEFT[0] + 12, LEFT[1]], [LEFT[0] + 12, LEFT[1]], 'Control', 'Shift');
    await page().getByText('Both seeds lie in one supervoxel. Enter divides it.').waitFor();
    await page().keyboard.press('Enter');
    await revisionIs(revision + 1);
    const after = await voxels();
    expect(await isSame(before)).toBe(false);
    expect(after.every((label, i) => (label === 0) === (before[i] === 0))).toBe(true);
    await expect.poll(isOneObject).toBe(false);
    await page().keyboard.press('Escape');
    await page().keyboard.press('Control+z');
    await revisionIs(revision + 2);
    expect(await isSame(before)).toBe(true);
    await expect.poll(isOneObject).toBe(true);
    expect(win.errors).toEqual([]);
  });
});
