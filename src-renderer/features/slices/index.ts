export { default as SliceView } from './components/SliceView.vue';
export { limitsOf } from './model/sceneOf.ts';
export type { ImageLayerId } from './model/sceneOf.ts';
export { currentRenderer, prepareRenderer } from './composables/useSharedRenderer.ts';
export type { PanelMenuRequest } from './composables/usePanelInput.ts';
export { sliceCommands } from './commands.ts';
export { useSlicesStore } from './store.ts';
export { useFirstPicture } from './composables/useFirstPicture.ts';
