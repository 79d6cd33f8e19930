import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

/**
 * Dependencies point one way. ESLint holds the zones of TypeScript; these are the borders it cannot see, and a check that its
 * zones bite at all.
 */
const root = join(import.meta.dirname, '..', '..');

function files(folder: string, extension: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(extension))
    .map((name) => join(folder, name));
}

const includesOf = (file: string): string[] =>
  [...readFileSync(join(root, file), 'utf8').matchAll(/^\s*#include\s+["<]([^">]+)[">]/gm)].map((match) => match[1]!);

describe('native/core', () => {
  it('includes only its own headers and the standard library', () => {
    const own = new Set(files('native/core', '.hpp').map((file) => file.replace(/^native[\\/]core[\\/]/, '')));
    const foreign = files('native/core', '.hpp').flatMap((file) =>
      includesOf(file)
        .filter((header) => !own.has(header) && !/^(c?[a-z0-9_]+|immintrin\.h)$/.test(header))
        .map((header) => `${file}: ${header}`),
    );
    expect(foreign).toEqual([]);
  });
});

describe('the addon', () => {
  it('is loaded in one place', () => {
    const loaders = files('src-main', '.ts').filter((file) => /prebuilds/.test(readFileSync(join(root, file), 'utf8')));
    expect(loaders).toEqual([join('src-main', 'native', 'addon.ts')]);
  });
});

describe('the zones of ESLint', () => {
  it('refuse an import against the direction of dependencies', async () => {
    const { ESLint } = await import('eslint');
    const eslint = new ESLint({ cwd: root });
    const messages = async (file: string, code: string) =>
      (await eslint.lintText(code, { filePath: join(root, file) })).flatMap((result) =>
        result.messages.map(({ ruleId }) => ruleId),
      );
    const project = "import { openProject } from '#engine/project/project.ts';\nvoid openProject;\n";
    expect(await messages('src-shared/domain/x.ts', project)).toContain('no-restricted-imports');
    expect(await messages('src-main/compute/x.ts', project)).toContain('no-restricted-imports');
    expect(await messages('src-main/native/x.ts', project)).toContain('no-restricted-imports');
    expect(await messages('src-main/cli/x.ts', project)).not.toContain('no-restricted-imports');
  });
});
