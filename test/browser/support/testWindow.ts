import { afterAll, afterEach, beforeAll } from 'vitest';
import type { Page } from 'playwright-core';

import { createClient } from '#contract/client.ts';
import type { Client } from '#contract/client.ts';

import { temporaryFolder } from '../../helpers/folders.ts';

import { makePhantomProject, startTestEngine } from './engine.ts';
import type { TestEngine } from './engine.ts';
import { closeBrowser, openPage } from './page.ts';
import type { PageOptions, TestPage } from './page.ts';

export interface TestWindowOptions {
  /** Makes a project of made-up neuropil of this shape, 'z,y,x': a second's work, and every part of the window has content. */
  readonly phantom?: string;
  /** Whether what a test has opened is closed after it, or after all; after each test when absent. */
  readonly closes?: 'after-each' | 'after-all';
}

/** The real engine and a window on it, for the tests of a file. */
export interface TestWindow {
  /** For all that the file writes; goes after it. */
  readonly folder: string;
  readonly engine: TestEngine;
  readonly client: Client;
  /** The folder of the made-up project. */
  readonly project: string;
  /** Of the window that was shown last. */
  readonly page: Page;
  /** What its console and the page reported as errors so far. */
  readonly errors: readonly string[];
  /** Opens a window, in place of the one before; at the start screen where no address is given. */
  show(address?: string, options?: PageOptions): Promise<Page>;
  /** Opens a window on a project, the made-up one where none is named. */
  showProject(options?: PageOptions & { readonly directory?: string }): Promise<Page>;
  /** Writes a picture to output/screenshots/<name>.png. */
  screenshot(name: string): Promise<void>;
}

/** Call it at the top of a file: it sets up and ends what its tests need. */
export function testWindow({ phantom, closes = 'after-each' }: TestWindowOptions = {}): TestWindow {
  const folder = temporaryFolder();
  let engine: TestEngine;
  let client: Client;
  let project: string;
  let open: TestPage | null = null;

  beforeAll(async () => {
    if (phantom !== undefined) project = await makePhantomProject(folder, phantom);
    engine = await startTestEngine(folder);
    client = createClient(engine);
  });
  const close = async (): Promise<void> => {
    await open?.close();
    open = null;
  };
  afterEach(async () => {
    if (closes === 'after-each') await close();
  });
  afterAll(async () => {
    await closeBrowser();
    await engine.close();
  });

  const shown = (): TestPage => {
    if (open === null) throw new Error('No window is open: show one first.');
    return open;
  };
  const show = async (address = engine.address, options: PageOptions = {}): Promise<Page> => {
    await close();
    open = await openPage(address, options);
    return open.page;
  };
  return {
    folder,
    get engine() {
      return engine;
    },
    get client() {
      return client;
    },
    get project() {
      return project;
    },
    get page() {
      return shown().page;
    },
    get errors() {
      return shown().errors;
    },
    show,
    showProject: async ({ directory = project, ...options } = {}) => show(await engine.addressOf(directory), options),
    screenshot: (name) => shown().screenshot(name),
  };
}
