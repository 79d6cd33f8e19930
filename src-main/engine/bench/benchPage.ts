import { readFile } from 'node:fs/promises';

import type { Browser, CDPSession, Page } from 'playwright-core';

import { createClient } from '#contract/client.ts';
import { FascicleError } from '#domain/errors.ts';

import { spread } from './samples.ts';
import type { Spread } from './samples.ts';
import { startServer } from './serverProcess.ts';

/** What `fascicle bench view --browser` measures of the window: a real Chromium on the real engine. Milliseconds, MiB. */
export interface PageBenchmark {
  /** What draws, as WebGL names it: software on a machine without a graphics processor. */
  readonly graphics: string;
  /** From the address to the first picture of three slices, coarse and sharp. */
  readonly first: { readonly coarse: number; readonly sharp: number };
  readonly jump: { readonly coarse: Spread; readonly sharp: Spread };
  /** The next slice: until it is on the screen, and what it costs the main thread. */
  readonly step: { readonly shown: Spread; readonly mainThread: number };
  /** Resident memory of the page's process, and its JavaScript heap, before and after scrolling. */
  readonly memory: {
    readonly beforeScroll: { readonly page: number; readonly heap: number };
    readonly afterScroll: { readonly page: number; readonly heap: number };
  };
  readonly slices: number;
}

const WINDOW = { width: 1920, height: 1080 };
const JUMPS = 12;
const STEPS = 40;
const SLICES = 500;

/**
 * Measures the window on a project. Needs the `playwright-core` package of a source checkout and a Chromium.
 *
 * @throws FascicleError 'unsupported' where there is no Chromium to start
 */
export async function benchPage(
  directory: string,
  options: { chromium: string; signal?: AbortSignal | undefined; onProgress?: ((name: string) => void) | undefined },
): Promise<PageBenchmark> {
  const { chromium, signal, onProgress } = options;
  const server = await startServer(signal);
  try {
    const client = createClient(server);
    await client.system.setPreferences({ body: { tourSeen: true } });
    const project = await client.projects.open({ body: { directory } });
    const browser = await launch(chromium);
    try {
      const page = await (await browser.newContext({ viewport: WINDOW, reducedMotion: 'reduce' })).newPage();
      await page.addInitScript(record);
      const devtools = await page.context().newCDPSession(page);
      await devtools.send('Performance.enable');
      onProgress?.('first picture');
      await page.goto(`${server.baseUrl}/#token=${server.token}&project=${project.id}`);
      const first = await pictures(page, 0);
      const shape = project.shape!;
      onProgress?.('jumps');
      const jumps = [];
      for (let i = 0; i < JUMPS; i++) jumps.push(await jump(page, shape, i));
      onProgress?.('slices');
      await page.getByRole('application', { name: 'XY slice' }).hover();
      const step = await steps(page, devtools);
      const beforeScroll = await memoryOf(browser, devtools);
      for (let i = 0; i < SLICES; i++) await page.keyboard.press(i % 200 < 100 ? '.' : ',');
      await settled(page);
      return {
        graphics: await page.evaluate(graphics),
        first,
        jump: { coarse: spread(jumps.map(({ coarse }) => coarse)), sharp: spread(jumps.map(({ sharp }) => sharp)) },
        step,
        memory: { beforeScroll, afterScroll: await memoryOf(browser, devtools) },
        slices: SLICES,
      };
    } finally {
      await browser.close();
    }
  } finally {
    await server.close();
  }
}

async function launch(executablePath: string): Promise<Browser> {
  try {
    const { chromium } = await import('playwright-core');
    return await chromium.launch({ executablePath });
  } catch (cause) {
    throw new FascicleError(
      'unsupported',
      `No browser could be started from ${executablePath}. Install Chromium or name one with --browser PATH; a packed program has no part that drives it.`,
      { cause },
    );
  }
}

/** A change of what the three slices show. */
interface Change {
  readonly at: number;
  readonly states: string;
}

/** What `record` keeps in the page. */
interface Recorder {
  readonly changes: Change[];
  keyAt: number;
}

/** Runs in the page: writes down, frame by frame, what the slices say of their pictures, and when a key was pressed. */
function record(): void {
  interface Host {
    bench: Recorder;
    addEventListener(type: string, listener: () => void, capture: boolean): void;
    requestAnimationFrame(run: () => void): void;
    document: { querySelectorAll(selector: string): Iterable<{ dataset: { picture?: string } }> };
  }
  const host = globalThis as unknown as Host;
  const bench: Recorder = { changes: [], keyAt: 0 };
  host.bench = bench;
  host.addEventListener('keydown', () => (bench.keyAt = performance.now()), true);
  const frame = () => {
    const states = Array.from(host.document.querySelectorAll('[data-picture]'), ({ dataset }) => dataset.picture).join(
      ' ',
    );
    if (states !== bench.changes.at(-1)?.states) bench.changes.push({ at: performance.now(), states });
    host.requestAnimationFrame(frame);
  };
  host.requestAnimationFrame(frame);
}

const isShown = (states: string) => states.split(' ').length === 3 && /^((coarse|sharp) ?)+$/.test(states);
const isSharp = (states: string) => states === 'sharp sharp sharp';

async function settled(page: Page): Promise<void> {
  await page.waitForFunction(
    () => (globalThis as unknown as { bench: Recorder }).bench.changes.at(-1)?.states === 'sharp sharp sharp',
  );
}

/** When the pictures were first all there, and all sharp, after a moment of the page's clock. */
async function pictures(page: Page, since: number): Promise<{ coarse: number; sharp: number }> {
  await settled(page);
  const changes = await page.evaluate(() => (globalThis as unknown as { bench: Recorder }).bench.changes);
  const later = changes.filter(({ at }) => at >= since);
  const coarse = later.find(({ states }) => isShown(states))?.at ?? since;
  return { coarse: coarse - since, sharp: (later.find(({ states }) => isSharp(states))?.at ?? since) - since };
}

/** Goes to a place as a person does, by its coordinates. */
async function jump(page: Page, [depth, rows, columns]: readonly number[], seed: number) {
  const at = (extent: number, factor: number) => Math.floor(extent * (0.1 + 0.8 * ((seed * factor) % 1)));
  const text = [at(columns, 0.618), at(rows, 0.414), at(depth, 0.732)].join(', ');
  await page.keyboard.press('Control+g');
  await page.getByRole('dialog').getByRole('textbox').first().fill(text);
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  return pictures(page, await keyAt(page));
}

function keyAt(page: Page): Promise<number> {
  return page.evaluate(() => (globalThis as unknown as { bench: Recorder }).bench.keyAt);
}

async function steps(page: Page, devtools: CDPSession): Promise<PageBenchmark['step']> {
  const shown: number[] = [];
  const before = await metric(devtools, 'TaskDuration');
  for (let i = 0; i < STEPS; i++) {
    await page.keyboard.press('.');
    shown.push((await pictures(page, await keyAt(page))).coarse);
  }
  const seconds = (await metric(devtools, 'TaskDuration')) - before;
  return { shown: spread(shown), mainThread: (1000 * seconds) / STEPS };
}

async function metric(devtools: CDPSession, name: string): Promise<number> {
  const { metrics } = await devtools.send('Performance.getMetrics');
  return metrics.find((entry) => entry.name === name)?.value ?? 0;
}

async function memoryOf(browser: Browser, devtools: CDPSession): Promise<{ page: number; heap: number }> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  const sizes = await Promise.all(
    processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => residentMebibytes(id)),
  );
  return { page: Math.max(...sizes), heap: (await metric(devtools, 'JSHeapUsedSize')) / 2 ** 20 };
}

/** Linux alone keeps this where it can be read; NaN elsewhere. */
async function residentMebibytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? NaN) / 1024;
}

/** Runs in the page. */
function graphics(): string {
  interface Context {
    getExtension(name: string): { UNMASKED_RENDERER_WEBGL: number } | null;
    getParameter(name: number): string;
  }
  const host = globalThis as unknown as {
    document: { createElement(name: string): { getContext(kind: string): Context | null } };
  };
  const context = host.document.createElement('canvas').getContext('webgl2');
  const extension = context?.getExtension('WEBGL_debug_renderer_info');
  return context && extension ? context.getParameter(extension.UNMASKED_RENDERER_WEBGL) : 'unknown';
}
