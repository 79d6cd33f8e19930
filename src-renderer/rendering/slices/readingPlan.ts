import type { PanelState } from './panel.ts';
import { tilesToPrefetch, wantedTiles } from './panelPlan.ts';
import type { SliceScene } from './scene.ts';
import type { Tile } from './tiles/tileGrid.ts';
import type { WantedTile } from './tiles/tileLoader.ts';

/** The keys of the tiles of which a panel shows or awaits something; overviews of slices passed on the way may still be shown. */
export function watchedTiles({ candidates, viewport }: PanelState): ReadonlySet<string> {
  if (viewport === null) return new Set();
  const wanted = candidates.flatMap((plan, i) => {
    const tiles = wantedTiles(plan, viewport);
    return i === candidates.length - 1 ? tiles : tiles.filter((tile) => tile.class === 'overview');
  });
  return new Set(wanted.map(({ tile }) => tile.key));
}

/**
 * What all panels want read, those on the screen first.
 *
 * @param budgetBytes prefetches stop here
 */
export function tilesToRead(panels: Iterable<PanelState>, scene: SliceScene, budgetBytes: number): WantedTile[] {
  const looking = [...panels].flatMap(({ viewport, candidates, direction }) => {
    const plan = candidates.at(-1);
    return viewport === null || plan === undefined ? [] : [{ viewport, plan, direction }];
  });
  const wanted = looking.flatMap(({ plan, viewport }) => wantedTiles(plan, viewport));
  let bytes = wanted.reduce((sum, { tile }) => sum + bytesOf(tile), 0);
  for (const { plan, viewport, direction } of looking)
    for (const wish of tilesToPrefetch(scene, plan, viewport, direction)) {
      bytes += bytesOf(wish.tile);
      if (bytes > budgetBytes) break;
      wanted.push(wish);
    }
  return wanted;
}

const BYTES_OF_TEXEL = 4;
/** An upper bound, before the type of the answer is known. */
function bytesOf({ columns, rows }: Tile): number {
  return columns * rows * BYTES_OF_TEXEL;
}
