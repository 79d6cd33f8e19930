import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { expect, it } from 'vitest';

/*
 * Screens, dialogs and vtk.js are read after the first picture. A command that came with one of them was missing from keys, menus and palette
 * until then: whoever was quick ran nothing. So what registers commands is read with the page itself.
 */
const root = join(import.meta.dirname, '..', '..', 'src-renderer');
const IMPORTS = /^\s*(?:import|export)\s+(?!type\b)(?:[^'";]*?\bfrom\s+)?'([^']+)'/gm;

/** Files that are read with the first one: what it imports, not what it asks for with `import()`. */
function readWith(first: string, seen = new Set<string>()): Set<string> {
  seen.add(first);
  for (const [, from] of readFileSync(first, 'utf8').matchAll(IMPORTS)) {
    const path = from.startsWith('.') ? join(dirname(first), from) : from.replace(/^#renderer/, root);
    if (/\.(ts|vue)$/.test(path) && existsSync(path) && !seen.has(path)) readWith(path, seen);
  }
  return seen;
}

it('every command is read with the page', () => {
  const withThePage = readWith(join(root, 'main.ts'));
  const registering = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(ts|vue)$/.test(name) && !name.endsWith('.spec.ts'))
    .map((name) => join(root, name))
    .filter((path) => /(?<!function )\bregisterCommands\(/.test(readFileSync(path, 'utf8')));
  expect(registering.length).toBeGreaterThan(5);
  expect(registering.filter((path) => !withThePage.has(path))).toEqual([]);
});
