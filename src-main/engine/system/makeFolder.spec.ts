import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, describe, expect, it } from 'vitest';

import { makeFolder } from './makeFolder.ts';

const folder = mkdtempSync(join(tmpdir(), 'fascicle-folder-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('makeFolder', () => {
  it('makes all that is missing, and nothing where it is there', () => {
    const path = join(folder, 'a', 'b c', 'd');
    for (let i = 0; i < 2; i++) makeFolder(path);
    expect(statSync(path).isDirectory()).toBe(true);
  });

  it('does not make a folder in a file, nor in its place', () => {
    writeFileSync(join(folder, 'file'), '');
    expect(() => makeFolder(join(folder, 'file'))).toThrow(/EEXIST/);
    expect(() => makeFolder(join(folder, 'file', 'inner'))).toThrow(/ENOTDIR/);
  });

  // Under /proc nothing can be made: it answers as an automounter does.
  it.skipIf(!existsSync('/proc/self'))('gives up where a file system makes no folders', () => {
    expect(() => makeFolder('/proc/project/inner')).toThrow(/ENOENT/);
  });
});
