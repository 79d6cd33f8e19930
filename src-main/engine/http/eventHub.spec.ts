import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { EngineEvent } from '#contract/events.ts';

import { createEventHub } from './eventHub.ts';
import type { Subscription } from './eventHub.ts';

const closed = (n: number) => ({ type: 'project-closed', project: `p${n}`.padEnd(8, '0') }) as const;
const job = (id: string, fraction: number) => ({ type: 'job', job: { id, fraction } }) as never;

/** What waits for a window now. */
async function waiting(subscription: Subscription): Promise<EngineEvent[]> {
  const events: EngineEvent[] = [];
  for (;;) {
    const event = await Promise.race([subscription.next(), Promise.resolve('nothing' as const)]);
    if (event === 'nothing' || event === null) return events;
    events.push(event);
  }
}

describe('event hub', () => {
  it('tells a new window to read everything, then what follows, with rising revisions', async () => {
    const hub = createEventHub();
    hub.publish({ type: 'projects' });
    const window = hub.subscribe(null);
    hub.publish(closed(1));
    hub.publish(closed(2));
    expect(await window.next()).toEqual({ type: 'reset', revision: 1, engine: hub.engine });
    expect(await window.next()).toEqual({ ...closed(1), revision: 2 });
    expect(await window.next()).toEqual({ ...closed(2), revision: 3 });
  });

  it('hands an event over as soon as it is published', async () => {
    const hub = createEventHub();
    const window = hub.subscribe({ revision: 0, engine: hub.engine });
    const next = window.next();
    hub.publish({ type: 'projects' });
    expect(await next).toEqual({ type: 'projects', revision: 1 });
  });

  it('repeats what a window missed, and nothing that it saw', async () => {
    const hub = createEventHub();
    for (let n = 1; n <= 5; n++) hub.publish(closed(n));
    const window = hub.subscribe({ revision: 3, engine: hub.engine });
    expect((await waiting(window)).map(({ revision }) => revision)).toEqual([4, 5]);
  });

  it.each([
    ['of another life of the engine', (hub: { engine: string }) => ({ revision: 5, engine: `${hub.engine}x` })],
    ['of the future', (hub: { engine: string }) => ({ revision: 99, engine: hub.engine })],
    ['of too long ago', (hub: { engine: string }) => ({ revision: 1, engine: hub.engine })],
  ])('resets a window whose last event is %s', async (_, since) => {
    const hub = createEventHub({ kept: 3 });
    for (let n = 1; n <= 5; n++) hub.publish(closed(n));
    expect(await waiting(hub.subscribe(since(hub)))).toEqual([{ type: 'reset', revision: 5, engine: hub.engine }]);
  });

  it('keeps the last state of a job alone, so that progress does not push out other events', async () => {
    const hub = createEventHub({ kept: 3 });
    hub.publish(closed(1));
    for (let n = 0; n < 100; n++) hub.publish(job('a', n / 100));
    const window = hub.subscribe({ revision: 0, engine: hub.engine });
    expect(await waiting(window)).toEqual([
      { ...closed(1), revision: 1 },
      { type: 'job', job: { id: 'a', fraction: 0.99 }, revision: 101 },
    ]);
  });

  it('lets a window go that does not read, and takes it back with a reset', async () => {
    const hub = createEventHub({ kept: 3 });
    const slow = hub.subscribe({ revision: 0, engine: hub.engine });
    for (let n = 1; n <= 4; n++) hub.publish(closed(n));
    expect(await slow.next()).toBeNull();
    expect(await waiting(hub.subscribe({ revision: 0, engine: hub.engine }))).toMatchObject([{ type: 'reset' }]);
  });

  it('ends a window that waits when it closes, or when the window leaves', async () => {
    const hub = createEventHub();
    const [first, second] = [1, 2].map(() => hub.subscribe({ revision: 0, engine: hub.engine }));
    const next = first.next();
    first.end();
    expect(await next).toBeNull();
    hub.close();
    expect(await second.next()).toBeNull();
  });

  it('leaves every window with the last state of each job, however often it reconnects', async () => {
    const published = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.boolean()), { maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(published, fc.integer({ min: 1, max: 8 }), async (steps, kept) => {
        const hub = createEventHub({ kept });
        const truth = new Map<string, number>();
        let seen = new Map<string, number>();
        let since: { revision: number; engine: string } | null = null;
        const reconnect = async () => {
          for (const event of await waiting(hub.subscribe(since))) {
            // A reset makes a window read everything from the engine.
            if (event.type === 'reset') seen = new Map(truth);
            if (event.type === 'job') seen.set(event.job.id, event.job.fraction);
            since = { revision: event.revision, engine: hub.engine };
          }
        };
        let n = 0;
        for (const [id, reconnects] of steps) {
          truth.set(id, ++n);
          hub.publish(job(id, n));
          if (reconnects) await reconnect();
        }
        await reconnect();
        expect(seen).toEqual(truth);
      }),
      { seed: 20261121, numRuns: 200 },
    );
  });
});
