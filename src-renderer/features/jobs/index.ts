import { lazyPart } from '#renderer/ui/lazyPart.ts';

export { default as JobStrip } from './components/JobStrip.vue';
export { default as StageBars } from './components/StageBars.vue';
export { useJobsStore } from './store.ts';

export const JobsPage = lazyPart(() => import('./components/JobsPage.vue'));
