import { randomBytes } from 'node:crypto';

import type { EngineEvent } from '#contract/events.ts';

import { createEventLog } from './eventLog.ts';

/** An event before it is numbered. 'reset' is the hub's own. */
export type NewEvent = EngineEvent extends infer Event
  ? Event extends { type: 'reset' }
    ? never
    : Omit<Event, 'revision'>
  : never;

/** The events for one window. */
export interface Subscription {
  /** The next event, or null when the subscription has ended. One call at a time. */
  next(): Promise<EngineEvent | null>;
  end(): void;
}

/** The last event that a window saw, and of which life of the engine. */
export interface SeenEvent {
  readonly revision: number;
  readonly engine: string;
}

/** Where the engine says what changed, and windows hear of it in order. */
export interface EventHub {
  /** Differs in each life of the engine. */
  readonly engine: string;
  /** Of the last event. */
  readonly revision: number;
  publish(event: NewEvent): void;
  /** What followed `since` is repeated where it is still known, else the first event is 'reset'. */
  subscribe(since: SeenEvent | null): Subscription;
  /** Ends every subscription. */
  close(): void;
}

/** Events that are kept for windows that reconnect, and that may wait for a window that is slow. */
const KEPT_EVENTS = 512;

/** @param options.kept how many events a window may miss and still catch up */
export function createEventHub(options: { kept?: number } = {}): EventHub {
  const { kept = KEPT_EVENTS } = options;
  const engine = randomBytes(8).toString('hex');
  const subscriptions = new Set<PendingEvents>();
  const recent = createEventLog(kept);
  let revision = 0;
  /** The last event that is no longer known: who saw it can catch up, who did not cannot. */
  let forgotten = 0;

  return {
    engine,
    get revision() {
      return revision;
    },
    publish(event) {
      const numbered = { ...event, revision: ++revision } as EngineEvent;
      forgotten = recent.push(numbered)?.revision ?? forgotten;
      for (const pending of subscriptions) pending.push(numbered);
    },
    subscribe(since) {
      const pending = createPendingEvents(kept, () => void subscriptions.delete(pending));
      if (since?.engine === engine && since.revision >= forgotten && since.revision <= revision) {
        for (const event of recent) if (event.revision > since.revision) pending.push(event);
      } else pending.push({ type: 'reset', revision, engine });
      subscriptions.add(pending);
      return pending;
    },
    close() {
      for (const pending of subscriptions) pending.end();
    },
  };
}

interface PendingEvents extends Subscription {
  push(event: EngineEvent): void;
}

/** A window that takes nothing while more events come than are kept is let go; it reconnects and reads everything again. */
function createPendingEvents(most: number, onEnd: () => void): PendingEvents {
  const waiting = createEventLog(most);
  let wake: ((event: EngineEvent | null) => void) | null = null;
  let ended = false;

  const hand = (event: EngineEvent | null): boolean => {
    const take = wake;
    wake = null;
    take?.(event);
    return take !== null;
  };
  const end = (): void => {
    if (ended) return;
    ended = true;
    while (waiting.shift() !== null);
    hand(null);
    onEnd();
  };
  return {
    push(event) {
      if (!ended && !hand(event) && waiting.push(event) !== null) end();
    },
    next() {
      const event = waiting.shift();
      if (event !== null || ended) return Promise.resolve(event);
      return new Promise((resolve) => (wake = resolve));
    },
    end,
  };
}
