import { join } from 'node:path';

import { preferencesSchema } from '#contract/routes/system.ts';
import type { PreferenceChanges, Preferences } from '#contract/routes/system.ts';

import { knownValues, readJsonFile, writeJsonFile } from './jsonFile.ts';
import type { Log } from './log.ts';
import { createQueue } from './queue.ts';

/** What the user prefers, kept in a file of the user's data folder. */
export interface PreferencesStore {
  read(): Promise<Preferences>;
  /** Changes the named ones, keeps the others, and gives all. @throws FascicleError 'storage' */
  change(changes: PreferenceChanges): Promise<Preferences>;
}

/** @param directory the data folder of the user */
export function createPreferencesStore(directory: string, log: Log): PreferencesStore {
  const path = join(directory, 'preferences.json');
  const inTurn = createQueue();
  const read = () =>
    readJsonFile(path, parsePreferences, (at, cause) => log.warn(`${at} is damaged; defaults are taken.`, cause));
  return {
    read,
    change: (changes) =>
      inTurn(async () => {
        const preferences = preferencesSchema.parse({ ...(await read()), ...changes });
        await writeJsonFile(path, preferences);
        return preferences;
      }),
  };
}

function parsePreferences(stored: unknown): Preferences {
  return preferencesSchema.parse(knownValues(preferencesSchema, stored));
}
