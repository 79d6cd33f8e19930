import { once } from 'node:events';
import { basename, dirname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';

import { addonPath, runNative } from './addon.ts';

describe('the native addon', () => {
  it('is looked for under the names that Node gives the platform', () => {
    expect(basename(dirname(addonPath()))).toBe(`${process.platform}-${process.arch}`);
  });

  it('rejects arguments that are no object of named values', async () => {
    const call = runNative('relabel', { labels: 'none' });
    await expect(call).rejects.toMatchObject({
      kind: 'bad-request',
      message: /`labels` is "none"; accepted: Uint32Array/,
    });
  });

  /*
   * A worker thread that was terminated while its job reported progress took the whole process with it: the listener
   * could not be called any more, and the exception about that had nowhere to go.
   */
  it('lets a worker thread be terminated in the middle of a job', async () => {
    const module = new URL('./phantom.ts', import.meta.url).href;
    const worker = new Worker(
      `const { parentPort } = require('node:worker_threads');
       import(${JSON.stringify(module)}).then(({ paintPhantom }) =>
         paintPhantom({}, { origin: [0, 0, 0], shape: [16, 256, 256], labels: new Uint32Array(1 << 20) },
           { threads: 1, onProgress: () => parentPort.postMessage('running') }));`,
      { eval: true },
    );
    await once(worker, 'message');
    // 1 when the thread was stopped, 0 in the unlikely case that the job was done by then; a crash gets nowhere.
    expect([0, 1]).toContain(await worker.terminate());
  });
});
