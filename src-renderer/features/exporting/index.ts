export { default as ExportPage } from './components/ExportPage.vue';
