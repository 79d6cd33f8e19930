import type { Cuts, History, HistoryEntry } from '#contract/routes/edits.ts';
import type { DescribedTrait } from '#contract/routes/segments.ts';
import type { SegmentTrait } from '#domain/editChange.ts';
import type { EditState } from '#domain/editState.ts';
import type { ProjectDatabase } from '#engine/project/database.ts';
import type { EditLog, LogEntry } from '#engine/project/editLog.ts';

import { readCheckpoints } from './checkpoints.ts';

/** The log as a window shows it. */
export function describeHistory(database: ProjectDatabase, log: EditLog, state: EditState): History {
  const { revision, head, undoTarget, redoTarget } = log.tree;
  return {
    ...{ revision, head, undoTarget, redoTarget },
    cuts: describeCuts(state),
    entries: log.entries.map((entry) => describeEntry(entry, log)),
    checkpoints: readCheckpoints(database),
  };
}

/** The cut in force, of the whole volume and of single objects. */
export function describeCuts({ cut, thresholds }: EditState): Cuts {
  return { cut: { ...cut }, objects: [...thresholds].map(([anchor, threshold]) => ({ anchor, threshold })) };
}

export function describeEntry(entry: LogEntry, log: EditLog): HistoryEntry {
  const { revision, author, createdAt } = entry;
  if (entry.type === 'move') {
    const target = log.entries[entry.to - 1];
    const summary = target?.type === 'edit' ? `Went to: ${target.summary}` : 'Went to the beginning';
    return { revision, author, createdAt, step: { type: 'move', to: entry.to }, summary, place: null };
  }
  const { kind, parent, summary, place } = entry;
  return { revision, author, createdAt, step: { type: 'edit', kind, parent }, summary, place };
}

/** Traits of segments as they cross; null stands for what a segment without any has. */
export function describeTraits(traits: ReadonlyMap<number, SegmentTrait | null>): DescribedTrait[] {
  return [...traits].map(([segment, trait]) => ({ segment, colour: trait?.colour ?? segment, lead: trait?.lead ?? 0 }));
}
