import { lazyPart } from '#renderer/ui/lazyPart.ts';

export { useTourStore } from './store.ts';

export const TourLayer = lazyPart(() => import('./components/TourLayer.vue'));
