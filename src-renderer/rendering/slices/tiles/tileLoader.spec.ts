import { describe, expect, it } from 'vitest';

import { axisGrid } from './axisGrid.ts';
import { testLayer } from './testLayer.ts';
import type { Tile } from './tileGrid.ts';
import { createTileLoader } from './tileLoader.ts';
import type { TileClass } from './tileLoader.ts';

const tileAt = (position: number): Tile =>
  axisGrid(testLayer([99, 64, 64], 1), 0, 'xy', position, [1, 1, 1]).tile(0, 0, 0);
const wanted = (urgency: TileClass, ...positions: number[]) =>
  positions.map((position) => ({ tile: tileAt(position), class: urgency }));
const positionOf = (tile: Tile): number => (tile.request.kind === 'slice' ? tile.request.position : -1);

/** A loader whose reads wait for the test. */
function setUp() {
  const running = new Map<number, { resolve: () => void; reject: (error: Error) => void; signal: AbortSignal }>();
  const loaded = new Set<string>();
  const order: number[] = [];
  const failed: string[] = [];
  const loader = createTileLoader<null>({
    read: (tile, signal) =>
      new Promise((resolve, reject) => {
        order.push(positionOf(tile));
        running.set(positionOf(tile), { resolve: () => resolve(null), reject, signal });
      }),
    isLoaded: (key) => loaded.has(key),
    onLoaded: (tile) => loaded.add(tile.key),
    onFailed: (_, error) => failed.push(error.message),
  });
  const settle = () => new Promise<void>((resolve) => queueMicrotask(() => queueMicrotask(resolve)));
  return { loader, running, loaded, order, failed, settle };
}

describe('createTileLoader', () => {
  it('reads overviews first, then what is seen, at most six at once, then neighbours', async () => {
    const { loader, running, order, settle } = setUp();
    const [seen, later] = [wanted('visible', 10, 11, 12, 13, 14, 15), wanted('prefetch', 20, 21)];
    loader.want([...later, ...seen, ...wanted('overview', 1)]);
    expect(order).toEqual([1, 10, 11, 12, 13, 14]);
    for (const tile of [1, 10, 11, 12, 13, 14]) running.get(tile)!.resolve();
    await settle();
    expect(order.slice(6)).toEqual([15]);
    running.get(15)!.resolve();
    await settle();
    expect(order.slice(7)).toEqual([20, 21]);
  });

  it('leaves room for what is seen: at most three requests are for later', async () => {
    const { loader, order } = setUp();
    loader.want(wanted('prefetch', 1, 2, 3, 4, 5));
    expect(order).toEqual([1, 2, 3]);
    loader.want([...wanted('visible', 10), ...wanted('prefetch', 1, 2, 3, 4, 5)]);
    expect(order).toEqual([1, 2, 3, 10]);
  });

  it('aborts what is no longer wanted, but lets overviews end', () => {
    const { loader, running, order } = setUp();
    loader.want([...wanted('overview', 1), ...wanted('visible', 10)]);
    loader.want(wanted('overview', 2));
    expect([running.get(1)!.signal.aborted, running.get(10)!.signal.aborted]).toEqual([false, true]);
    expect([order, loader.inFlight]).toEqual([[1, 10, 2], 2]);
  });

  it('neither keeps nor reports an aborted answer', async () => {
    const { loader, running, loaded, failed, settle } = setUp();
    loader.want(wanted('visible', 10, 11));
    loader.want([]);
    running.get(10)!.resolve();
    running.get(11)!.reject(new Error('aborted'));
    await settle();
    expect([loaded.size, failed]).toEqual([0, []]);
  });

  it('does not read again what is there, on its way, or has failed', async () => {
    const { loader, running, order, failed, settle } = setUp();
    loader.want(wanted('visible', 1, 2, 3));
    running.get(1)!.resolve();
    running.get(2)!.reject(new Error('The disk is gone.'));
    await settle();
    loader.want(wanted('visible', 1, 2, 3));
    expect([order, failed]).toEqual([[1, 2, 3], ['The disk is gone.']]);
    expect(loader.failure(tileAt(2).key)?.message).toBe('The disk is gone.');
    loader.retry();
    loader.want(wanted('visible', 1, 2, 3));
    expect(order).toEqual([1, 2, 3, 2]);
  });

  it('aborts everything when it is disposed', () => {
    const { loader, running } = setUp();
    loader.want([...wanted('overview', 1), ...wanted('visible', 2)]);
    loader.dispose();
    expect([...running.values()].every(({ signal }) => signal.aborted)).toBe(true);
  });
});
