import type { EditSession } from '#engine/editing/editSession.ts';
import type { EditChange } from '#domain/editChange.ts';
import type { EditEntry } from '#engine/project/editLog.ts';

/** The edits that lie between two states of a project, whichever way: those that going from one to the other makes or takes back. */
export function changesBetween({ log }: EditSession, before: number): EditChange[] {
  const { takeBack, apply } = log.tree.pathTo(before);
  return [...takeBack, ...apply].map((edit) => (log.entries[edit - 1] as EditEntry).change);
}
