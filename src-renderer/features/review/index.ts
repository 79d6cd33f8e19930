import { lazyPart } from '#renderer/ui/lazyPart.ts';

export { default as AgreementPanel } from './components/AgreementPanel.vue';
export { default as ReviewQueue } from './components/ReviewQueue.vue';
export { useAgreementStore } from './stores/agreement.ts';
export { useReviewStore } from './stores/review.ts';

export const AttachTruthDialog = lazyPart(() => import('./components/AttachTruthDialog.vue'));
