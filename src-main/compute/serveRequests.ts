import type { ServiceAnswer, ServiceCall } from '#engine/jobs/childService.ts';

import { describeFailure } from './serveJob.ts';

/** What a handler is given besides its request. */
export interface ServedRequest<Part> {
  /** Aborts when the caller no longer wants the answer. */
  readonly signal: AbortSignal;
  /**
   * Hands over a part of the answer. Resolves when there is room for the next one: a handler that awaits it never fills the
   * memory of a slow caller.
   */
  send(part: Part): Promise<void>;
}

/** Parts on their way at the same time: enough to keep the pipe busy while one is consumed. */
const PARTS_UNDER_WAY = 4;

/**
 * Makes this process the child that `openChildService` talks to: runs requests as they come, several at the same time, until
 * the parent closes the channel or ends. It may be killed at any time.
 */
export function serveRequests<Request, Part, Result>(
  handle: (request: Request, served: ServedRequest<Part>) => Promise<Result>,
): void {
  const running = new Map<number, { controller: AbortController; credit: Credit }>();
  const answer = (message: ServiceAnswer<Part, Result>) => void process.send?.(message, () => undefined);

  async function run(id: number, request: Request): Promise<void> {
    const controller = new AbortController();
    const credit = makeCredit(PARTS_UNDER_WAY, controller.signal);
    running.set(id, { controller, credit });
    try {
      const send = async (part: Part): Promise<void> => {
        await credit.take();
        if (!controller.signal.aborted) answer({ id, type: 'part', part });
      };
      answer({ id, type: 'done', result: await handle(request, { signal: controller.signal, send }) });
    } catch (error) {
      answer({ id, type: 'failed', error: describeFailure(error) });
    } finally {
      running.delete(id);
    }
  }

  process.once('disconnect', () => process.exit());
  process.on('message', (call: ServiceCall<Request>) => {
    if (call.type === 'request') void run(call.id, call.request);
    else if (call.type === 'taken') running.get(call.id)?.credit.give();
    else running.get(call.id)?.controller.abort();
  });
}

interface Credit {
  take(): Promise<void>;
  give(): void;
}

/** A count of free places; an abort frees all who wait. */
function makeCredit(places: number, signal: AbortSignal): Credit {
  let free = places;
  const waiting: (() => void)[] = [];
  signal.addEventListener('abort', () => {
    for (const resolve of waiting.splice(0)) resolve();
  });
  return {
    async take() {
      if (free > 0 || signal.aborted) free--;
      else await new Promise<void>((resolve) => waiting.push(resolve));
    },
    give() {
      const next = waiting.shift();
      if (next === undefined) free++;
      else next();
    },
  };
}
