import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, describe, expect, it } from 'vitest';

import { makeFolder, removeFolders } from './makeFolder.ts';

const folder = mkdtempSync(join(tmpdir(), 'fascicle-folder-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('makeFolder', () => {
  it('makes all that is missing, and nothing where it is there', () => {
    const path = join(folder, 'a', 'b c', 'd');
    expect(makeFolder(path)).toEqual([join(folder, 'a'), join(folder, 'a', 'b c'), path]);
    expect(makeFolder(path)).toEqual([]);
    expect(statSync(path).isDirectory()).toBe(true);
  });

  it('takes back what it made, but nothing that is in use', () => {
    const made = makeFolder(join(folder, 'x', 'y', 'z'));
    writeFileSync(join(folder, 'x', 'file'), '');
    removeFolders(made);
    expect(existsSync(join(folder, 'x', 'y'))).toBe(false);
    expect(existsSync(join(folder, 'x', 'file'))).toBe(true);
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
