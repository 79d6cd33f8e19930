import type { Layer } from '#contract/routes/projects.ts';
import type { VoxelBlock } from '#contract/voxelBlock.ts';
import type { VoxelPatch } from '#contract/voxelPatches.ts';

import { createByteLru } from './byteLru.ts';
import { patchTile } from './patchTile.ts';
import type { Tile } from './tileGrid.ts';

/** Ends the key of a tile that is shown as an edit would make it. */
const MARK = ' patched';

/** Tiles of supervoxels as an edit that is looked at would make them; the tiles themselves stay as they are. */
export function createPatchedTiles(budgetBytes: number) {
  let patches: readonly VoxelPatch[] = [];
  /** Of which block each was made: the tile may be read anew. */
  const sources = new Map<string, VoxelBlock>();
  const made = createByteLru<VoxelBlock>(budgetBytes, (_, key) => sources.delete(key));

  return {
    set(next: readonly VoxelPatch[]): void {
      made.clear();
      patches = next;
    },
    /** What is shown for a tile, with the key by which its texture is kept. `labels` is the layer of labels on the screen. */
    of(
      tile: Tile,
      block: VoxelBlock | undefined,
      labels: Layer | undefined,
    ): { readonly key: string; readonly block: VoxelBlock | undefined } {
      const { key, request } = tile;
      if (patches.length === 0 || block === undefined || labels === undefined) return { key, block };
      if (request.layer !== 'supervoxels' || labels.id !== 'supervoxels') return { key, block };
      const known = sources.get(key) === block ? made.get(key) : undefined;
      const patched = known ?? patchTile(request, labels, block, patches);
      if (patched === null) return { key, block };
      if (known === undefined) {
        made.set(key, patched, patched.voxels.byteLength);
        sources.set(key, block);
      }
      return { key: key + MARK, block: patched };
    },
    isKey: (key: string): boolean => key.endsWith(MARK),
  };
}
