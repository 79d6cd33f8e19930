import { defineStore } from 'pinia';
import { ref, shallowRef } from 'vue';

import type { FileEntry } from '#contract/routes/system.ts';
import { createLatest } from '#renderer/engine/latest.ts';
import { useShell } from '#renderer/engine/shell.ts';
import { useEngine } from '#renderer/engine/useEngine.ts';

import type { FileGoal } from './model/listing.ts';
import { withRecentFolder } from './model/listing.ts';
import { parentPath } from './model/paths.ts';

const RECENT_KEY = 'fascicle.recent-folders';

export interface FolderListing {
  readonly directory: string;
  readonly parent: string | null;
  readonly entries: readonly FileEntry[];
}

/**
 * Choosing a path on the engine's machine: by the dialog of the system where a shell has one, else by one of the page, since a browser
 * knows no paths and the engine may run on another machine than the window.
 */
export const useFileStore = defineStore('files', () => {
  const { client } = useEngine();
  const request = shallowRef<{ goal: FileGoal; answer: (path: string | null) => void } | null>(null);
  const listing = shallowRef<FolderListing | null>(null);
  const isReading = ref(false);
  const failure = ref<string | null>(null);
  const recentFolders = ref<string[]>(readRecent());
  const latest = createLatest();

  /** Asks for a path; null where the user leaves without one. */
  function choose(goal: FileGoal): Promise<string | null> {
    const shell = useShell();
    if (shell) return goal === 'volume' ? shell.openFile() : shell.openFolder();
    request.value?.answer(null);
    return new Promise((resolve) => {
      request.value = {
        goal,
        answer(path) {
          request.value = null;
          if (path !== null) remember(goal === 'folder' ? path : parentPath(path));
          resolve(path);
        },
      };
      void enter(listing.value?.directory ?? recentFolders.value[0] ?? null);
    });
  }

  /** Shows a folder; the home folder for null. What was shown stays where it cannot be read. */
  async function enter(directory: string | null): Promise<void> {
    isReading.value = true;
    try {
      const read = await latest.run((signal) =>
        client.system.files({ query: directory === null ? {} : { directory } }, { signal }),
      );
      if (read === undefined) return;
      listing.value = read;
      failure.value = null;
    } catch (error) {
      failure.value = (error as Error).message;
      // A remembered folder may be gone: begin at home rather than nowhere.
      if (listing.value === null && directory !== null) await enter(null);
    }
    isReading.value = false;
  }

  /** What opening a path would mean, by the listing of its folder; 'other' where that cannot be read. */
  async function kindOf(path: string): Promise<FileEntry['kind']> {
    const { entries } = await client.system
      .files({ query: { directory: parentPath(path) } })
      .catch(() => ({ entries: [] as FileEntry[] }));
    return entries.find((entry) => entry.path === path)?.kind ?? 'other';
  }

  function remember(folder: string): void {
    recentFolders.value = withRecentFolder(recentFolders.value, folder);
    localStorage.setItem(RECENT_KEY, JSON.stringify(recentFolders.value));
  }

  return { request, listing, isReading, failure, recentFolders, choose, enter, kindOf };
});

function readRecent(): string[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(RECENT_KEY) ?? '[]');
    return Array.isArray(stored) ? stored.filter((folder): folder is string => typeof folder === 'string') : [];
  } catch {
    // Something else wrote there: a list of folders is not worth an error.
    return [];
  }
}
