import { lazyPart } from '#renderer/ui/lazyPart.ts';

export { useShortcutStore } from './store.ts';

export const CommandPalette = lazyPart(() => import('./components/CommandPalette.vue'));
export const ShortcutSheet = lazyPart(() => import('./components/ShortcutSheet.vue'));
export const ShortcutEditor = lazyPart(() => import('./components/ShortcutEditor.vue'));
