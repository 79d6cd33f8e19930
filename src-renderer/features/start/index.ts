export { default as StartPage } from './components/StartPage.vue';
export { useProjectActions } from './composables/useProjectActions.ts';
