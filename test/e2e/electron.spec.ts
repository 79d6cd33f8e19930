import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { _electron } from 'playwright-core';
import { afterAll, describe, expect, it } from 'vitest';

/** Electron's binary is fetched apart from its package; where it is absent these tests say so and the browser tests stand for them. */
const root = join(import.meta.dirname, '..', '..');
const pathFile = join(root, 'node_modules', 'electron', 'path.txt');
const binary = existsSync(pathFile)
  ? join(root, 'node_modules', 'electron', 'dist', readFileSync(pathFile, 'utf8'))
  : null;
const isPresent = binary !== null && existsSync(binary) && existsSync(join(root, 'dist-app'));

describe.skipIf(!isPresent)('the program in Electron (skipped where its binary or dist-app is absent)', () => {
  const home = mkdtempSync(join(tmpdir(), 'fascicle-electron-'));
  afterAll(() => rmSync(home, { recursive: true, force: true }));

  it('opens a window on the start screen, isolated from Node, without errors', async () => {
    const app = await _electron.launch({
      executablePath: binary!,
      args: ['--no-sandbox', join(root, 'dist-app')],
      env: { ...(process.env as Record<string, string>), FASCICLE_HOME: home },
    });
    try {
      const page = await app.firstWindow();
      const errors: string[] = [];
      page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
      await page.getByRole('button', { name: 'New project' }).waitFor();
      expect(await page.evaluate(() => typeof (globalThis as { require?: unknown }).require)).toBe('undefined');
      expect(await page.evaluate(() => typeof (globalThis as { fascicleShell?: unknown }).fascicleShell)).toBe(
        'object',
      );
      expect(errors).toEqual([]);
    } finally {
      await app.close();
    }
  });
});
