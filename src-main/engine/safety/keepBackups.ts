import type { Project } from '#engine/project/project.ts';
import { countRows } from '#engine/project/tables.ts';

import { createBackup, listBackups } from './backups.ts';

/** A copy is made after so many edits, but not sooner than the first time, and after fewer when the second has passed. */
const EDITS = 200;
const SOONEST_MS = 3 * 60_000;
const LATEST_MS = 15 * 60_000;

/** Makes backups of an open project while it is edited. */
export interface BackupKeeper {
  /** Call it after each edit; it returns at once. */
  edited(): void;
  /** Waits for a copy under way. */
  close(): Promise<void>;
}

/**
 * Copies the database after 200 edits, three minutes after the last copy at the soonest, or after fewer when 15 minutes have passed; never
 * on the path of an edit.
 * A copy that fails costs nothing but itself: it is tried again later.
 *
 * @param onFailure is told why there is no copy
 */
export function keepBackups(
  project: Project,
  onFailure: (error: unknown) => void,
  now: () => Date = () => new Date(),
): BackupKeeper {
  let edits = 0;
  let since = now().getTime();
  let underWay: Promise<void> | null = null;

  const make = async (): Promise<void> => {
    try {
      const [newest] = await listBackups(project.paths);
      if (newest?.revision !== countRows(project.database, 'edits')) await createBackup(project, now());
    } catch (error) {
      onFailure(error);
    }
  };

  return {
    edited() {
      edits++;
      const passed = now().getTime() - since;
      const isDue = passed >= LATEST_MS || (edits >= EDITS && passed >= SOONEST_MS);
      if (!isDue || underWay !== null || project.readOnly) return;
      edits = 0;
      since = now().getTime();
      underWay = make().finally(() => (underWay = null));
    },
    async close() {
      await underWay;
    },
  };
}
