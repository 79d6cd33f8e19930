export { default as PaintBar } from './components/PaintBar.vue';
export { default as SlicePaintMarks } from './components/SlicePaintMarks.vue';
export { usePaintingCommands } from './composables/usePaintingCommands.ts';
export { usePaintStore } from './store.ts';
