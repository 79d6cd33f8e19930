/**
 * Runs the parts of the test suite one after the other and ends with `N passed, N failed`. A part that runs no test counts as one;
 * a part that fails prints its output again at the end, so that the cause is the last thing on the screen.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

interface Part {
  readonly name: string;
  readonly command: readonly string[];
  /** Reads the numbers of tests from what the runner printed; null where it printed none. */
  readonly count: (output: string) => Counts | null;
}

const vitest = (project: string): Part => ({
  name: project,
  command: ['vitest', 'run', '--project', project, '--passWithNoTests'],
  count: (output) => countWords(/^\s*Tests\s+(.*)$/m.exec(output)?.[1]),
});

const PARTS: readonly Part[] = [
  { name: 'lint', command: ['npm', 'run', '-s', 'lint'], count: () => null },
  { name: 'types', command: ['npm', 'run', '-s', 'typecheck'], count: () => null },
  { name: 'native lint', command: ['npm', 'run', '-s', 'lint:native'], count: () => null },
  { name: 'native', command: ['npm', 'run', '-s', 'test:native'], count: countCtest },
  vitest('unit'),
  vitest('renderer'),
  vitest('contract'),
  vitest('integration'),
  vitest('e2e'),
  { name: 'page', command: ['npm', 'run', '-s', 'build:page'], count: () => null },
  vitest('browser'),
  {
    name: 'training',
    command: ['sh', 'training/test.sh'],
    count: (output) => countWords(/^=*\s*((?:\d+ \w+,? ?)+) in [\d.]+s/m.exec(output)?.[1]),
  },
];

/** '3 failed | 12 passed (15)' and '12 passed, 1 skipped' alike. */
function countWords(text: string | undefined): Counts | null {
  if (text === undefined) return null;
  const number = (word: string) => Number(new RegExp(`(\\d+) ${word}`).exec(text)?.[1] ?? 0);
  return { passed: number('passed'), failed: number('failed') + number('errors?'), skipped: number('skipped') };
}

/** Adds up the summaries of all builds of the C++ tests (release and sanitizers). */
function countCtest(output: string): Counts | null {
  const runs = [...output.matchAll(/tests passed, (\d+) tests? failed out of (\d+)/g)];
  if (runs.length === 0) return null;
  const failed = runs.reduce((sum, [, count]) => sum + Number(count), 0);
  return { passed: runs.reduce((sum, [, , count]) => sum + Number(count), 0) - failed, failed, skipped: 0 };
}

async function run(part: Part): Promise<{ ok: boolean; output: string; counts: Counts }> {
  const [command, ...args] = part.command;
  const child = spawn(command, args, {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0' },
  });
  let output = '';
  const collect = (chunk: Buffer) => {
    output += chunk.toString();
    process.stdout.write(chunk);
  };
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  const code = await new Promise<number>((resolve) => {
    child.on('close', (exitCode) => resolve(exitCode ?? 1));
    child.on('error', () => resolve(127));
  });
  const counted = part.count(output) ?? { passed: code === 0 ? 1 : 0, failed: 0, skipped: 0 };
  // A runner that ends badly has failed even where every test that it reached passed.
  const failed = code !== 0 && counted.failed === 0 ? 1 : counted.failed;
  return { ok: code === 0, output, counts: { ...counted, failed } };
}

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !PARTS.some((part) => part.name === name));
if (unknown.length > 0) {
  console.error(`There is no part '${unknown.join("', '")}'. Parts: ${PARTS.map((part) => part.name).join(', ')}.`);
  process.exit(2);
}
if (!existsSync(process.env['FASCICLE_DATA'] ?? fileURLToPath(new URL('../../shared/data', import.meta.url))))
  console.log('The volumes with ground truth are absent (set FASCICLE_DATA); tests that need them are skipped.');

const total: Counts = { passed: 0, failed: 0, skipped: 0 };
const failures: { name: string; output: string }[] = [];
const summary: string[] = [];
for (const part of PARTS.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
  console.log(`\n=== ${part.name}`);
  const start = performance.now();
  const { ok, output, counts } = await run(part);
  const seconds = Math.round((performance.now() - start) / 1000);
  const numbers = `${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`;
  summary.push(`${ok ? 'ok    ' : 'FAILED'}  ${part.name.padEnd(12)}  ${numbers}, ${seconds} s`);
  total.passed += counts.passed;
  total.failed += counts.failed;
  total.skipped += counts.skipped;
  if (!ok) failures.push({ name: part.name, output });
}

for (const { name, output } of failures)
  console.log(`\n=== FAILED: ${name} (end of its output)\n${output.split('\n').slice(-80).join('\n')}`);
console.log(`\n${summary.join('\n')}\n`);
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = failures.length > 0 ? 1 : 0;
