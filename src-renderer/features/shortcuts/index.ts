export { default as CommandPalette } from './components/CommandPalette.vue';
export { default as ShortcutEditor } from './components/ShortcutEditor.vue';
export { default as ShortcutSheet } from './components/ShortcutSheet.vue';
export { useShortcutStore } from './store.ts';
