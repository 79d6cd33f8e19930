import type { Tile } from './tileGrid.ts';

/** How urgent a tile is; the order of the list is the order of service. */
const TILE_CLASSES = ['overview', 'visible', 'prefetch'] as const;
export type TileClass = (typeof TILE_CLASSES)[number];

export interface WantedTile {
  readonly tile: Tile;
  readonly class: TileClass;
}

export interface TileLoader {
  /**
   * Replaces the list of what is wanted. Requests that are no longer wanted are aborted, but for overviews: a fast scroll would
   * otherwise abort everything and show nothing.
   */
  want(tiles: readonly WantedTile[]): void;
  /** Why a tile could not be read; it is not asked for again before `retry`. */
  failure(key: string): Error | undefined;
  /** Forgets the failures. */
  retry(): void;
  /** Aborts every request, overviews too, and forgets the failures: what they would bring is no longer true. */
  clear(): void;
  /** Requests on their way. */
  readonly inFlight: number;
  dispose(): void;
}

/** Requests at once, and how many of these may be for later: a new picture never waits behind a full line of prefetches, nor shares the processor with them. */
const LIMITS = { all: 6, prefetch: 3 } as const;

/**
 * Reads tiles, most urgent first, a few at a time.
 *
 * @param options.read rejects with an AbortError where the signal fired
 */
export function createTileLoader<Texels>(options: {
  read: (tile: Tile, signal: AbortSignal) => Promise<Texels>;
  isLoaded: (key: string) => boolean;
  onLoaded: (tile: Tile, texels: Texels) => void;
  onFailed: (tile: Tile, error: Error) => void;
}): TileLoader {
  const { read, isLoaded, onLoaded, onFailed } = options;
  const running = new Map<string, { controller: AbortController; class: TileClass }>();
  const failures = new Map<string, Error>();
  let queue: WantedTile[] = [];
  let isDisposed = false;

  const start = ({ tile, class: urgency }: WantedTile): void => {
    const controller = new AbortController();
    const request = { controller, class: urgency };
    running.set(tile.key, request);
    const end = (): void => {
      if (running.get(tile.key) === request) running.delete(tile.key);
    };
    read(tile, controller.signal).then(
      (texels) => {
        end();
        if (controller.signal.aborted) return;
        onLoaded(tile, texels);
        startNext();
      },
      (error: unknown) => {
        end();
        if (controller.signal.aborted) return;
        const failure = error instanceof Error ? error : new Error(String(error));
        failures.set(tile.key, failure);
        onFailed(tile, failure);
        startNext();
      },
    );
  };

  const startNext = (): void => {
    if (isDisposed) return;
    let prefetches = 0;
    for (const request of running.values()) if (request.class === 'prefetch') prefetches++;
    const waiting: WantedTile[] = [];
    for (const wanted of queue) {
      const { key } = wanted.tile;
      if (running.has(key) || isLoaded(key) || failures.has(key)) continue;
      const isUrgent = running.size > prefetches;
      const isAllowed =
        wanted.class === 'prefetch' ? !isUrgent && prefetches < LIMITS.prefetch : running.size < LIMITS.all;
      if (!isAllowed) {
        waiting.push(wanted);
        continue;
      }
      if (wanted.class === 'prefetch') prefetches++;
      start(wanted);
    }
    queue = waiting;
  };

  const abortAll = (): void => {
    queue = [];
    for (const { controller } of running.values()) controller.abort();
    running.clear();
  };

  return {
    want(tiles) {
      const wanted = new Map<string, WantedTile>();
      for (const entry of tiles) if (!wanted.has(entry.tile.key)) wanted.set(entry.tile.key, entry);
      for (const [key, request] of running) {
        const still = wanted.get(key);
        if (still) request.class = still.class;
        else if (request.class !== 'overview') {
          request.controller.abort();
          running.delete(key);
        }
      }
      queue = [...wanted.values()].sort((a, b) => TILE_CLASSES.indexOf(a.class) - TILE_CLASSES.indexOf(b.class));
      startNext();
    },
    failure: (key) => failures.get(key),
    retry() {
      failures.clear();
    },
    get inFlight() {
      return running.size;
    },
    clear() {
      abortAll();
      failures.clear();
    },
    dispose() {
      isDisposed = true;
      abortAll();
    },
  };
}
