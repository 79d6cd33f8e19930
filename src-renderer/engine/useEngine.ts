import { readonly, ref } from 'vue';
import type { Ref } from 'vue';

import { createClient } from '#contract/client.ts';
import type { Client } from '#contract/client.ts';
import type { EngineEvent, EngineEventOf } from '#contract/events.ts';

import { followEvents } from './eventStream.ts';
import type { LinkState } from './eventStream.ts';
import { createUpload } from './upload.ts';
import type { Upload } from './upload.ts';

/** Where the engine is and what opens it: what a worker needs to make a client of its own. */
export interface EngineAccess {
  readonly baseUrl: string;
  readonly token: string;
}

/** The window's line to the engine. */
export interface Engine {
  readonly access: EngineAccess;
  readonly client: Client;
  readonly link: Readonly<Ref<LinkState>>;
  /** Sends a file that was dropped into a browser; gives the path of the copy. */
  readonly upload: Upload;
  /** Calls `handler` for every event of a type, until the returned function is called. */
  on<Type extends EngineEvent['type']>(type: Type, handler: (event: EngineEventOf<Type>) => void): () => void;
}

type Handler = (event: EngineEvent) => void;

/** Connects with a token; `fetch` is injected in tests. */
export function createEngine(options: EngineAccess & { fetch?: typeof fetch }): Engine {
  const client = createClient(options);
  const link = ref<LinkState>('connecting');
  const handlers = new Map<EngineEvent['type'], Set<Handler>>();
  followEvents({
    client,
    onEvent: (event) => handlers.get(event.type)?.forEach((handler) => handler(event)),
    onState: (state) => (link.value = state),
  });
  return {
    access: { baseUrl: options.baseUrl, token: options.token },
    client,
    link: readonly(link),
    upload: createUpload(options),
    on(type, handler) {
      const set = handlers.get(type) ?? new Set<Handler>();
      handlers.set(type, set.add(handler as Handler));
      return () => void set.delete(handler as Handler);
    },
  };
}

let engine: Engine | null = null;

/** Sets the one engine of this window; the entry point and tests call it before anything else. */
export function provideEngine(value: Engine): void {
  engine = value;
}

/** The engine of this window. */
export function useEngine(): Engine {
  if (engine === null) throw new Error('No engine was provided to this window.');
  return engine;
}
