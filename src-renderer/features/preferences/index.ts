export { default as PreferencesDialog } from './components/PreferencesDialog.vue';
export { applyAppearance, recallAppearance } from './model/appearance.ts';
export { usePreferencesStore } from './store.ts';
