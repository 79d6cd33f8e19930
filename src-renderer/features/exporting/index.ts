import { lazyPart } from '#renderer/ui/lazyPart.ts';

export const ExportPage = lazyPart(() => import('./components/ExportPage.vue'));
