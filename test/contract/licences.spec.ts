import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { PARTS } from '../../src-renderer/app/parts.ts';
import { REPOSITORY } from '../helpers/folders.ts';

describe('the about box', () => {
  // h5wasm names a file instead of a licence.
  it.each(PARTS.filter((part) => part.package !== 'h5wasm'))('names the licence of $name', (part) => {
    const manifest = readFileSync(join(REPOSITORY, 'node_modules', part.package, 'package.json'), 'utf8');
    expect((JSON.parse(manifest) as { license: string }).license).toBe(part.licence);
  });
});
