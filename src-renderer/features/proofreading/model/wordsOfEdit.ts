import type { EditKind } from '#domain/editChange.ts';
import { formatCount } from '#renderer/format/index.ts';
import type { IconName } from '#renderer/ui/iconNames.ts';

import type { ThresholdScale } from './thresholdScale.ts';

/** The sign of each kind of edit in the history. */
export const KIND_ICONS: Readonly<Record<EditKind, IconName>> = {
  threshold: 'thr',
  'object-threshold': 'thr',
  merge: 'merge',
  split: 'split',
  isolate: 'iso',
  paint: 'brush',
  keep: 'lock',
  name: 'list',
  status: 'done',
  note: 'book',
  revert: 'undo',
};

/**
 * A summary of the engine as people read it in the window: the thousands of its figures apart, "Merge 1 227 + 26 196", and thresholds
 * on the scale that they move, "Beta 0.69". Names and notes are theirs and stay as they are.
 */
export function formatSummary(summary: string, scale: ThresholdScale): string {
  return inScale(summary, scale).replace(/(?<![\d.,])\d{4,}(?![\d.,])/g, (digits) => formatCount(Number(digits)));
}

/** The engine tells thresholds; what led there stands before: 'Take back: Threshold 0.5 for 12'. */
const OF_THRESHOLD = /^((?:Went to: |Take back: )*)(?:Threshold (\d+(?:\.\d+)?)|Global threshold)(?= for |, |$)/;

function inScale(summary: string, scale: ThresholdScale): string {
  if (scale.name === 'Threshold') return summary;
  return summary.replace(OF_THRESHOLD, (_, before: string, threshold: string | undefined) => {
    if (threshold === undefined) return `${before}Global ${scale.name.toLowerCase()}`;
    return `${before}${scale.name} ${Number(scale.toValue(Number(threshold)).toFixed(2))}`;
  });
}
