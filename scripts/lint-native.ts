/**
 * Checks native/ with clang-format and clang-tidy. A tool that is not installed is reported and skipped, unless `--strict`
 * is given, as in CI. `--fix` formats in place.
 */
import { execFile } from 'node:child_process';
import { globSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { forEachLimited } from '#volumes/concurrency.ts';

import { hasTool, installHint } from './native-tools.ts';

const run = promisify(execFile);
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

async function check(command: string, args: readonly string[]): Promise<void> {
  try {
    await run(command, args, { cwd: repository, maxBuffer: 2 ** 26 });
  } catch (error) {
    const { stdout, stderr, message } = error as Error & { stdout?: string; stderr?: string };
    console.error((stdout ?? '') + (stderr ?? '') || message);
    failed = true;
  }
}

const files = globSync('native/{core,binding,test,bench}/*.{hpp,cpp}', { cwd: repository }).sort();
if (available('clang-format'))
  await check('clang-format', fix ? ['-i', ...files] : ['--dry-run', '--Werror', ...files]);
if (available('clang-tidy')) {
  const sources: Readonly<Record<string, RegExp>> = { test: /test[\\/].*_test\.cpp$/, release: /binding[\\/].*\.cpp$/ };
  for (const [preset, pattern] of Object.entries(sources)) {
    await check('cmake', ['-S', 'native', '--preset', preset, '--log-level=ERROR']);
    const chosen = files.filter((file) => pattern.test(file));
    // One process for each file: clang-tidy takes seconds for each, on one processor.
    await forEachLimited(chosen, availableParallelism(), (file) =>
      check('clang-tidy', ['--quiet', '-p', `native/build/${preset}`, file]),
    );
  }
}
process.exit(failed ? 1 : 0);
