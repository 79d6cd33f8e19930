import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, describe, expect, it } from 'vitest';

import { requireOutputFile } from './writeOutputFile.ts';

const folder = mkdtempSync(join(tmpdir(), 'fascicle-output-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('requireOutputFile', () => {
  it('takes a new file and writes nothing', () => {
    requireOutputFile(join(folder, 'a.svg'), '.svg');
    expect(readdirSync(folder)).toEqual([]);
  });

  it('refuses another ending, a folder that is not there, and a folder in the place of the file', () => {
    mkdirSync(join(folder, 'b.svg'));
    for (const [name, kind] of [
      ['a.png', 'bad-request'],
      ['missing/a.svg', 'not-found'],
      ['b.svg', 'conflict'],
    ])
      expect(() => requireOutputFile(join(folder, name), '.svg')).toThrow(expect.objectContaining({ kind }));
  });

  // The administrator may write everywhere, and Windows has no such rights of folders.
  it.skipIf(process.getuid?.() === 0 || process.platform === 'win32')(
    'refuses a folder that cannot be written to',
    () => {
      const locked = join(folder, 'locked');
      mkdirSync(locked);
      chmodSync(locked, 0o555);
      expect(() => requireOutputFile(join(locked, 'a.svg'), '.svg')).toThrow(
        expect.objectContaining({ kind: 'storage' }),
      );
    },
  );
});
