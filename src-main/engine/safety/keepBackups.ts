import type { Project } from '#engine/project/project.ts';
import { countRows } from '#engine/project/tables.ts';

import { createBackup, listBackups } from './backups.ts';

/** Edits after which a copy is made, and the time after which fewer are enough. */
const EDITS = 200;
const MINUTES = 15;

/** Makes backups of an open project while it is edited. */
export interface BackupKeeper {
  /** Call it after each edit; it returns at once. */
  edited(): void;
  /** Waits for a copy under way. */
  close(): Promise<void>;
}

/**
 * Copies the database after 200 edits, or after fewer when 15 minutes have passed since the last copy, never on the path of an edit.
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
      const isDue = edits >= EDITS || now().getTime() - since >= MINUTES * 60_000;
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
