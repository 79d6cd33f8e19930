import { defineAsyncComponent } from 'vue';

export { useMeshCommands } from './composables/useMeshCommands.ts';

/** The 3D view. vtk.js comes with it and with nothing else, in a part of the page that is read when the view is first shown. */
export const MeshView = defineAsyncComponent(() => import('./components/MeshView.vue'));
