import type { FileEntry } from '#contract/routes/system.ts';

/** What a dialog is to give: a volume (file or folder), a project, or a folder to put something in. */
export type FileGoal = 'volume' | 'project' | 'folder';

/** What happens on a row: 'choose' ends the dialog, 'enter' goes into the folder, null for what does not fit. */
export type RowAction = 'choose' | 'enter' | null;

/** What Enter or a double click on an entry does. A Zarr folder is chosen, not entered. */
export function actionOf(entry: FileEntry, goal: FileGoal): RowAction {
  if (entry.kind === 'folder') return 'enter';
  if (goal === 'folder') return null;
  return entry.kind === goal ? 'choose' : null;
}

/** True for what can be chosen by the button: a plain folder too, where a stack of images may be meant. */
export function canChoose(entry: FileEntry, goal: FileGoal): boolean {
  if (entry.kind === 'folder') return goal !== 'project';
  return goal !== 'folder' && entry.kind === goal;
}

/** The entries whose names hold all words of a filter; hidden ones only where the filter asks for a dot. */
export function filterEntries(entries: readonly FileEntry[], filter: string): FileEntry[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  return entries.filter(({ name }) => {
    if (name.startsWith('.') && !words.some((word) => word.startsWith('.'))) return false;
    return words.every((word) => name.toLowerCase().includes(word));
  });
}

/** Recent folders with one more at the front, each once, at most `most`. */
export function withRecentFolder(folders: readonly string[], folder: string, most = 6): string[] {
  return [folder, ...folders.filter((other) => other !== folder)].slice(0, most);
}
