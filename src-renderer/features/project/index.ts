export { NO_ROW, supervoxelsOf } from './model/segmentTable.ts';
export type { SegmentTable } from './model/segmentTable.ts';
export { useProjectStore } from './store.ts';
export { useRemembered } from './composables/useRemembered.ts';
export { useRememberedSize } from './composables/useRememberedSize.ts';
