import { randomBytes } from 'node:crypto';

import type { EngineEvent } from '#contract/events.ts';

/** An event before it is numbered. 'reset' is the hub's own. */
export type NewEvent = EngineEvent extends infer Event
  ? Event extends { type: 'reset' }
    ? never
    : Omit<Event, 'revision'>
  : never;

/** Events that have not been taken yet by one window. Bounded: a window that does not read is let go. */
export interface Subscription {
  /** The next event, or null when the subscription has ended. */
  next(): Promise<EngineEvent | null>;
  end(): void;
}

/** Where the engine says what changed, and windows hear of it in order. */
export interface EventHub {
  /** Differs in each life of the engine. */
  readonly engine: string;
  /** Of the last event. */
  readonly revision: number;
  publish(event: NewEvent): void;
  /**
   * @param since the last event that the window saw, and of which engine; what followed is repeated where it is still known, else
   *   the first event is 'reset'
   */
  subscribe(since: { readonly revision: number; readonly engine: string } | null): Subscription;
  /** Ends every subscription. */
  close(): void;
}

/** Events that are kept for windows that reconnect, and most that may wait for one window. */
const KEPT_EVENTS = 512;

/** @param options.kept how many events a window may miss and still catch up */
export function createEventHub(options: { kept?: number } = {}): EventHub {
  const { kept = KEPT_EVENTS } = options;
  const engine = randomBytes(8).toString('hex');
  const subscriptions = new Set<Queue>();
  const recent: EngineEvent[] = [];
  let revision = 0;

  return {
    engine,
    get revision() {
      return revision;
    },
    publish(event) {
      const numbered = { ...event, revision: ++revision } as EngineEvent;
      recent.push(numbered);
      if (recent.length > kept) recent.shift();
      for (const queue of subscriptions) if (!queue.push(numbered)) subscriptions.delete(queue);
    },
    subscribe(since) {
      const queue = createQueue(kept, () => subscriptions.delete(queue));
      const missed = since?.engine === engine ? revision - since.revision : Infinity;
      if (missed >= 0 && missed <= recent.length)
        for (const event of recent.slice(recent.length - missed)) queue.push(event);
      else queue.push({ type: 'reset', revision, engine });
      subscriptions.add(queue);
      return queue;
    },
    close() {
      for (const queue of subscriptions) queue.end();
    },
  };
}

interface Queue extends Subscription {
  /** False where too much waits already: the subscription has ended. */
  push(event: EngineEvent): boolean;
}

function createQueue(most: number, onEnd: () => void): Queue {
  // By key, in the order of the last change: of several states of one job, the last is enough.
  const waiting = new Map<string, EngineEvent>();
  let wake: ((event: EngineEvent | null) => void) | null = null;
  let ended = false;

  const hand = (event: EngineEvent | null): boolean => {
    if (wake === null) return false;
    const take = wake;
    wake = null;
    take(event);
    return true;
  };
  const end = (): void => {
    if (ended) return;
    ended = true;
    waiting.clear();
    hand(null);
    onEnd();
  };
  return {
    push(event) {
      if (ended) return false;
      if (hand(event)) return true;
      const key = event.type === 'job' ? `job ${event.job.id}` : `event ${event.revision}`;
      waiting.delete(key);
      waiting.set(key, event);
      if (waiting.size <= most) return true;
      end();
      return false;
    },
    next() {
      for (const [key, event] of waiting) {
        waiting.delete(key);
        return Promise.resolve(event);
      }
      if (ended) return Promise.resolve(null);
      return new Promise((resolve) => (wake = resolve));
    },
    end,
  };
}
