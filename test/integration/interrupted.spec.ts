import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';

import { describe, expect, it } from 'vitest';

import { runHere } from '../helpers/fascicle.ts';
import type { Outcome } from '../helpers/fascicle.ts';
import { phantomPerTest } from '../helpers/phantomProject.ts';

const { folder, made, volume } = phantomPerTest();
const out = join(folder, 'replayed');
const png = join(folder, 'section.png');

/** Runs a command in this process and interrupts it, as a terminal does, after some turns of the event loop. */
async function interrupted(turns: number, ...args: string[]): Promise<Outcome> {
  const known = new Set(process.listeners('SIGINT'));
  const outcome = runHere(...args);
  const interrupts = process.listeners('SIGINT').filter((listener) => !known.has(listener));
  expect(interrupts).toHaveLength(1);
  for (let turn = 0; turn < turns; turn++) await nextTurn();
  interrupts[0]('SIGINT');
  return outcome;
}

const COMMANDS: readonly (readonly [string, ...string[]])[] = [
  ['hash', made],
  ['replay', made, '--out', out],
  ['picture', made, png],
  ['picture', made, png, '--truth', `${volume}:/labels`],
];

/*
 * These commands took no notice of the first Ctrl-C: they went on to their end, or to the second one.
 */
describe.each(COMMANDS)('Ctrl-C during %s', (...command) => {
  it('ends it at once, and nothing is left', async () => {
    const { code, stdout, stderr } = await interrupted(0, ...command);
    expect(stderr).toMatch(/^Cancelled\./);
    expect(code).toBe(130);
    expect(stdout).toBe('');
    expect(readdirSync(folder).sort()).toEqual(['made', 'p', 'phantom.h5']);
  });
});

it.each([1, 5, 20, 80])(
  'a replay that is interrupted after %i turns leaves no copy, and can be made again',
  async (turns) => {
    const { code } = await interrupted(turns, 'replay', made, '--out', out);
    expect([0, 130]).toContain(code);
    expect(existsSync(out)).toBe(code === 0);
  },
);

it('tells what went wrong although Ctrl-C was pressed', async () => {
  const { code, stderr } = await interrupted(0, 'hash', join(folder, 'missing'));
  expect(stderr).toMatch(/missing/);
  expect(stderr).not.toMatch(/Cancelled/);
  expect(code).toBe(3);
});
