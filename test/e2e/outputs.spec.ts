import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { PROGRAM, start } from '../helpers/fascicle.ts';
import { REPOSITORY } from '../helpers/folders.ts';

const sample = join(REPOSITORY, 'resources', 'sample', 'fib25_sample.h5');
const info = [...PROGRAM, 'info', sample].map((word) => `'${word}'`).join(' ');
const inShell = (line: string) => start(['sh', '-c', line]).outcome;

/*
 * A write to a pipe that was closed fails after the command has returned: `fascicle info ... | head -1` ended with a stack trace, and a
 * result behind `>` on a full disk with another.
 */
describe.skipIf(process.platform === 'win32')('an output that ends early', () => {
  it('ends the program quietly', async () => {
    const { stderr } = await inShell(`{ ${info}; echo "code $?" >&2; } | true`);
    expect(stderr).toBe('code 0\n');
  });

  it('of messages does not keep the program from its result', async () => {
    const { code, stdout } = await inShell(`{ ${info} --json 2>&3; } 3>&1 >/dev/null | true; ${info} --json 2>&-`);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ opens: 'raw' });
  });

  it.skipIf(!existsSync('/dev/full'))('of the result is a failure that is told', async () => {
    const { code, stderr } = await inShell(`${info} > /dev/full`);
    expect(stderr).toMatch(/^fascicle: The result could not be written to standard output: .*no space/);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(code).toBe(6);
  });
});
