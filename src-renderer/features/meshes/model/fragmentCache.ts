import type { MeshFragment } from '#contract/meshFragments.ts';

/** Fragments by a key that says all that determines them, under a budget of bytes; the longest unused go first. */
export interface FragmentCache {
  /** Null where they were never fetched; empty where there is no surface. */
  get(key: string): readonly MeshFragment[] | null;
  put(key: string, fragments: readonly MeshFragment[]): void;
  clear(): void;
  readonly bytes: number;
}

/** What an entry costs besides its arrays. */
const ENTRY_BYTES = 200;

export function createFragmentCache(budgetBytes: number): FragmentCache {
  const entries = new Map<string, { fragments: readonly MeshFragment[]; bytes: number }>();
  let bytes = 0;

  function drop(key: string): void {
    bytes -= entries.get(key)?.bytes ?? 0;
    entries.delete(key);
  }

  return {
    get(key) {
      const entry = entries.get(key);
      if (entry === undefined) return null;
      entries.delete(key);
      entries.set(key, entry);
      return entry.fragments;
    },
    put(key, fragments) {
      drop(key);
      const size = fragments.reduce((sum, fragment) => sum + bytesOf(fragment), ENTRY_BYTES);
      entries.set(key, { fragments, bytes: size });
      bytes += size;
      for (const oldest of entries.keys()) {
        if (bytes <= budgetBytes || oldest === key) break;
        drop(oldest);
      }
    },
    clear() {
      entries.clear();
      bytes = 0;
    },
    get bytes() {
      return bytes;
    },
  };
}

/** A short name for a set of supervoxels: two FNV-1a hashes of their ids, in order, and their number. */
export function nameOfSet(supervoxels: Uint32Array): string {
  let a = 0x811c9dc5;
  let b = 0x1b873593;
  for (const id of supervoxels) {
    a = Math.imul(a ^ id, 0x01000193);
    b = Math.imul(b ^ ((id << 16) | (id >>> 16)), 0x85ebca6b);
  }
  return `${supervoxels.length}-${(a >>> 0).toString(36)}-${(b >>> 0).toString(36)}`;
}

function bytesOf({ positions, normals, indices }: MeshFragment): number {
  return positions.byteLength + normals.byteLength + indices.byteLength;
}
