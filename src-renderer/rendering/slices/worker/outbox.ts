import type { ToWorker } from './protocol.ts';

/** Messages that go out once a frame, in which the newest of a kind stands for all. */
export interface Outbox {
  /** @param key of what the message states; it replaces an earlier one of the same key */
  put(key: string, message: ToWorker): void;
  /** Sends all that waits and then this, now. */
  send(message: ToWorker, transfer?: Transferable[]): void;
  dispose(): void;
}

/**
 * An empty outbox.
 *
 * @param options.schedule calls back before the next frame; injected in tests
 */
export function createOutbox(options: {
  post: (message: ToWorker, transfer: Transferable[]) => void;
  schedule?: (run: () => void) => void;
}): Outbox {
  const { post, schedule = (run) => void requestAnimationFrame(run) } = options;
  const waiting = new Map<string, ToWorker>();
  let isScheduled = false;
  const flush = (): void => {
    isScheduled = false;
    for (const message of waiting.values()) post(message, []);
    waiting.clear();
  };
  return {
    put(key, message) {
      waiting.set(key, message);
      if (!isScheduled) schedule(flush);
      isScheduled = true;
    },
    send(message, transfer = []) {
      const wasScheduled = isScheduled;
      flush();
      // The frame still comes; what is put before it waits for it.
      isScheduled = wasScheduled;
      post(message, transfer);
    },
    dispose: () => waiting.clear(),
  };
}
