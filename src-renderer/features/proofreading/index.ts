import { lazyPart } from '#renderer/ui/lazyPart.ts';

export { default as CutList } from './components/CutList.vue';
export { default as GlobalThreshold } from './components/GlobalThreshold.vue';
export { default as HistoryStrip } from './components/HistoryStrip.vue';
export { default as LookBanner } from './components/LookBanner.vue';
export { default as MergeWithButton } from './components/MergeWithButton.vue';
export { default as MeshEditMarks } from './components/MeshEditMarks.vue';
export { default as ModeBar } from './components/ModeBar.vue';
export { default as ObjectThreshold } from './components/ObjectThreshold.vue';
export { default as SegmentNotes } from './components/SegmentNotes.vue';
export { default as SliceEditMarks } from './components/SliceEditMarks.vue';
export { useProofreadingCommands } from './composables/useProofreadingCommands.ts';
export { useEditStore } from './stores/edits.ts';
export type { EditOutcome } from './stores/edits.ts';
export { useMergeStore } from './stores/merge.ts';
export { useModeStore } from './stores/mode.ts';
export type { EditMode } from './stores/mode.ts';
export { usePreviewStore } from './stores/preview.ts';
export { useSplitStore } from './stores/split.ts';

export const CheckpointDialog = lazyPart(() => import('./components/CheckpointDialog.vue'));
