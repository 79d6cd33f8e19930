import { describe, expect, it } from 'vitest';

import { partsOf } from './partsOf.ts';

describe('partsOf', () => {
  it('hands over the parts in order, then the result', async () => {
    const stream = partsOf<number, string>(undefined, async (_, onPart) => {
      for (const part of [1, 2, 3]) await onPart(part);
      return 'end';
    });
    const seen: unknown[] = [];
    for (let next = await stream.next(); ; next = await stream.next()) {
      seen.push(next.value);
      if (next.done === true) break;
    }
    expect(seen).toEqual([1, 2, 3, 'end']);
  });

  it('lets the request wait until somebody reads', async () => {
    let sent = 0;
    const stream = partsOf<number, null>(undefined, async (_, onPart) => {
      for (; sent < 100; sent++) await onPart(sent);
      return null;
    });
    await stream.next();
    await new Promise((resolve) => setImmediate(resolve));
    expect(sent).toBeLessThan(3);
    await stream.return(null);
  });

  it('aborts the request when the reader stops, and throws what it throws', async () => {
    let aborted = false;
    const request = async (signal: AbortSignal, onPart: (part: number) => Promise<unknown>): Promise<null> => {
      signal.addEventListener('abort', () => (aborted = true));
      await onPart(1);
      throw new Error('out of triangles');
    };
    for await (const part of partsOf(undefined, request)) {
      expect(part).toBe(1);
      break;
    }
    expect(aborted).toBe(true);
    const read = async () => {
      for await (const part of partsOf(undefined, request)) expect(part).toBe(1);
    };
    await expect(read()).rejects.toThrow('out of triangles');
  });
});
