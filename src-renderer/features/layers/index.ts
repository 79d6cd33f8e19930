export { default as LayersPanel } from './components/LayersPanel.vue';
export { default as ViewBar } from './components/ViewBar.vue';
