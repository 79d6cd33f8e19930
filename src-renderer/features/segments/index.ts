export { default as SegmentList } from './components/SegmentList.vue';
export { default as SegmentProperties } from './components/SegmentProperties.vue';
export { useSegmentMenu } from './composables/useSegmentMenu.ts';
export { useJumpToSegment } from './composables/useJumpToSegment.ts';
export { SEGMENT_STATUSES } from './model/segmentQuery.ts';
export type { SegmentStatus } from './model/segmentQuery.ts';
export { STATUS_ICONS, STATUS_LABELS } from './model/status.ts';
export { useSegmentListStore } from './store.ts';
