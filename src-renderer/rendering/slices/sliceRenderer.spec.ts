import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import type { VoxelBlock } from '#contract/voxelBlock.ts';
import type { Zyx } from '#domain/geometry.ts';

import { sliceFrame } from './geometry/sliceFrame.ts';
import type { Viewport } from './geometry/viewport.ts';
import { createSliceRenderer } from './sliceRenderer.ts';
import { testLayer } from './tiles/testLayer.ts';
import type { TileRequest } from './tiles/tileGrid.ts';

const SHAPE: Zyx = [80, 2048, 2048];
/** What drawing one picture takes in these tests, milliseconds. */
const COST = 100;

describe('createSliceRenderer, where pictures are dear', () => {
  let frames: (() => void)[] = [];
  let now = 0;
  let drawn = 0;
  const asked: { request: TileRequest; come: () => void }[] = [];

  /** Draws what is due, then lets tiles arrive. */
  async function frame(): Promise<void> {
    now += 16;
    for (const run of frames.splice(0)) run();
    for (let i = 0; i < 4; i++) await Promise.resolve();
  }
  const come = async (isWanted: (request: TileRequest) => boolean, most = Infinity): Promise<void> => {
    const coming = asked.filter(({ request }) => isWanted(request)).slice(0, most);
    for (const tile of coming) {
      asked.splice(asked.indexOf(tile), 1);
      tile.come();
    }
    for (let i = 0; i < 4; i++) await Promise.resolve();
  };

  function open() {
    const renderer = createSliceRenderer({
      drawing: 'cpu',
      read: (_, request) =>
        new Promise<VoxelBlock>((resolve) => {
          const { rows, columns } = request;
          const block: VoxelBlock = { type: 'uint8', depth: 1, rows, columns, voxels: new Uint8Array(rows * columns) };
          asked.push({ request, come: () => resolve(block) });
        }),
    });
    const target = {
      canvas: { width: 0, height: 0 },
      putImageData() {
        drawn++;
        now += COST;
      },
    };
    const panel = renderer.addPanel({ getContext: () => target } as never, () => {});
    renderer.setScene({
      project: 'p',
      shape: SHAPE,
      voxelSizeNm: [30, 6, 6],
      images: [{ layer: testLayer(SHAPE), channels: [0], limits: [0, 255], opacity: 1 }],
      labels: null,
    });
    panel.look(viewportAt(40));
    return { renderer, panel };
  }
  const viewportAt = (z: number): Viewport => ({
    frame: sliceFrame('xy', null),
    centreNm: [30 * (z + 0.5), 6 * 1024, 6 * 1024],
    nmPerPixel: 6,
    width: 40,
    height: 30,
    pixelRatio: 1,
  });

  beforeEach(() => {
    frames = [];
    now = drawn = asked.length = 0;
    vi.stubGlobal('requestAnimationFrame', (run: () => void) => frames.push(run));
    vi.stubGlobal('cancelAnimationFrame', () => {});
    vi.stubGlobal('ImageData', function (this: object, width: number, height: number) {
      Object.assign(this, { width, height, data: new Uint8ClampedArray(4 * width * height) });
    });
    vi.spyOn(performance, 'now').mockImplementation(() => now);
  });
  afterEach(() => {
    vi.unstubAllGlobals();
    vi.restoreAllMocks();
  });

  it('draws the coarse picture at once, then waits until the sharp one is whole', async () => {
    const { panel, renderer } = open();
    await frame();
    const before = drawn;
    await come(({ level }) => level > 0);
    await frame();
    expect(panel.status).toMatchObject({ isBehind: false });
    expect(panel.status.standInLevel).toBeGreaterThan(0);
    expect(drawn).toBe(before + 1);
    // The middle of the panel lies where four tiles meet.
    await come(({ level }) => level === 0, 2);
    await frame();
    expect(drawn).toBe(before + 1);
    await come(({ level }) => level === 0);
    await frame();
    expect(drawn).toBe(before + 2);
    expect(panel.status.standInLevel).toBeNull();
    renderer.dispose();
  });

  it('draws tiles that came for a draft when 400 ms have gone by', async () => {
    const { renderer } = open();
    await frame();
    await come(({ level }) => level > 0);
    await frame();
    const before = drawn;
    await come(({ level }) => level === 0, 1);
    for (let i = 0; i < 400 / 16 - 2; i++) await frame();
    expect(drawn).toBe(before);
    for (let i = 0; i < 4; i++) await frame();
    expect(drawn).toBe(before + 1);
    renderer.dispose();
  });

  it('draws tiles that came for a picture in full when four times its cost has gone by', async () => {
    const { panel, renderer } = open();
    await frame();
    await come(() => true);
    await frame();
    // Half a tile further, the slice lacks tiles at its edge.
    panel.look({ ...viewportAt(40), centreNm: [30 * 40.5, 6 * (1024 + 512), 6 * 1024] });
    await frame();
    const before = drawn;
    await come((request) => request.kind === 'slice' && request.position === 40 && request.row === 1536, 1);
    for (let i = 0; i < (4 * COST) / 16 - 2; i++) await frame();
    expect(drawn).toBe(before);
    for (let i = 0; i < 4; i++) await frame();
    expect(drawn).toBe(before + 1);
    renderer.dispose();
  });

  it('leaves a slice that the user has left as it is, until the next one is there', async () => {
    const { panel, renderer } = open();
    await frame();
    await come(() => true);
    await frame();
    const before = drawn;
    panel.look(viewportAt(60));
    await frame();
    expect(panel.status.isBehind).toBe(true);
    expect(drawn).toBe(before);
    await come(({ level }) => level > 0);
    await frame();
    expect(panel.status.isBehind).toBe(false);
    expect(drawn).toBe(before + 1);
    renderer.dispose();
  });

  it('draws one panel a frame, first those whose slice is another one', async () => {
    const { panel, renderer } = open();
    const order: string[] = [];
    const target = { canvas: { width: 0, height: 0 }, putImageData: () => void ((now += COST), order.push('second')) };
    const second = renderer.addPanel({ getContext: () => target } as never, () => {});
    second.look(viewportAt(41));
    for (let i = 0; i < 12; i++) {
      await frame();
      await come(() => true);
    }
    for (let i = 0; i < 60; i++) await frame();
    const before = drawn;
    order.length = 0;
    // The slice after next was read ahead.
    panel.look({ ...viewportAt(40), centreNm: [30 * 40.5, 6 * 1030, 6 * 1024] });
    second.look(viewportAt(42));
    await frame();
    expect([drawn, order]).toEqual([before, ['second']]);
    await frame();
    expect([drawn, order]).toEqual([before + 1, ['second']]);
    renderer.dispose();
  });
});
