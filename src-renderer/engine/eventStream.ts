import { EVENTS_PATH, eventSchema } from '#contract/events.ts';
import type { EngineEvent } from '#contract/events.ts';
import type { Client } from '#contract/client.ts';

/** What the window knows of its line to the engine. */
export type LinkState = 'connecting' | 'connected' | 'lost';

const RETRY_MS = { first: 250, most: 4000 };

/**
 * Follows the engine's events for as long as the window lives: reconnects with growing pauses, and asks for what it missed.
 * A stream read by fetch rather than EventSource, which cannot send the token in a header.
 *
 * @param options.wait injected in tests
 * @returns a function that ends it
 */
export function followEvents(options: {
  client: Pick<Client, 'fetch'>;
  onEvent: (event: EngineEvent) => void;
  onState: (state: LinkState) => void;
  wait?: (milliseconds: number) => Promise<void>;
}): () => void {
  const { client, onEvent, onState, wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms)) } = options;
  const ended = new AbortController();
  let since: { engine: string; revision: number } | null = null;

  const read = async (): Promise<void> => {
    const query = since === null ? '' : `?since=${since.revision}&engine=${since.engine}`;
    const answer = await client.fetch(`${EVENTS_PATH}${query}`, { signal: ended.signal });
    onState('connected');
    for await (const data of dataOf(answer.body!)) {
      const event = eventSchema.parse(JSON.parse(data));
      if (event.type === 'reset') since = { engine: event.engine, revision: event.revision };
      else if (since !== null) since = { ...since, revision: event.revision };
      onEvent(event);
    }
  };

  void (async () => {
    let pause = RETRY_MS.first;
    onState('connecting');
    while (!ended.signal.aborted) {
      const wasConnected = await read().then(
        () => true,
        () => false,
      );
      if (ended.signal.aborted) return;
      onState('lost');
      pause = wasConnected ? RETRY_MS.first : Math.min(RETRY_MS.most, pause * 2);
      await wait(pause);
    }
  })();
  return () => ended.abort();
}

/** The 'data' of each server-sent event; comments, which keep the line open, are left out. */
async function* dataOf(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = body.pipeThrough(new TextDecoderStream() as never).getReader() as ReadableStreamDefaultReader<string>;
  let text = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    text += value;
    const parts = text.split('\n\n');
    text = parts.pop()!;
    for (const part of parts) {
      const data = part
        .split('\n')
        .filter((line) => line.startsWith('data:'))
        .map((line) => line.slice(5).trimStart());
      if (data.length > 0) yield data.join('\n');
    }
  }
}
