export { default as ImportPage } from './components/ImportPage.vue';
