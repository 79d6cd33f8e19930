import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { runInChild } from './childJob.ts';

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'fascicle-child-'))));
afterAll(() => rmSync(folder, { recursive: true }));

/** A child whose job is the given function body, with `request`, `report` and `FascicleError` in scope. */
function child(name: string, body: string): URL {
  const path = join(folder, `${name}.ts`);
  const serve = new URL('../../compute/serveJob.ts', import.meta.url).href;
  const errors = new URL('../../../src-shared/domain/errors.ts', import.meta.url).href;
  writeFileSync(
    path,
    `import { serveJob } from ${JSON.stringify(serve)};
     import { FascicleError } from ${JSON.stringify(errors)};
     serveJob(async (request: any, report: any) => { ${body} });`,
  );
  return pathToFileURL(path);
}

describe('runInChild', () => {
  it('gives back the result and passes progress on', async () => {
    const seen: number[] = [];
    const entry = child('sum', 'for (const x of request.values) report(x); return { sum: request.values.length };');
    const result = await runInChild(entry, { values: [3, 1, 2] }, { onProgress: (value: number) => seen.push(value) });
    expect(result).toEqual({ sum: 3 });
    expect(seen).toEqual([3, 1, 2]);
  });

  it('throws the error of the child with its kind', async () => {
    const entry = child('refuse', "throw new FascicleError('bad-file', 'no voxels here');");
    await expect(runInChild(entry, {})).rejects.toMatchObject({ kind: 'bad-file', message: 'no voxels here' });
  });

  it('tells a crash, with the last words, from an end for want of memory', async () => {
    const crash = child(
      'crash',
      "process.stderr.write('bus error'); process.kill(process.pid, 'SIGABRT'); await new Promise(() => {});",
    );
    await expect(runInChild(crash, {})).rejects.toMatchObject({
      kind: 'internal',
      message: expect.stringMatching(/SIGABRT.*bus error/),
    });
    const killed = child('killed', "process.kill(process.pid, 'SIGKILL'); await new Promise(() => {});");
    await expect(runInChild(killed, {})).rejects.toMatchObject({
      kind: 'storage',
      message: expect.stringContaining('memory'),
    });
  });

  it('kills a child that would never end when it is cancelled', async () => {
    const entry = child('hang', 'report(1); for (;;);');
    const controller = new AbortController();
    const job = runInChild(entry, {}, { signal: controller.signal, onProgress: () => controller.abort() });
    await expect(job).rejects.toMatchObject({ kind: 'cancelled' });
  });
});
