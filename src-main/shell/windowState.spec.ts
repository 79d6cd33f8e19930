import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, it } from 'vitest';

import { readWindowState, writeWindowState } from './windowState.ts';

const screen = { x: 0, y: 0, width: 1920, height: 1080 };
let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fascicle-window-'));
  path = join(folder, 'window.json');
});
afterEach(() => rmSync(folder, { recursive: true }));

it('opens a window where it was', () => {
  const state = { x: 100, y: 50, width: 1200, height: 800, isMaximised: true };
  writeWindowState(path, state);
  expect(readWindowState(path, [screen])).toEqual(state);
});

it('keeps the size but not the place where the monitor was taken away', () => {
  writeWindowState(path, { x: 2500, y: 50, width: 1200, height: 800, isMaximised: false });
  expect(readWindowState(path, [screen])).toEqual({ width: 1200, height: 800, isMaximised: false });
});

it('takes the default where nothing was kept or the file is damaged', () => {
  const first = readWindowState(path, [screen]);
  writeFileSync(path, '{"width":');
  expect(readWindowState(path, [screen])).toEqual(first);
  writeFileSync(path, '{"width":"wide"}');
  expect(readWindowState(path, [screen])).toEqual(first);
});
