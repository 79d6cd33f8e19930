export { default as TourLayer } from './components/TourLayer.vue';
export { useTourStore } from './store.ts';
