import { lazyPart } from '#renderer/ui/lazyPart.ts';

export const AboutDialog = lazyPart(() => import('./AboutDialog.vue'));
export const GoToDialog = lazyPart(() => import('./GoToDialog.vue'));
