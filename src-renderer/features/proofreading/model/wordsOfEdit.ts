import type { EditKind } from '#domain/editChange.ts';
import { formatCount } from '#renderer/format/index.ts';
import type { IconName } from '#renderer/ui/iconNames.ts';

/** The sign of each kind of edit in the history. */
export const KIND_ICONS: Readonly<Record<EditKind, IconName>> = {
  threshold: 'thr',
  'object-threshold': 'thr',
  merge: 'merge',
  split: 'split',
  isolate: 'iso',
  divide: 'split',
  paint: 'brush',
  keep: 'lock',
  name: 'list',
  status: 'done',
  note: 'book',
  revert: 'undo',
};

/** A summary of the engine with the thousands of its figures apart, as everywhere in the window: "Merge 1 227 + 26 196". */
export function formatSummary(summary: string): string {
  return summary.replace(/(?<![\d.,])\d{4,}(?![\d.,])/g, (digits) => formatCount(Number(digits)));
}
