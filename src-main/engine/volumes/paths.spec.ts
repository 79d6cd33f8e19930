import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, describe, expect, it } from 'vitest';

import { isWithin, requireReplaceable } from './paths.ts';

const folder = mkdtempSync(join(tmpdir(), 'fascicle-paths-'));
const at = (name: string) => join(folder, name);
mkdirSync(at('data/inner'), { recursive: true });
writeFileSync(at('data/raw.h5'), 'voxels');
symlinkSync(at('data'), at('link'));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('isWithin', () => {
  it.each([
    ['data', 'data', true],
    ['data', 'data/raw.h5', true],
    ['data', 'data/new/folders/a.h5', true],
    ['data/raw.h5', 'data', false],
    ['data', 'data2', false],
    ['data', '..data', false],
    ['data/raw.h5', 'link/raw.h5', true],
    ['link', 'data/inner/new.h5', true],
    ['data', 'link/new/a.h5', true],
  ])('%s, %s: %s', (outer, inner, expected) => {
    expect(isWithin(at(outer), at(inner))).toBe(expected);
  });
});

describe('requireReplaceable', () => {
  const inputs = [at('data/raw.h5')];

  it('lets new names pass', () => {
    expect(() => requireReplaceable(at('data/new.h5'), { overwrite: false, inputs })).not.toThrow();
  });

  it('refuses what exists unless it may be replaced', () => {
    writeFileSync(at('earlier.h5'), 'labels');
    expect(() => requireReplaceable(at('earlier.h5'), { overwrite: false, inputs })).toThrow(
      /exists already.*--overwrite/,
    );
    expect(() => requireReplaceable(at('earlier.h5'), { overwrite: true, inputs })).not.toThrow();
  });

  it('never replaces an input, by no name', () => {
    for (const name of ['data/raw.h5', 'link/raw.h5', 'data'])
      expect(() => requireReplaceable(at(name), { overwrite: true, inputs })).toThrow(/would replace .*raw\.h5/);
    expect(existsSync(at('data/raw.h5'))).toBe(true);
  });
});
