import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { chromium } from 'playwright-core';
import type { Browser, BrowserContext, Page } from 'playwright-core';

import { REPOSITORY } from '../../helpers/folders.ts';

/** Debian's Chromium, or the one that is named. */
const CHROMIUM = process.env['FASCICLE_CHROMIUM'] ?? '/usr/bin/chromium';

/** Pictures of the screens, for people; git ignores the folder. */
export const SCREENSHOTS = join(REPOSITORY, 'output', 'screenshots');

/** For what a page promises: a busy machine is slow, and what is broken is broken after any time. */
const PATIENCE_MS = 180_000;

declare const requestAnimationFrame: (callback: (time: number) => void) => number;

export interface PageOptions {
  readonly width?: number;
  readonly height?: number;
  readonly theme?: 'dark' | 'light';
  /** Shows projects as the window before it left them, and keeps how it leaves them; else every look is the first. */
  readonly asLeft?: boolean;
}

export interface TestPage {
  readonly page: Page;
  /** What the console and the page reported as errors so far. */
  readonly errors: readonly string[];
  /** Writes a picture to output/screenshots/<name>.png. */
  screenshot(name: string): Promise<void>;
  close(): Promise<void>;
}

/** Resolves when the page has acted on what it was told and drawn it: what the pointer does, it does with the next frame. */
export async function drawn(page: Page): Promise<void> {
  await page.evaluate(async () => {
    for (let i = 0; i < 2; i++) await new Promise((resolve) => requestAnimationFrame(resolve));
  });
}

/** Resolves when a project can be edited: its history is read after its segments are shown, and until then edits are refused. */
export async function editable(page: Page): Promise<void> {
  const history = page.getByRole('region', { name: 'History' });
  await history.getByRole('button', { name: /^Edit \d.*, now$/ }).waitFor();
}

/** Runs in the page. What one test showed last, and when that was written, is nothing to the next. */
function forgetViews(): void {
  const { fetch } = globalThis;
  globalThis.fetch = (request, init) =>
    typeof request === 'string' && /\/api\/projects\/[^/]+\/view$/.test(request)
      ? Promise.resolve(init?.method === 'PUT' ? new Response(null, { status: 204 }) : Response.json({}))
      : fetch(request, init);
}

let browser: Promise<Browser> | null = null;

/** A page in a browser that all tests of a file share. Close the browser with `closeBrowser`. */
export async function openPage(address: string, options: PageOptions = {}): Promise<TestPage> {
  browser ??= chromium.launch({ executablePath: CHROMIUM });
  const { width = 1440, height = 900, theme = 'dark', asLeft = false } = options;
  const context: BrowserContext = await (
    await browser
  ).newContext({ viewport: { width, height }, colorScheme: theme, reducedMotion: 'reduce' });
  context.setDefaultTimeout(PATIENCE_MS);
  if (!asLeft) await context.addInitScript(forgetViews);
  const page = await context.newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(`${error.message}\n${error.stack ?? ''}`));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(`${message.text()} (${message.location().url})`);
  });
  await page.goto(address);
  return {
    page,
    errors,
    async screenshot(name) {
      mkdirSync(SCREENSHOTS, { recursive: true });
      await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`) });
    },
    close: () => context.close(),
  };
}

export async function closeBrowser(): Promise<void> {
  await (await browser)?.close();
  browser = null;
}
