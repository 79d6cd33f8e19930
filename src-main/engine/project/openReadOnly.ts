import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

import Database from 'better-sqlite3';

/**
 * Opens a database for reading, also where nothing can be written beside it: on a read-only medium or in a folder of somebody else.
 * SQLite reads a database in WAL mode with the help of a file that it makes there; where it cannot, a temporary copy is read, with the
 * log that a killed program may have left (what that holds was promised to be durable).
 *
 * @throws SqliteError as SQLite does; Error where the temporary folder cannot be written
 */
export function openReadOnly(path: string): Database.Database {
  const database = new Database(path, { readonly: true });
  try {
    // The file is first read by the first statement.
    database.prepare('SELECT count(*) FROM sqlite_schema').get();
    return database;
  } catch (error) {
    // Whatever else is wrong shows again to whoever asks next.
    if (!isUnwritable(error)) return database;
    database.close();
    return openCopy(path);
  }
}

/** What SQLite says where it cannot make the index of the log. */
function isUnwritable(error: unknown): boolean {
  const code = String((error as { code?: unknown }).code ?? '');
  return code.startsWith('SQLITE_CANTOPEN') || code.startsWith('SQLITE_READONLY');
}

function openCopy(path: string): Database.Database {
  const folder = mkdtempSync(join(tmpdir(), 'fascicle-readonly-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    const copy = join(folder, basename(path));
    for (const end of ['', '-wal']) if (existsSync(`${path}${end}`)) copyFileSync(`${path}${end}`, `${copy}${end}`);
    const database = new Database(copy, { readonly: true });
    const close = database.close.bind(database);
    database.close = () => {
      close();
      remove();
      return database;
    };
    return database;
  } catch (error) {
    remove();
    throw error;
  }
}
