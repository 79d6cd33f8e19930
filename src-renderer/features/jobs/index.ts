export { default as JobsPage } from './components/JobsPage.vue';
export { default as JobStrip } from './components/JobStrip.vue';
export { default as StageBars } from './components/StageBars.vue';
export { useJobsStore } from './store.ts';
