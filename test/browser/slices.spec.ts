import { readFile } from 'node:fs/promises';

import { decode } from 'fast-png';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { segmentColour } from '#domain/segmentColour.ts';

import { HOLES, rawAt, sliceOf } from './page/slices/volume.ts';
import { hasChromium, openTestPage } from './support/openTestPage.ts';
import type { TestPage } from './support/openTestPage.ts';

/** What the page offers (page/slices/main.ts), as far as it is used here; its own types need the page's libraries. */
interface Harness {
  picture(plane: string): Promise<{ width: number; data: number[] }>;
  /* eslint-disable @typescript-eslint/no-explicit-any -- the stores' types need the page's libraries */
  view: any;
  slices: any;
  /* eslint-enable @typescript-eslint/no-explicit-any */
  pixels(plane: string, places: (readonly [number, number])[]): Promise<number[][]>;
  runCommand(id: string): void;
  renderer(): {
    usage(): Promise<{ textureBytes: number; blockBytes: number; requests: number }>;
    simulateContextLoss(): { restore(): void };
  };
}
declare const harness: Harness;
declare const requestAnimationFrame: (callback: (time: number) => void) => number;
declare const window: object;

/** As page/slices/volume.ts makes them. */
const IDS = [1, 2, 255, 256, 65_535, 65_536, 16_777_217, 2_147_483_647, 2_147_483_648, 4_294_967_294, 4_294_967_295];
/** The middle of the square of 128 voxels in a row and column of squares. */
const middleOf = (row: number, column: number) => [row * 128 + 72.5, column * 128 + 72.5] as const;
const idOf = (z: number, row: number, column: number): number =>
  IDS[(row * 12 + column + Math.floor(z / 20)) % IDS.length];

/** The answers to the renderer's questions, which a test can hold back or refuse. */
function createVolumeApi() {
  const held: (() => void)[] = [];
  const control = { isHolding: false, isFailing: false };
  const refusal = { kind: 'storage', message: 'The disk of the test does not answer.' };
  return {
    control,
    async answer({ pathname, searchParams }: URL) {
      if (control.isFailing) return { status: 500, body: JSON.stringify(refusal) };
      if (control.isHolding) await new Promise<void>((resolve) => held.push(resolve));
      const [, layer, level, plane, position] =
        /layers\/(\w+)\/levels\/(\d+)\/slices\/(\w+)\/(\d+)$/.exec(pathname) ?? [];
      return { status: 200, body: sliceOf({ layer, level, plane, position }, Object.fromEntries(searchParams)) };
    },
    waiting: () => held.length,
    release() {
      control.isHolding = false;
      for (const resolve of held.splice(0)) resolve();
    },
  };
}

/** On the graphics card (in these tests a program stands for it), and by the processor: the same is promised of both. */
describe.skipIf(!hasChromium).each(['gpu', 'cpu'])('slices in a browser, made by the %s', (drawing) => {
  const api = createVolumeApi();
  let open: TestPage;

  beforeAll(async () => {
    open = await openTestPage('slices', { width: 480, height: 320 }, api.answer, `?drawing=${drawing}`);
  });
  afterAll(async () => {
    expect(open.errors).toEqual([]);
    await open.close();
  });

  /** Waits until every panel is sharp and its picture drawn. */
  const settle = async (): Promise<void> => {
    await frames();
    await open.page.waitForFunction(
      async () =>
        (await harness.renderer().usage()).requests === 0 &&
        ['xy', 'xz', 'yz'].every((plane) => {
          const { isBehind, standInLevel } = harness.slices.statuses[plane] ?? { isBehind: true };
          return !isBehind && standInLevel === null;
        }),
    );
  };
  const frames = () =>
    open.page.evaluate(async () => {
      for (let i = 0; i < 3; i++) await new Promise((resolve) => requestAnimationFrame(resolve));
    });
  const pixelOfCentre = (plane = 'xy') =>
    open.page
      .evaluate((name) => {
        const { width, height } = harness.slices.viewports[name];
        return harness.pixels(name, [[Math.floor(width / 2), Math.floor(height / 2)]]);
      }, plane)
      .then(([pixel]) => pixel);

  beforeEach(async () => {
    api.control.isFailing = false;
    api.release();
    await open.page.waitForFunction(
      () => 'harness' in window && harness.slices.panels.yz && harness.slices.viewports.yz,
    );
    await open.page.evaluate(() => {
      const { view, slices } = harness;
      Object.assign(view.overlay, { visible: true, opacity: 0.31, outlines: true, salt: 0, colourBySupervoxel: false });
      view.select(0);
      view.sides = new Map();
      view.dimOthers = false;
      view.contactColour = null;
      view.hideOthers = false;
      view.setHidden([...view.hidden], false);
      view.nmPerPixel = 6;
      slices.snapToAxes();
      slices.centre([10.5, 512.5, 768.5]);
    });
    await settle();
  });

  it('draws in a thread of its own', () => {
    expect(open.page.workers().map((worker) => worker.url())).toEqual([expect.stringContaining('sliceWorker')]);
  });

  it('gives every id of 32 bits its own colour, to the bit', async () => {
    await open.page.evaluate(() => Object.assign(harness.view.overlay, { opacity: 1, outlines: false }));
    for (let column = 0; column < 11; column++) {
      const [y, x] = middleOf(1, column);
      await open.page.evaluate((voxel) => harness.slices.centre(voxel), [10.5, y, x]);
      await settle();
      const id = idOf(10, 1, column);
      expect([id, ...(await pixelOfCentre())]).toEqual([id, ...segmentColour(id), 255]);
    }
  });

  it('deals other colours for another salt, as the lists do', async () => {
    const [y, x] = middleOf(3, 5);
    await open.page.evaluate(
      (voxel) => {
        Object.assign(harness.view.overlay, { opacity: 1, outlines: false, salt: 0xfedcba98 });
        harness.slices.centre(voxel);
      },
      [10.5, y, x],
    );
    await settle();
    expect((await pixelOfCentre()).slice(0, 3)).toEqual([...segmentColour(idOf(10, 3, 5), 0xfedcba98)]);
  });

  it('lays 31 % over the image for unselected, 44 % for selected, nothing for hidden segments', async () => {
    const [y, x] = middleOf(2, 4);
    const id = idOf(10, 2, 4);
    await open.page.evaluate((voxel) => harness.slices.centre(voxel), [10.5, y, x]);
    await settle();
    const blend = (share: number) => segmentColour(id).map((channel) => rawAt(10) * (1 - share) + channel * share);
    const near = async (expected: number[]) => {
      const pixel = await pixelOfCentre();
      expected.forEach((value, i) => expect(Math.abs(pixel[i] - value)).toBeLessThanOrEqual(1));
    };
    await near(blend(0.31));
    await open.page.evaluate((segment) => harness.view.select(segment), id);
    await frames();
    await near(blend(0.44));
    await open.page.evaluate((segment) => harness.view.setHidden([segment], true), id);
    await frames();
    await near([rawAt(10), rawAt(10), rawAt(10)]);
  });

  it('rings a selected segment with white on dark', async () => {
    const [y, x] = middleOf(2, 4);
    await open.page.evaluate(
      ({ voxel, segment }) => {
        harness.slices.centre(voxel);
        harness.view.select(segment);
      },
      { voxel: [10.5, y, x], segment: idOf(10, 2, 4) },
    );
    await settle();
    // One voxel is one pixel; the square ends 56 pixels to the right of its middle.
    const line = await open.page.evaluate(() => {
      const { width, height } = harness.slices.viewports.xy;
      const [cx, cy] = [Math.floor(width / 2), Math.floor(height / 2) + 20];
      return harness.pixels(
        'xy',
        Array.from({ length: 16 }, (_, i) => [cx + 48 + i, cy] as const),
      );
    });
    const row = line.map(([red]) => red);
    const white = row.findIndex((value) => value > 250);
    expect(white).toBeGreaterThan(-1);
    expect(row.slice(white + 1, white + 5).some((value) => value < rawAt(10) - 15)).toBe(true);
  });

  it.each([
    ['unselected', false],
    ['selected', true],
  ])('outlines holes of %s segments, but no specks', async (_, isSelected) => {
    const id = idOf(10, 4, 3);
    await open.page.evaluate(
      ({ voxel, segment }) => {
        harness.slices.centre(voxel);
        harness.view.select(segment);
      },
      { voxel: [10.5, 4 * 128 + 72.5, 3 * 128 + 72.5], segment: isSelected ? id : 0 },
    );
    await settle();
    const left = HOLES.map(({ at, size }) => [at - 1 - 72, at + Math.floor(size / 2) - 72] as const);
    const [speck, hole, inside] = await open.page.evaluate((places) => {
      const { width, height } = harness.slices.viewports.xy;
      const [cx, cy] = [Math.floor(width / 2), Math.floor(height / 2)];
      return harness.pixels(
        'xy',
        [...places, [0, 0] as const].map(([x, y]) => [cx + x, cy + y] as const),
      );
    }, left);
    expect(speck).toEqual(inside);
    expect(hole).not.toEqual(inside);
  });

  it('takes the fill from all but the sides while an edit is prepared', async () => {
    const [y, x] = middleOf(2, 4);
    const [id, other] = [idOf(10, 2, 4), idOf(10, 2, 5)];
    await open.page.evaluate(
      ({ voxel, side }) => {
        harness.slices.centre(voxel);
        harness.view.sides = new Map([[side, '#f2ae2e']]);
        harness.view.dimOthers = true;
      },
      { voxel: [10.5, y, x], side: id },
    );
    await settle();
    // A square on the left, the side, and a square on its right, 128 pixels apart; and the edge of the side and of the others.
    const line = await open.page.evaluate(() => {
      const { width, height } = harness.slices.viewports.xy;
      const [cx, cy] = [Math.floor(width / 2), Math.floor(height / 2) + 20];
      return harness.pixels(
        'xy',
        Array.from({ length: 128 }, (_, i) => [cx + i, cy] as const),
      );
    });
    expect(other).not.toBe(id);
    const grey = rawAt(10);
    const near = (pixel: number[], expected: readonly number[]) =>
      expected.forEach((value, i) => expect(Math.abs(pixel[i] - value)).toBeLessThanOrEqual(1));
    const side = [0xf2, 0xae, 0x2e];
    near(
      line[0],
      side.map((channel) => grey * 0.62 + channel * 0.38),
    );
    near(line[126], [grey * 0.62, grey * 0.62, grey * 0.62]);
    // The outline: the side's own colour, whole; that of the others grey and faint.
    expect(line.some(([red, green, blue]) => red > 230 && green > 160 && blue < 70)).toBe(true);
    const others = line.slice(72);
    expect(others.some(([red]) => red > grey * 0.62 + 8)).toBe(true);
    for (const [red, green, blue] of others) expect(Math.max(red, green, blue) - Math.min(red, green, blue)).toBe(0);
  });

  it('draws a line where two sides touch, and none where they lie apart', async () => {
    const [y, x] = middleOf(2, 4);
    const above = idOf(19, 2, 4);
    const below = idOf(20, 2, 4);
    expect(below).toBe(idOf(19, 2, 5));
    await open.page.evaluate(
      ({ voxel, sides }) => {
        harness.slices.centre(voxel);
        harness.view.sides = new Map(sides.map((id) => [id, '#3366ff']));
        harness.view.dimOthers = true;
        harness.view.contactColour = '#ff0000';
      },
      { voxel: [20, y, x], sides: [above, below] },
    );
    await settle();
    const isLine = ([red, green, blue]: number[]) => red > 250 && green < 10 && blue < 10;
    const upright = await open.page.evaluate(() => {
      const { width, height } = harness.slices.viewports.xz;
      return harness.pixels(
        'xz',
        Array.from({ length: 21 }, (_, i) => [Math.floor(width / 2) + 9, Math.floor(height / 2) - 10 + i] as const),
      );
    });
    const places = upright.flatMap((pixel, i) => (isLine(pixel) ? [i] : []));
    expect(places.length).toBeGreaterThanOrEqual(2);
    expect(places.length).toBeLessThanOrEqual(4);
    for (const place of places) expect(Math.abs(place - 10)).toBeLessThanOrEqual(2);
    // From one square of the slice into the next, over the 16 voxels between them.
    const level = await open.page.evaluate(() => {
      const { width, height } = harness.slices.viewports.xy;
      return harness.pixels(
        'xy',
        Array.from({ length: 128 }, (_, i) => [Math.floor(width / 2) + i, Math.floor(height / 2) + 20] as const),
      );
    });
    expect(level.some(isLine)).toBe(false);
  });

  it('keeps the slice on the screen until the next one is there, and never shows a hole', async () => {
    api.control.isHolding = true;
    await open.page.evaluate(() => {
      harness.view.overlay.visible = false;
      harness.view.moveTo([30.5, 512.5, 768.5]);
    });
    await expect.poll(api.waiting).toBeGreaterThan(0);
    expect(await pixelOfCentre()).toEqual([rawAt(10), rawAt(10), rawAt(10), 255]);
    api.release();
    await settle();
    expect(await pixelOfCentre()).toEqual([rawAt(30), rawAt(30), rawAt(30), 255]);
  });

  it('shows only whole slices while the wheel turns', async () => {
    await open.page.evaluate(() => (harness.view.overlay.visible = false));
    await settle();
    const seen = await open.page.evaluate(async () => {
      const { width, height } = harness.slices.viewports.xy;
      const places = [
        [5, 5],
        [width - 6, 5],
        [Math.floor(width / 2), Math.floor(height / 2)],
        [width - 6, height - 6],
      ] as const;
      const pictures: number[][] = [];
      for (let i = 0; i < 25; i++) {
        harness.slices.step('xy', 1);
        await new Promise((resolve) => requestAnimationFrame(resolve));
        pictures.push((await harness.pixels('xy', [...places])).map(([red]) => red));
      }
      return pictures;
    });
    const known = Array.from({ length: 40 }, (_, z) => rawAt(z));
    for (const picture of seen) {
      expect(new Set(picture).size).toBe(1);
      expect(known).toContain(picture[0]);
    }
  });

  it('zooms about the pointer: the voxel under it stays', async () => {
    const { page } = open;
    await page.mouse.move(150, 250);
    for (const turn of [-100, -100, -100, 100, 100, 100, 100, -100]) {
      const { before, scale } = await page.evaluate(() => ({
        before: harness.slices.voxelAt('xy', 150, 250),
        scale: harness.view.nmPerPixel,
      }));
      await page.keyboard.down('Control');
      await page.mouse.wheel(0, turn);
      await page.keyboard.up('Control');
      await page.waitForFunction((old) => harness.view.nmPerPixel !== old, scale);
      const after = await page.evaluate(() => harness.slices.voxelAt('xy', 150, 250));
      for (const axis of [0, 1, 2]) expect(after[axis]).toBeCloseTo(before[axis], 6);
    }
  });

  it('tells what is under the pointer, and a double click selects it', async () => {
    const { page } = open;
    const [y, x] = middleOf(2, 4);
    const id = idOf(10, 2, 4);
    await page.evaluate((voxel) => harness.slices.centre(voxel), [10.5, y, x]);
    await settle();
    const { cx, cy } = await page.evaluate(() => {
      const { width, height } = harness.slices.viewports.xy;
      return { cx: width / 2 - 20, cy: height / 2 - 20 };
    });
    await page.mouse.move(cx, cy);
    await page.waitForFunction((segment) => harness.view.hovered === segment, id);
    expect(await page.evaluate(() => [harness.view.pointer.raw, harness.view.pointer.segment])).toEqual([
      rawAt(10),
      id,
    ]);
    const selected = () => page.evaluate(() => harness.view.selected);
    await page.mouse.dblclick(cx, cy);
    await expect.poll(selected).toEqual([id]);
    await page.mouse.dblclick(cx, cy);
    await expect.poll(selected).toEqual([]);
  });

  it('opens the menu of a segment by a long press and gives the focus back', async () => {
    const { page } = open;
    const [y, x] = middleOf(2, 4);
    const id = idOf(10, 2, 4);
    await page.evaluate((voxel) => harness.slices.centre(voxel), [10.5, y, x]);
    await settle();
    const { cx, cy } = await page.evaluate(() => {
      const { width, height } = harness.slices.viewports.xy;
      return { cx: width / 2 - 20, cy: height / 2 - 20 };
    });
    await page.mouse.move(cx, cy);
    await page.mouse.down({ button: 'right' });
    const menu = page.getByRole('menu');
    await menu.waitFor();
    await page.mouse.up({ button: 'right' });
    expect(await menu.getByRole('menuitem').allInnerTexts()).toEqual(
      expect.arrayContaining(['Copy the id', 'Copy the position']),
    );
    await menu.getByRole('menuitem', { name: 'Hide', exact: true }).click();
    await expect.poll(() => page.evaluate(() => [...harness.view.hidden])).toEqual([id]);
    await menu.waitFor({ state: 'detached' });
    await page.locator('[data-panel="xy"]:focus').waitFor();
  });

  it('saves a picture of the slice with its scale bar', async () => {
    const { page } = open;
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.evaluate(() => harness.runCommand('view.savePicture')),
    ]);
    expect(download.suggestedFilename()).toBe('Test-xy-z10.png');
    const { data, width, height } = decode(await readFile(await download.path()));
    const size = await page.evaluate(() => [harness.slices.viewports.xy.width, harness.slices.viewports.xy.height]);
    expect([width, height]).toEqual(size);
    // White letters at the lower left, and the slice itself elsewhere.
    const whites = (fromX: number) =>
      Array.from(
        { length: 40 * 40 },
        (_, i) => data[4 * ((height - 44 + Math.floor(i / 40)) * width + fromX + (i % 40))],
      ).filter((value) => value > 200).length;
    expect(whites(10)).toBeGreaterThan(10);
    expect(whites(width - 60)).toBe(0);
  });

  it('pans with the pointer and drags the cross-hair without moving the picture', async () => {
    const { page } = open;
    const { cx, cy } = await page.evaluate(() => {
      const { width, height } = harness.slices.viewports.xy;
      return { cx: width / 2, cy: height / 2 };
    });
    await page.mouse.move(cx + 100, cy + 60);
    await page.mouse.down();
    await page.mouse.move(cx + 70, cy + 100);
    await page.mouse.up();
    const position = () => page.evaluate(() => harness.view.position);
    await expect.poll(position).toEqual([10.5, 472.5, 798.5]);

    await page.mouse.move(cx, cy - 80);
    await page.mouse.down();
    await page.mouse.move(cx + 50, cy - 80);
    await page.mouse.up();
    await expect.poll(position).toEqual([10.5, 472.5, 848.5]);
    const centre = await page.evaluate(() =>
      harness.slices.voxelAt('xy', harness.slices.viewports.xy.width / 2, harness.slices.viewports.xy.height / 2),
    );
    expect(centre[2]).toBeCloseTo(798.5);
  });

  it.runIf(drawing === 'gpu')('comes back after the graphics context was lost', async () => {
    const before = await pixelOfCentre();
    await open.page.evaluate(() => {
      const { restore } = harness.renderer().simulateContextLoss();
      restore();
      harness.slices.centre([12.5, 512.5, 768.5]);
    });
    // The picture of before stays until the context is back.
    await expect.poll(() => pixelOfCentre()).not.toEqual(before);
    await open.page.evaluate(() => harness.slices.centre([10.5, 512.5, 768.5]));
    await settle();
    expect(await pixelOfCentre()).toEqual(before);
  });

  it('says why a picture is missing and tries again', async () => {
    api.control.isFailing = true;
    await open.page.evaluate(() => harness.slices.centre([39.5, 512.5, 768.5]));
    const alert = open.page.locator('[data-panel="xy"] [role="alert"]');
    await alert.waitFor();
    await expect.poll(() => alert.textContent()).toContain('The disk of the test does not answer.');
    api.control.isFailing = false;
    await alert.getByRole('button', { name: 'Retry' }).click();
    await settle();
    await alert.waitFor({ state: 'detached' });
  });

  it('stays within its budgets while going through slices', async () => {
    const usage = await open.page.evaluate(async () => {
      let most = { textureBytes: 0, blockBytes: 0 };
      for (let i = 0; i < 60; i++) {
        harness.slices.step(i % 3 === 0 ? 'xz' : 'yz', 1);
        await new Promise((resolve) => requestAnimationFrame(resolve));
        const { textureBytes, blockBytes } = await harness.renderer().usage();
        most = {
          textureBytes: Math.max(most.textureBytes, textureBytes),
          blockBytes: Math.max(most.blockBytes, blockBytes),
        };
      }
      return most;
    });
    expect(usage.textureBytes).toBeLessThan(257 * 2 ** 20);
    expect(usage.blockBytes).toBeLessThan(129 * 2 ** 20);
  });
});

describe.skipIf(!hasChromium)('slices, made in two ways', () => {
  it('are the same but for rounding, whatever is laid over the image', async () => {
    const api = createVolumeApi();
    const pages = await Promise.all(
      ['gpu', 'cpu'].map((drawing) =>
        openTestPage('slices', { width: 480, height: 320 }, api.answer, `?drawing=${drawing}`),
      ),
    );
    try {
      const [selected, side, other] = [idOf(10, 2, 4), idOf(10, 2, 5), idOf(10, 3, 4)];
      const looks = [
        { name: 'plain' },
        { name: 'magnified', nmPerPixel: 1.3 },
        { name: 'made small', nmPerPixel: 17 },
        { name: 'selected, hovered, fixed colour', selected: [selected], hovered: side, pinned: [[other, '#10e080']] },
        { name: 'no outlines, full fill', overlay: { outlines: false, opacity: 0.6 } },
        { name: 'others hidden', selected: [selected, side], hideOthers: true },
        {
          name: 'an edit',
          sides: [
            [selected, '#f2ae2e'],
            [side, '#3366ff'],
          ],
          dimOthers: true,
          contactColour: '#ff0000',
        },
      ];
      for (const look of looks) {
        await Promise.all(
          pages.map(async ({ page }) => {
            await page.waitForFunction(
              () => 'harness' in window && harness.slices.panels.xy && harness.slices.viewports.xy,
            );
            await page.evaluate(
              ({ look, place }) => {
                const { view, slices } = harness;
                Object.assign(view.overlay, { opacity: 0.31, outlines: true, ...look.overlay });
                view.selected = look.selected ?? [];
                view.hovered = look.hovered ?? 0;
                view.pinned = new Map(look.pinned ?? []);
                view.sides = new Map(look.sides ?? []);
                view.dimOthers = look.dimOthers ?? false;
                view.contactColour = look.contactColour ?? null;
                view.hideOthers = look.hideOthers ?? false;
                view.nmPerPixel = look.nmPerPixel ?? 6;
                slices.centre(place);
              },
              // eslint-disable-next-line @typescript-eslint/no-explicit-any -- a bag of settings for stores without types
              { look: look as any, place: [10.5, ...middleOf(2, 4)] },
            );
            await page.waitForFunction(async () => {
              for (let i = 0; i < 3; i++) await new Promise((resolve) => requestAnimationFrame(resolve));
              const { isBehind, standInLevel } = harness.slices.statuses.xy;
              return !isBehind && standInLevel === null && (await harness.renderer().usage()).requests === 0;
            });
          }),
        );
        // Both are at rest; the newest picture of a worker may still be on its way.
        const clear = async (): Promise<number> => {
          const [gpu, cpu] = await Promise.all(
            pages.map(async ({ page }) => (await page.evaluate(() => harness.picture('xy'))).data),
          );
          expect(cpu.length).toBe(gpu.length);
          return gpu.filter((value, i) => Math.abs(value - cpu[i]) > 3).length / gpu.length;
        };
        await expect.poll(clear, { message: look.name }).toBeLessThan(1e-3);
      }
    } finally {
      for (const { close, errors } of pages) {
        expect(errors).toEqual([]);
        await close();
      }
    }
  });
});
