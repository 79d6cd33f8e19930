import type { IconName } from '#renderer/ui/iconNames.ts';

import type { SegmentStatus } from './segmentQuery.ts';

export const STATUS_ICONS: Readonly<Record<SegmentStatus, IconName>> = {
  todo: 'todo',
  doing: 'half',
  done: 'done',
  flag: 'flag',
};

export const STATUS_LABELS: Readonly<Record<SegmentStatus, string>> = {
  todo: 'To do',
  doing: 'Doing',
  done: 'Done',
  flag: 'Flagged',
};
