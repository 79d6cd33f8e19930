import { lazyPart } from '#renderer/ui/lazyPart.ts';

export const ImportPage = lazyPart(() => import('./components/ImportPage.vue'));
