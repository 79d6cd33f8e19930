export { default as JobStrip } from './components/JobStrip.vue';
export { default as JobsPage } from './components/JobsPage.vue';
export { useJobsStore } from './store.ts';
