import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';

import { describe, expect, it } from 'vitest';

import { readEditLog } from '#engine/project/editLog.ts';
import { openProject } from '#engine/project/project.ts';
import type { Project } from '#engine/project/project.ts';

import { runHere } from '../helpers/fascicle.ts';
import type { Outcome } from '../helpers/fascicle.ts';
import { temporaryFolder } from '../helpers/folders.ts';
import { phantomPerTest } from '../helpers/phantomProject.ts';

const { directory, folder, made, volume } = phantomPerTest();
const projects = temporaryFolder();
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

async function withProject<T>(work: (project: Project) => T): Promise<T> {
  const project = await openProject(directory, { readOnly: true });
  try {
    return work(project);
  } finally {
    project.close();
  }
}

const COMMANDS: readonly (readonly [string, ...string[]])[] = [
  ['hash', made],
  ['replay', made, '--out', out],
  ['picture', made, png],
  ['picture', made, png, '--truth', `${volume}:/labels`],
  ['verify', made],
  ['agglomerate', made, '--threshold', '0.5'],
  ['export', made, '--labels', join(folder, 'out.h5'), '--tables', join(folder, 'tables')],
  ['evaluate', `${volume}:/labels`, `${volume}:/labels`],
  ['evaluate', `${volume}:/labels`, `${volume}:/labels`, '--components'],
  ['truth', made, `${volume}:/labels`],
  ['truth', made, `${volume}:/labels`, '--components'],
  ['simulate', made, '--truth', `${volume}:/labels`, '--runs', '1'],
  ['reanchor', made, '--onto', made, '--out', out],
  ['watershed', `${volume}:/affinities`, join(folder, 'fragments.h5')],
];

/*
 * Some of these commands took no notice of the first Ctrl-C: they went on to their end, or to the second one.
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

it.each([0, 1, 5, 20, 80])(
  'an agglomeration that is interrupted after %i turns is in the log as a whole or not at all',
  async (turns) => {
    const revisions = () => withProject(({ database }) => readEditLog(database).tree.revision);
    const before = await revisions();
    const { code } = await interrupted(turns, 'agglomerate', directory, '--threshold', '0.5');
    expect([0, 130]).toContain(code);
    expect(await revisions()).toBe(code === 0 ? before + 1 : before);
  },
);

it.each([
  ['graph', `${volume}:/labels`],
  ['segment', `${volume}:/raw`, '--affinities', `${volume}:/affinities`],
])('%s says that it goes on from where it was stopped, and does', async (...command) => {
  const args = [...command, '--project', join(projects, command[0])];
  const { code, stderr } = await interrupted(0, ...args);
  expect(stderr).toMatch(/^Cancelled\. What was finished is kept/);
  expect(code).toBe(130);
  expect(await runHere(...args)).toMatchObject({ code: 0 });
});

it('says nothing of the kind where a command begins anew', async () => {
  expect((await interrupted(0, 'verify', made)).stderr).toBe('Cancelled.');
});

it('tells what went wrong although Ctrl-C was pressed', async () => {
  const { code, stderr } = await interrupted(0, 'hash', join(folder, 'missing'));
  expect(stderr).toMatch(/missing/);
  expect(stderr).not.toMatch(/Cancelled/);
  expect(code).toBe(3);
});
