import { readFile } from 'node:fs/promises';

import type { Browser, CDPSession, Page } from 'playwright-core';

import { createClient } from '#contract/client.ts';
import { FascicleError } from '#domain/errors.ts';

import { asUnseen } from './asUnseen.ts';
import { processorOf } from './processorTime.ts';
import type { Processor } from './processorTime.ts';
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
  /** The next slice: until it is on the screen, and what it costs. */
  readonly step: { readonly shown: Spread; readonly mainThread: MainThread; readonly processor: Processor };
  /** What a jump costs. */
  readonly jumpProcessor: Processor;
  /** Resident memory of the page's process, and its JavaScript heap, before and after scrolling. */
  readonly memory: {
    readonly beforeScroll: { readonly page: number; readonly heap: number };
    readonly afterScroll: { readonly page: number; readonly heap: number };
  };
  readonly slices: number;
}

/** What the page's main thread spends: processor time, and time in its tasks, which on few cores have to wait for one. */
export interface MainThread {
  readonly processor: number;
  readonly tasks: number;
}

const WINDOW = { width: 1920, height: 1080 };
const JUMPS = 12;
const STEPS = 40;
const SLICES = 500;

export interface PageBenchmarkOptions {
  /** A Chromium. */
  readonly chromium: string;
  /** What makes the pictures of the slices, as in the page's address. */
  readonly drawing: 'auto' | 'gpu' | 'cpu';
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((name: string) => void) | undefined;
}

/**
 * Measures the window on a project. Needs the `playwright-core` package of a source checkout and a Chromium.
 *
 * @throws FascicleError 'unsupported' where there is no Chromium to start
 */
export function benchPage(directory: string, options: PageBenchmarkOptions): Promise<PageBenchmark> {
  return asUnseen(directory, () => measurePage(directory, options));
}

async function measurePage(
  directory: string,
  { chromium, drawing, signal, onProgress }: PageBenchmarkOptions,
): Promise<PageBenchmark> {
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
      await page.goto(`${server.baseUrl}/?drawing=${drawing}#token=${server.token}&project=${project.id}`);
      const first = await pictures(page, 'start');
      const shape = project.shape!;
      onProgress?.('jumps');
      const jumps: { coarse: number; sharp: number }[] = [];
      const jumpProcessor = await processorOf(browser, server.pid, JUMPS, async () => {
        for (let i = 0; i < JUMPS; i++) jumps.push(await jump(page, shape, i));
      });
      onProgress?.('slices');
      await page.getByRole('application', { name: 'XY slice' }).hover();
      const step = await steps(browser, server.pid, page, devtools);
      const beforeScroll = await memoryOf(browser, devtools);
      for (let i = 0; i < SLICES; i++) await page.keyboard.press(i % 200 < 100 ? '.' : ',');
      await pictures(page, 'key');
      return {
        graphics: await page.evaluate(graphics),
        first,
        jump: { coarse: spread(jumps.map(({ coarse }) => coarse)), sharp: spread(jumps.map(({ sharp }) => sharp)) },
        jumpProcessor,
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

/** What the page says of the pictures of the three slices. */
interface Pictures {
  /** Milliseconds from the start of the page, or from the last key, to pictures in all three, and to sharp ones. */
  readonly coarse: number;
  readonly sharp: number;
}

/** What `record` keeps in the page. */
interface Recorder {
  /** Resolves when all pictures are sharp. */
  pictures(since: 'start' | 'key'): Promise<Pictures>;
}

/** Runs in the page: writes down what the slices say of their pictures, whenever that changes, and when a key was pressed. */
function record(): void {
  interface Host {
    bench: Recorder;
    addEventListener(type: string, listener: () => void, capture: boolean): void;
    requestAnimationFrame(run: () => void): void;
    document: { querySelectorAll(selector: string): Iterable<{ dataset: { picture?: string } }> };
    MutationObserver: new (run: () => void) => { observe(node: unknown, options: object): void };
  }
  const host = globalThis as unknown as Host;
  const changes: { at: number; states: string }[] = [];
  const isSharp = (states: string) => states === 'sharp sharp sharp';
  const waiting: (() => void)[] = [];
  let keyAt = 0;
  const look = () => {
    const states = Array.from(host.document.querySelectorAll('[data-picture]'), ({ dataset }) => dataset.picture).join(
      ' ',
    );
    if (states === changes.at(-1)?.states) return;
    changes.push({ at: performance.now(), states });
    if (isSharp(states)) for (const resolve of waiting.splice(0)) resolve();
  };
  new host.MutationObserver(look).observe(host.document, {
    subtree: true,
    childList: true,
    attributeFilter: ['data-picture'],
  });
  host.addEventListener(
    'keydown',
    () => {
      changes.splice(0, changes.length - 1);
      keyAt = performance.now();
    },
    true,
  );
  const frame = () => new Promise<void>((resolve) => host.requestAnimationFrame(resolve));
  const isShown = (states: string) => states.split(' ').length === 3 && /^((coarse|sharp) ?)+$/.test(states);
  host.bench = {
    async pictures(since) {
      const from = since === 'key' ? keyAt : 0;
      // What a key asks for is known in the frame after it.
      await frame();
      await frame();
      const asked = performance.now();
      // Not by frames, which would cost the main thread what is measured here.
      if (!isSharp(changes.at(-1)?.states ?? '')) await new Promise<void>((resolve) => waiting.push(resolve));
      const later = changes.filter(({ at }) => at >= from);
      // A picture that was there at once made no change; it was on the screen by then.
      const timeOf = (isWanted: (states: string) => boolean): number =>
        (later.find(({ states }) => isWanted(states))?.at ?? asked) - from;
      return { coarse: timeOf(isShown), sharp: timeOf(isSharp) };
    },
  };
}

/** When the pictures were first all there, and all sharp. */
function pictures(page: Page, since: 'start' | 'key'): Promise<Pictures> {
  return page.evaluate((from) => (globalThis as unknown as { bench: Recorder }).bench.pictures(from), since);
}

/** Goes to a place as a person does, by its coordinates. */
async function jump(page: Page, [depth, rows, columns]: readonly number[], seed: number) {
  const at = (extent: number, factor: number) => Math.floor(extent * (0.1 + 0.8 * ((seed * factor) % 1)));
  const text = [at(columns, 0.618), at(rows, 0.414), at(depth, 0.732)].join(', ');
  await page.keyboard.press('Control+g');
  await page.getByRole('dialog').getByRole('textbox').first().fill(text);
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  return pictures(page, 'key');
}

async function steps(
  browser: Browser,
  engine: number,
  page: Page,
  devtools: CDPSession,
): Promise<PageBenchmark['step']> {
  const shown: number[] = [];
  const mainThread = async () => [await metric(devtools, 'ThreadTime'), await metric(devtools, 'TaskDuration')];
  const before = await mainThread();
  const processor = await processorOf(browser, engine, STEPS, async () => {
    for (let i = 0; i < STEPS; i++) {
      await page.keyboard.press('.');
      shown.push((await pictures(page, 'key')).coarse);
    }
  });
  const [own, tasks] = (await mainThread()).map((seconds, i) => (1000 * (seconds - before[i])) / STEPS);
  return { shown: spread(shown), mainThread: { processor: own, tasks }, processor };
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
