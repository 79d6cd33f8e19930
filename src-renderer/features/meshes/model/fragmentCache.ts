import type { MeshFragment } from '#contract/meshFragments.ts';

/** Fragments of supervoxels by level, under a budget of bytes; the longest unused go first. */
export interface FragmentCache {
  /** Null where they were never fetched; empty where a supervoxel has no surface at that level. */
  get(supervoxel: number, level: number): readonly MeshFragment[] | null;
  /** Takes all fragments of a supervoxel at a level, replacing what was kept. */
  put(supervoxel: number, level: number, fragments: readonly MeshFragment[]): void;
  /** Forgets supervoxels whose voxels changed; all where none are named. */
  forget(supervoxels?: Iterable<number>): void;
  readonly bytes: number;
}

/** What an entry costs besides its arrays. */
const ENTRY_BYTES = 200;

export function createFragmentCache(budgetBytes: number): FragmentCache {
  const entries = new Map<string, { fragments: readonly MeshFragment[]; bytes: number }>();
  const keyOf = (supervoxel: number, level: number) => `${supervoxel}/${level}`;
  let bytes = 0;

  function drop(key: string): void {
    bytes -= entries.get(key)?.bytes ?? 0;
    entries.delete(key);
  }

  return {
    get(supervoxel, level) {
      const key = keyOf(supervoxel, level);
      const entry = entries.get(key);
      if (entry === undefined) return null;
      entries.delete(key);
      entries.set(key, entry);
      return entry.fragments;
    },
    put(supervoxel, level, fragments) {
      const key = keyOf(supervoxel, level);
      drop(key);
      const size = fragments.reduce((sum, fragment) => sum + bytesOf(fragment), ENTRY_BYTES);
      entries.set(key, { fragments, bytes: size });
      bytes += size;
      for (const oldest of entries.keys()) {
        if (bytes <= budgetBytes || oldest === key) break;
        drop(oldest);
      }
    },
    forget(supervoxels) {
      if (supervoxels === undefined) {
        entries.clear();
        bytes = 0;
        return;
      }
      const gone = new Set([...supervoxels].map(String));
      for (const key of [...entries.keys()]) if (gone.has(key.slice(0, key.indexOf('/')))) drop(key);
    },
    get bytes() {
      return bytes;
    },
  };
}

function bytesOf({ positions, normals, indices }: MeshFragment): number {
  return positions.byteLength + normals.byteLength + indices.byteLength;
}
