import { lazyPart } from '#renderer/ui/lazyPart.ts';

export { applyAppearance, recallAppearance } from './model/appearance.ts';
export { usePreferencesStore } from './store.ts';

export const PreferencesDialog = lazyPart(() => import('./components/PreferencesDialog.vue'));
