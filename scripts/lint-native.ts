/**
 * Checks native/ with clang-format and clang-tidy. A tool that is not installed is reported and skipped, unless `--strict`
 * is given, as in CI. `--fix` formats in place.
 */
import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { join } from 'node:path';

import { hasTool, installHint } from './native-tools.ts';

const repository = join(import.meta.dirname, '..');
const strict = process.argv.includes('--strict');
const fix = process.argv.includes('--fix');
let failed = false;

function available(tool: string): boolean {
  if (hasTool(tool)) return true;
  console.error(`${tool} is not installed, its check ${strict ? 'fails' : 'is skipped'}: ${installHint([tool])}`);
  failed ||= strict;
  return false;
}

function check(command: string, args: readonly string[]): void {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: repository, encoding: 'utf8' });
  if (status === 0) return;
  console.error(stdout + stderr);
  failed = true;
}

const files = globSync('native/{core,binding,test,bench}/*.{hpp,cpp}', { cwd: repository }).sort();
if (available('clang-format')) check('clang-format', fix ? ['-i', ...files] : ['--dry-run', '--Werror', ...files]);
if (available('clang-tidy')) {
  const sources: Readonly<Record<string, RegExp>> = { test: /test[\\/].*_test\.cpp$/, release: /binding[\\/].*\.cpp$/ };
  for (const [preset, pattern] of Object.entries(sources)) {
    check('cmake', ['-S', 'native', '--preset', preset, '--log-level=ERROR']);
    check('clang-tidy', ['--quiet', '-p', `native/build/${preset}`, ...files.filter((file) => pattern.test(file))]);
  }
}
process.exit(failed ? 1 : 0);
