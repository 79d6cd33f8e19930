import type { ProjectDatabase } from './database.ts';

/** The value stored under `key`, or undefined. Values are plain JSON. */
export function readSetting<T>(database: ProjectDatabase, key: string): T | undefined {
  const text = database.prepare('SELECT value FROM settings WHERE key = ?').pluck().get(key) as string | undefined;
  return text === undefined ? undefined : (JSON.parse(text) as T);
}

/** Stores `value` under `key`, replacing what was there. */
export function writeSetting(database: ProjectDatabase, key: string, value: unknown): void {
  database
    .prepare('INSERT INTO settings (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value')
    .run(key, JSON.stringify(value));
}
