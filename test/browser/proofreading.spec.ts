import { join } from 'node:path';

import { decode } from 'fast-png';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { decodeAssignment } from '#contract/assignmentTable.ts';
import type { History } from '#contract/routes/edits.ts';

import { temporaryFolder } from '../helpers/folders.ts';

import { axeViolations } from './support/axe.ts';
import { makePhantomProject, startTestEngine } from './support/engine.ts';
import type { TestEngine } from './support/engine.ts';
import { closeBrowser, drawn, editable, openPage } from './support/page.ts';
import type { TestPage } from './support/page.ts';

/** Proofreading with the mouse and the keyboard, in a browser, against the real engine: what the window says is what the project holds. */

const folder = temporaryFolder();
let engine: TestEngine;
let directory: string;
let id: string;
let open: TestPage;

beforeAll(async () => {
  directory = await makePhantomProject(folder);
  engine = await startTestEngine(folder);
  ({ id } = await engine.engine.projects.open(directory));
});
beforeEach(async () => {
  await show();
});
afterEach(async () => {
  await open.close();
  // An edit that the window still made when it was closed comes first.
  await eventually(async () => {
    const { revision: expected } = await history();
    await read('edits/place', { expected, to: 1 });
    return (await history()).head;
  }).toBe(1);
});
afterAll(async () => {
  await closeBrowser();
  await engine.close();
});

const page = () => open.page;
/** The machine may be busy: what is promised comes, however long it takes. */
const eventually = <Value>(read: () => Value | Promise<Value>) => expect.poll(read);

async function show(theme: 'dark' | 'light' = 'dark'): Promise<void> {
  open = await openPage(await engine.addressOf(directory), { theme });
  await editable(page());
  // Places are picked in what is loaded.
  await pointAt(...PLACES.left);
}

/** Places of the XY view, by chance in three objects of which the first two touch. */
const PLACES = { left: [150, 330], right: [330, 250], below: [250, 600] } as const;

async function screenPlace(x: number, y: number): Promise<{ x: number; y: number }> {
  const box = (await page().locator('[data-view="xy"]').boundingBox())!;
  return { x: box.x + x, y: box.y + y };
}

/** The segment or the supervoxel under a place, as the status bar says it. */
async function pointAt(x: number, y: number, what: 'segment' | 'supervoxel' = 'segment'): Promise<number> {
  const shown = page().locator('footer .status-item').filter({ hasText: what }).locator('b');
  let found = 0;
  await eventually(async () => {
    const place = await screenPlace(x, y);
    await page().mouse.move(place.x + 1, place.y);
    await page().mouse.move(place.x, place.y);
    await drawn(page());
    const [text = '0'] = await shown.allInnerTexts();
    return (found = Number(digits(text)));
  }).toBeGreaterThan(0);
  return found;
}

async function clickAt([x, y]: readonly [number, number], ...held: readonly string[]): Promise<void> {
  const place = await screenPlace(x, y);
  for (const key of held) await page().keyboard.down(key);
  await page().mouse.click(place.x, place.y);
  for (const key of [...held].reverse()) await page().keyboard.up(key);
}

async function read<Value>(path: string, body?: unknown): Promise<Value> {
  const answer = await fetch(`${engine.baseUrl}/api/projects/${id}/${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${engine.token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (path.includes('assignment')) return new Uint8Array(await answer.arrayBuffer()) as Value;
  return (await answer.json()) as Value;
}

/** The segment of every supervoxel, from the engine. */
async function segments(): Promise<number[]> {
  return [...decodeAssignment(await read<Uint8Array<ArrayBuffer>>('assignment')).assignment];
}
/** Whether the project has these segments; a difference of two thousand lines would tell nobody anything. */
const isAt = async (state: readonly number[]) => (await segments()).join() === state.join();
const history = () => read<History>('edits');
const countOf = (assignment: readonly number[]) => new Set(assignment.filter((segment) => segment > 0)).size;
const digits = (text: string) => text.replaceAll('\u202f', '');
/** Edits come one after the other; each is done when the log has it. */
const revisionIs = (revision: number) => eventually(async () => (await history()).revision).toBe(revision);
const commitButton = () => page().locator('.mode-commit');

/** Whether a place of the XY slice is more red or more blue, which no grey of the image is; null for neither. */
async function hueAt([x, y]: readonly [number, number]): Promise<'red' | 'blue' | null> {
  const place = await screenPlace(x, y);
  const picture = decode(await page().screenshot({ clip: { ...place, width: 1, height: 1 } }));
  const [red, , blue] = picture.data;
  return Math.abs(red - blue) < 20 ? null : red > blue ? 'red' : 'blue';
}

/** As far as the first edit, the threshold that the project was made with. */
async function undoAll(): Promise<void> {
  for (let { head } = await history(); head > 1; head = (await history()).head) {
    const { revision } = await history();
    await page().keyboard.press('Control+z');
    await revisionIs(revision + 1);
  }
}

describe('a merge', () => {
  it('of two objects by clicks shows its link and its numbers, and is made by Enter', async () => {
    const [a, b] = [await pointAt(...PLACES.left), await pointAt(...PLACES.right)];
    const { revision } = await history();
    const before = await segments();
    await page().keyboard.press('Shift+M');
    const bar = page().getByRole('region', { name: 'Merge mode' });
    await bar.waitFor();
    await eventually(() => commitButton().innerText()).toBe('Click the first object');
    await clickAt(PLACES.left);
    await clickAt(PLACES.right);
    await eventually(async () => digits(await commitButton().innerText())).toContain(`Merge ${a} + ${b}`);
    await eventually(() => bar.innerText()).toMatch(/\d+ contacts?/);
    await eventually(() => page().locator('[data-view="xy"] .slice-edit-marks .merge-link .contact').count()).toBe(1);
    await open.screenshot('proofreading-merge-dark');
    expect(await isAt(before)).toBe(true);
    expect(await axeViolations(page())).toEqual([]);

    await page().keyboard.press('Enter');
    await revisionIs(revision + 1);
    const after = await segments();
    expect(
      after.every((segment, supervoxel) => ![a, b].includes(before[supervoxel]) || segment === Math.min(a, b)),
    ).toBe(true);
    // What came of it is the first object of the next merge; Escape lets it go, then leaves.
    await eventually(() => commitButton().innerText()).toBe('Click the object that belongs to it');
    await page().keyboard.press('Escape');
    await eventually(() => commitButton().innerText()).toBe('Click the first object');
    await page().keyboard.press('Escape');
    await bar.waitFor({ state: 'detached' });
    await undoAll();
    expect(await isAt(before)).toBe(true);
    expect(open.errors).toEqual([]);
  });

  it('of many is brushed, and of what is selected is one key', async () => {
    const before = await segments();
    const { revision } = await history();
    await page().keyboard.press('Shift+M');
    const [from, to] = [await screenPlace(...PLACES.left), await screenPlace(...PLACES.below)];
    await page().mouse.move(from.x, from.y);
    await page().keyboard.down('Control');
    await page().mouse.down();
    await page().mouse.move(to.x, to.y, { steps: 30 });
    await page().mouse.up();
    await page().keyboard.up('Control');
    await eventually(() => commitButton().innerText()).toMatch(/^Merge \d objects/);
    await page().keyboard.press('Enter');
    await revisionIs(revision + 1);
    expect(countOf(await segments())).toBeLessThan(countOf(before) - 1);
    await page()
      .getByRole('button', { name: /^Leave Esc/ })
      .click();
    await undoAll();

    const rows = page()
      .getByRole('listbox', { name: 'Segments' })
      .or(page().getByRole('grid', { name: 'Segments' }));
    await rows.locator('.segment-row:not(.head)').nth(1).click();
    await rows
      .locator('.segment-row:not(.head)')
      .nth(2)
      .click({ modifiers: ['Control'] });
    const { revision: next } = await history();
    await page().keyboard.press('Control+Enter');
    await revisionIs(next + 1);
    expect(countOf(await segments())).toBe(countOf(before) - 1);
    await undoAll();
    expect(await isAt(before)).toBe(true);
    expect(open.errors).toEqual([]);
  });

  it('is refused while a partner is hidden', async () => {
    await pointAt(...PLACES.right);
    await page().keyboard.press('Enter');
    await page().getByRole('button', { name: 'Hide', exact: true }).click();
    await page().keyboard.press('Shift+M');
    await clickAt(PLACES.left);
    await clickAt(PLACES.right);
    await page().getByRole('alert').filter({ hasText: 'is hidden. Show it first' }).waitFor();
    await eventually(() => commitButton().getAttribute('aria-disabled')).toBe('true');
  });
});

describe('a split', () => {
  it('is previewed as seeds are placed, its cuts are looked at with arrows, and it parts the object', async () => {
    const before = await segments();
    const a = await pointAt(...PLACES.left);
    const b = await pointAt(...PLACES.right);
    await page().keyboard.press('Shift+M');
    await clickAt(PLACES.left);
    await clickAt(PLACES.right);
    await eventually(() => commitButton().getAttribute('aria-disabled')).toBeNull();
    const { revision } = await history();
    await page().keyboard.press('Enter');
    await revisionIs(revision + 1);
    const merged = await segments();

    await page().keyboard.press('Shift+C');
    await page().getByRole('region', { name: 'Split mode' }).waitFor();
    await clickAt(PLACES.left, 'Control');
    await eventually(() => commitButton().innerText()).toBe('Place a seed on side 2');
    await clickAt(PLACES.right, 'Control', 'Shift');
    await eventually(() => commitButton().innerText()).toContain('Commit cut 1');
    const cuts = page().getByRole('option', { name: /^Cut \d/ });
    await eventually(() => cuts.count()).toBeGreaterThan(1);
    await eventually(() =>
      page().locator('[data-view="xy"] .slice-edit-marks .seed-mark').count(),
    ).toBeGreaterThanOrEqual(2);
    await page().keyboard.press('ArrowDown');
    await eventually(() => commitButton().innerText()).toContain('Commit cut 2');
    await page().keyboard.press('ArrowUp');
    await eventually(() => commitButton().innerText()).toContain('Commit cut 1');
    expect(await isAt(merged)).toBe(true);
    await open.screenshot('proofreading-split-dark');
    expect(await axeViolations(page())).toEqual([]);

    await page().keyboard.press('Enter');
    await revisionIs(revision + 2);
    expect(countOf(await segments())).toBe(countOf(before));
    await eventually(async () => [await pointAt(...PLACES.left), await pointAt(...PLACES.right)].sort()).toEqual(
      [a, b].sort(),
    );
    expect(a).not.toBe(b);
    await page().keyboard.press('Escape');
    await undoAll();
    expect(await isAt(before)).toBe(true);
    expect(open.errors).toEqual([]);
  });

  it('of two seeds in one supervoxel divides it, and is undone as one edit', async () => {
    const before = await segments();
    const { revision } = await history();
    const [x, y] = PLACES.below;
    const own = await pointAt(x, y, 'supervoxel');
    let other: number = x;
    for (let at = x - 90; at <= x + 90 && Math.abs(other - x) < 30; at += 15)
      if (Math.abs(at - x) >= 30 && (await pointAt(at, y, 'supervoxel')) === own) other = at;
    expect(other).not.toBe(x);
    await page().keyboard.press('Shift+C');
    await clickAt([x, y], 'Control');
    await clickAt([other, y], 'Control', 'Shift');
    await page().getByText('Both seeds lie in one supervoxel. Enter divides it.').waitFor();
    // The line runs through the supervoxel before anything is made: beside the seeds its voxels have the colours of two sides.
    await eventually(async () => {
      const [one, two] = [await hueAt([x, y + 18]), await hueAt([other, y + 18])];
      return one !== null && two !== null && one !== two;
    }).toBe(true);
    expect(await isAt(before)).toBe(true);
    await open.screenshot('proofreading-divide-dark');
    await page().keyboard.press('Enter');
    await revisionIs(revision + 1);
    expect(countOf(await segments())).toBeGreaterThan(countOf(before));
    await page().keyboard.press('Escape');
    await eventually(async () => (await pointAt(x, y)) === (await pointAt(other, y))).toBe(false);
    await page().keyboard.press('Control+z');
    await revisionIs(revision + 2);
    expect((await segments()).slice(0, before.length).join()).toBe(before.join());
    expect(open.errors).toEqual([]);
  });

  it('takes seeds on the surface in 3D', async () => {
    await pointAt(...PLACES.right);
    await page().keyboard.press('Enter');
    await page().getByRole('img', { name: '3D view, 1 segment', exact: true }).waitFor();
    await page().keyboard.press('Shift+C');
    const box = (await page().locator('[data-view="3d"]').boundingBox())!;
    // The object runs from the lower left to the upper right.
    for (const [x, y, side] of [
      [0.58, 0.42, 1],
      [0.28, 0.74, 2],
    ] as const) {
      await page().keyboard.press(String(side));
      await page().mouse.click(box.x + x * box.width, box.y + y * box.height);
      await page()
        .getByRole('button', { name: `Side ${side} 1 seed` })
        .waitFor();
    }
    await eventually(() => commitButton().innerText()).toContain('Commit cut 1');
    await page().getByRole('img', { name: '3D view, 2 sides' }).waitFor();
    await open.screenshot('proofreading-split-3d-dark');
    expect(open.errors).toEqual([]);
  });

  it('takes seeds by digits, swaps sides, and Escape takes them back one by one', async () => {
    await page().keyboard.press('Shift+C');
    const sides = page().getByRole('group', { name: 'Sides' });
    await clickAt(PLACES.left);
    await page().keyboard.press('g');
    await clickAt([PLACES.left[0] + 20, PLACES.left[1] + 10]);
    await page().keyboard.press('4');
    await clickAt([PLACES.left[0] + 30, PLACES.left[1] - 10]);
    for (const side of [1, 2, 4]) await sides.getByRole('button', { name: `Side ${side} 1 seed` }).waitFor();
    await page().keyboard.press('Escape');
    await sides.getByRole('button', { name: 'Side 4 0 seeds' }).waitFor();
    await clickAt(PLACES.below);
    await page().getByRole('alert').filter({ hasText: 'All seeds of a split lie on one object' }).waitFor();
    for (let i = 0; i < 3; i++) await page().keyboard.press('Escape');
    await sides.waitFor({ state: 'detached' });
    expect(open.errors).toEqual([]);
  });
});

describe('a threshold', () => {
  it('is scrubbed live without touching the project, and committed or left', async () => {
    const before = await segments();
    const { revision } = await history();
    const slider = page().getByRole('slider', { name: 'Threshold of the whole volume' });
    const box = (await slider.boundingBox())!;
    const y = box.y + box.height / 2;
    await page().mouse.move(box.x + box.width / 2, y);
    await page().mouse.down();
    await page().mouse.move(box.x + box.width * 0.97, y, { steps: 12 });
    const shown = async () => Number.parseInt(digits(await page().locator('.global-threshold .count').innerText()));
    // Where the pointer rests; what it passed on the way may still be shown.
    const { minSize } = (await history()).cuts.cut;
    const wanted = `assignment/preview?threshold=${await slider.inputValue()}&minSize=${minSize}`;
    const promised = countOf([...decodeAssignment(await read<Uint8Array<ArrayBuffer>>(wanted)).assignment]);
    expect(promised).toBeGreaterThan(countOf(before));
    await eventually(shown).toBe(promised);
    expect(await isAt(before)).toBe(true);
    await page().mouse.up();
    await revisionIs(revision + 1);
    expect(countOf(await segments())).toBe(promised);
    await undoAll();

    await page().locator('[data-view="xy"] .slice-view').focus();
    await page().keyboard.press('{');
    await page().keyboard.press('{');
    await page().locator('.global-threshold .value.on').waitFor();
    await page().keyboard.press('Escape');
    await page().locator('.global-threshold .value.on').waitFor({ state: 'detached' });
    expect(await isAt(before)).toBe(true);
    expect(open.errors).toEqual([]);
  });

  it('of one object says what it would change, and keeps to that object', async () => {
    const before = await segments();
    const { revision } = await history();
    const own = await pointAt(...PLACES.left);
    await page().keyboard.press('Enter');
    const section = page().getByRole('region', { name: 'Threshold of this object' });
    await section.waitFor();
    const slider = section.getByRole('slider');
    await slider.focus();
    await page().keyboard.press('End');
    await section.getByText(/^\+\d+ −\d+ supervoxels/).waitFor();
    // The object in 3D falls into the same pieces, before anything is made.
    await page()
      .getByRole('img', { name: /^3D view, \d+ segments, preview$/ })
      .waitFor();
    await open.screenshot('proofreading-threshold-dark');
    expect(await history()).toMatchObject({ revision });
    await page().keyboard.press('Enter');
    await revisionIs(revision + 1);
    const after = await segments();
    expect(countOf(after)).toBeGreaterThan(countOf(before));
    expect(after.filter((segment, id) => before[id] !== own && segment !== before[id])).toEqual([]);
    await undoAll();
    expect(await isAt(before)).toBe(true);
    expect(open.errors).toEqual([]);
  });
});

describe('the curve over the threshold', () => {
  const panel = () => page().getByRole('dialog', { name: 'Curve over the threshold' });
  const shownIn = (title: string) =>
    panel().locator('.threshold-plot').filter({ hasText: title }).locator('.head > :last-child').innerText();

  it('is read by the pointer, and set where it is pressed', async () => {
    const before = await segments();
    const { revision } = await history();
    await page().getByRole('button', { name: 'Curve over the threshold' }).click();
    await eventually(async () => digits(await shownIn('Segments'))).toBe(String(countOf(before)));
    expect(await axeViolations(page())).toEqual([]);
    const stack = (await panel().locator('.stack').boundingBox())!;
    const [x, y] = [stack.x + stack.width * 0.95, stack.y + stack.height / 2];
    await page().mouse.move(x, y);
    await panel().getByText('at 0.95').waitFor();
    const promised = Number(digits(await shownIn('Segments')));
    expect(promised).toBeGreaterThan(countOf(before));
    expect(await isAt(before)).toBe(true);
    await open.screenshot('proofreading-curve-dark');
    await page().mouse.click(x, y);
    await revisionIs(revision + 1);
    expect(countOf(await segments())).toBe(promised);

    // By keyboard: arrows look, the first Escape goes back, the second closes.
    await panel().getByRole('slider').focus();
    await page().keyboard.press('ArrowLeft');
    await panel().locator('.value.on').waitFor();
    await page().keyboard.press('Escape');
    await panel().locator('.value.on').waitFor({ state: 'detached' });
    await page().keyboard.press('Escape');
    await panel().waitFor({ state: 'detached' });
    expect(await history()).toMatchObject({ revision: revision + 1 });
    expect(open.errors).toEqual([]);
  });

  it('has the agreement with ground truth, and goes to the best', async () => {
    const { revision } = await history();
    await read('truth', { source: `${join(folder, 'phantom.h5')}:/labels` });
    // From the palette, as all that has a name.
    await page().keyboard.press('Control+k');
    await page().getByRole('dialog', { name: 'Commands' }).getByRole('combobox').fill('curve over');
    await page().getByRole('option', { name: 'Curve over the threshold' }).click();
    await panel().waitFor();
    const best = panel().getByText(/^Lowest VI/);
    await best.waitFor();
    const [, vi, at] = /VI (\S+) at (\S+)/.exec(await best.innerText())!;
    await panel()
      .getByRole('img', { name: new RegExp(`^VI of the whole volume against its threshold: .* lowest ${vi}$`) })
      .waitFor();
    await open.screenshot('proofreading-curve-truth-dark');
    await panel()
      .getByRole('button', { name: `Set to ${at}` })
      .click();
    await revisionIs(revision + 1);
    const { scores } = await read<{ scores: { viSplit: number; viMerge: number } }>('truth');
    expect((scores.viSplit + scores.viMerge).toFixed(3)).toBe(vi);
    await page().keyboard.press('Escape');
    await page().getByRole('button', { name: 'Detach the ground truth' }).click();
    expect(open.errors).toEqual([]);
  });
});

describe('what people write down', () => {
  it('is on the object, survives a reload and is undone like any edit', async () => {
    const { revision } = await history();
    const own = await pointAt(...PLACES.left);
    await page().keyboard.press('Enter');
    const notes = page().getByRole('region', { name: 'Status' });
    await notes.getByLabel('Name').fill('dendrite 4');
    await page().keyboard.press('Enter');
    await revisionIs(revision + 1);
    await notes.getByText('Doing', { exact: true }).click();
    await revisionIs(revision + 2);
    await page().locator('.segment-row').filter({ hasText: 'dendrite 4' }).waitFor();
    await open.close();
    await show();
    await page().locator('.segment-row').filter({ hasText: 'dendrite 4' }).getByLabel('Doing').waitFor();
    await eventually(() => pointAt(...PLACES.left)).toBe(own);
    await undoAll();
    await page().locator('.segment-row').filter({ hasText: 'dendrite 4' }).waitFor({ state: 'detached' });
    expect(open.errors).toEqual([]);
  });
});

describe('the history', () => {
  it('goes back and forth, over a reload, to the same segments', async () => {
    const states: number[][] = [await segments()];
    const start = (await history()).revision;
    await page().keyboard.press('Shift+M');
    await clickAt(PLACES.left);
    await clickAt(PLACES.right);
    await eventually(() => commitButton().getAttribute('aria-disabled')).toBeNull();
    await page().keyboard.press('Enter');
    await revisionIs(start + 1);
    states.push(await segments());
    await page()
      .getByRole('button', { name: /^Leave Esc/ })
      .click();
    await pointAt(...PLACES.below);
    await page().keyboard.press('Shift+I');
    await revisionIs(start + 2);
    states.push(await segments());
    await page().keyboard.press('Control+z');
    await revisionIs(start + 3);
    expect(await isAt(states[1])).toBe(true);

    await open.close();
    await show();
    await eventually(() =>
      page().getByRole('button', { name: 'Redo', exact: false }).first().getAttribute('aria-disabled'),
    ).toBeNull();
    await page().keyboard.press('Control+y');
    await revisionIs(start + 4);
    expect(await isAt(states[2])).toBe(true);
    await undoAll();
    expect(await isAt(states[0])).toBe(true);
    const { revision } = await history();
    await page().keyboard.press('Control+Shift+Z');
    await revisionIs(revision + 1);
    await page().keyboard.press('Control+Shift+Z');
    await revisionIs(revision + 2);
    expect(await isAt(states[2])).toBe(true);
    expect(open.errors).toEqual([]);
  });

  it('shows an older state before it goes there, takes one edit back, and keeps a name for a state', async () => {
    const strip = page().getByRole('region', { name: 'History' });
    const start = (await history()).revision;
    await pointAt(...PLACES.below);
    await page().keyboard.press('Shift+I');
    await revisionIs(start + 1);
    const now = await segments();
    const { revision } = await history();
    const nodes = strip.getByRole('button', { name: /^(Edit \d|The beginning)/ });
    await nodes.nth(1).click();
    await page()
      .getByText(/^Looking at edit 1/)
      .waitFor();
    await open.screenshot('proofreading-history-dark');
    expect(await axeViolations(page())).toEqual([]);
    await page().keyboard.press('Escape');
    await page()
      .getByText(/^Looking at edit/)
      .waitFor({ state: 'detached' });
    expect(await isAt(now)).toBe(true);

    await strip.getByRole('button', { name: /, now$/ }).click({ button: 'right' });
    await page().getByRole('menuitem', { name: 'Take this edit back' }).click();
    await revisionIs(revision + 1);
    expect(await isAt(now)).toBe(false);

    await page().locator('[data-view="xy"] .slice-view').focus();
    await page().keyboard.press('Control+s');
    await page().getByRole('dialog', { name: 'Name this state' }).getByLabel('Name').fill('before lunch');
    await page().keyboard.press('Enter');
    await strip.getByText('before lunch').waitFor();

    await nodes.nth(1).focus();
    await page().keyboard.press('Enter');
    await page()
      .getByText(/^Looking at edit 1/)
      .waitFor();
    await page().keyboard.press('Enter');
    await revisionIs(revision + 2);
    await page()
      .getByText(/^Looking at edit/)
      .waitFor({ state: 'detached' });
    expect((await history()).head).toBe(1);
    expect(open.errors).toEqual([]);
  });

  it('says when an edit is not saved, and stops editing until it can be', async () => {
    await page().route('**/api/projects/*/edits', (route) =>
      route.request().method() === 'POST'
        ? route.fulfill({ status: 507, json: { kind: 'storage', message: 'The disk is full.' } })
        : route.fallback(),
    );
    await pointAt(...PLACES.below);
    await page().keyboard.press('Shift+I');
    await page().getByText('Not saved: The disk is full.').waitFor();
    await eventually(() =>
      page().getByRole('button', { name: 'Undo', exact: false }).first().getAttribute('aria-disabled'),
    ).toBe('true');
    await open.screenshot('proofreading-not-saved-dark');
    await page().unroute('**/api/projects/*/edits');
    await page().getByRole('button', { name: 'Try again' }).click();
    await page().getByText('All edits saved').waitFor();
  });
});

describe('in the light theme', () => {
  it('a split is as readable', async () => {
    await open.close();
    await show('light');
    await page().keyboard.press('Shift+C');
    await clickAt(PLACES.left, 'Control');
    await page().getByRole('group', { name: 'Sides' }).waitFor();
    await open.screenshot('proofreading-split-light');
    expect(await axeViolations(page())).toEqual([]);
  });
});
