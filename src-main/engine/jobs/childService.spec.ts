import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { openChildService } from './childService.ts';
import type { ChildService } from './childService.ts';

interface Request {
  readonly do: string;
  readonly value?: number;
}

let folder: string;
let entry: URL;
let service: ChildService<Request, Uint8Array, number>;
let waits: number[];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'fascicle-service-'));
  const path = join(folder, 'service.ts');
  const serve = new URL('../../compute/serveRequests.ts', import.meta.url).href;
  const errors = new URL('../../../src-shared/domain/errors.ts', import.meta.url).href;
  writeFileSync(
    path,
    `import { serveRequests } from ${JSON.stringify(serve)};
     import { FascicleError } from ${JSON.stringify(errors)};
     const held = [];
     serveRequests(async (request, { signal, send }) => {
       switch (request.do) {
         case 'square': return request.value ** 2;
         case 'count': {
           let sent = 0;
           for (; sent < request.value && !signal.aborted; sent++) await send(Uint8Array.of(sent));
           return sent;
         }
         case 'refuse': throw new FascicleError('not-found', 'no such voxel');
         case 'crash': process.stderr.write('segfault near line 1'); process.kill(process.pid, 'SIGSEGV'); return new Promise(() => {});
         case 'wait': await send(Uint8Array.of(1)); return new Promise((resolve) => signal.addEventListener('abort', () => { held.push(1); resolve(0); }));
         case 'held': return held.length;
       }
     });`,
  );
  entry = pathToFileURL(path);
});
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => service.close());

function open(): ChildService<Request, Uint8Array, number> {
  waits = [];
  service = openChildService(entry, {
    name: 'The test process',
    wayOut: 'Try again.',
    wait: async (milliseconds) => void waits.push(milliseconds),
  });
  return service;
}

describe('openChildService', () => {
  it('answers requests at the same time from one process', async () => {
    const { request } = open();
    expect(await Promise.all([2, 3, 4].map((value) => request({ do: 'square', value })))).toEqual([4, 9, 16]);
    const first = service.pid;
    await request({ do: 'square', value: 5 });
    expect(service.pid).toBe(first);
  });

  it('passes parts on in order, no faster than they are taken, before the result', async () => {
    const { request } = open();
    const seen: number[] = [];
    let under = 0;
    const onPart = async (part: Uint8Array) => {
      expect(++under).toBe(1);
      await new Promise((resolve) => setImmediate(resolve));
      seen.push(part[0]!);
      under--;
    };
    expect(await request({ do: 'count', value: 40 }, { onPart })).toBe(40);
    expect(seen).toEqual(Array.from({ length: 40 }, (_, i) => i));
  });

  it('fails a request with the error of its handler, or of its consumer', async () => {
    const { request } = open();
    await expect(request({ do: 'refuse' })).rejects.toMatchObject({ kind: 'not-found', message: 'no such voxel' });
    const onPart = () => Promise.reject(new Error('the reader went away'));
    await expect(request({ do: 'count', value: 100_000 }, { onPart })).rejects.toThrow('the reader went away');
  });

  it('cancels one request and leaves the others alone', async () => {
    const { request } = open();
    const controller = new AbortController();
    const waiting = request({ do: 'wait' }, { signal: controller.signal, onPart: () => controller.abort() });
    await expect(waiting).rejects.toMatchObject({ kind: 'cancelled' });
    expect(await request({ do: 'held' })).toBe(1);
    await expect(request({ do: 'held' }, { signal: AbortSignal.abort() })).rejects.toMatchObject({ kind: 'cancelled' });
  });

  it('fails what is under way when the process dies, and starts it again, waiting longer each time', async () => {
    const { request } = open();
    const failure = {
      kind: 'internal',
      message: expect.stringMatching(/test process ended unexpectedly \(SIGSEGV\).*Try again\..*segfault near line 1/),
    };
    const bystander = request({ do: 'wait' }, { onPart: () => void request({ do: 'crash' }).catch(() => undefined) });
    await expect(bystander).rejects.toMatchObject(failure);
    await expect(request({ do: 'crash' })).rejects.toMatchObject(failure);
    await expect(request({ do: 'crash' })).rejects.toMatchObject(failure);
    expect(waits).toEqual([100, 200]);
    expect(await request({ do: 'square', value: 6 })).toBe(36);
    await expect(request({ do: 'crash' })).rejects.toMatchObject(failure);
    expect(await request({ do: 'square', value: 7 })).toBe(49);
    expect(waits).toEqual([100, 200, 400, 100]);
  });

  it('cancels what is under way when it is closed, and refuses more', async () => {
    const { request, close } = open();
    const waiting = request({ do: 'wait' }, { onPart: () => close() });
    await expect(waiting).rejects.toMatchObject({ kind: 'cancelled' });
    await expect(request({ do: 'held' })).rejects.toMatchObject({ kind: 'conflict' });
  });
});
