import type { Preferences } from '#contract/routes/system.ts';

/** What the user prefers, kept in a file of the user's data folder. */
export interface PreferencesStore {
  read(): Promise<Preferences>;
  /** Changes the named ones, keeps the others, and gives all. @throws FascicleError 'storage' */
  change(changes: Partial<Preferences>): Promise<Preferences>;
}
