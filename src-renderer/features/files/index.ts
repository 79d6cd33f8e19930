import { lazyPart } from '#renderer/ui/lazyPart.ts';

export { default as DropLayer } from './components/DropLayer.vue';
export { baseName, folderNameProblem, joinPath, parentPath, projectNameFor } from './model/paths.ts';
export { useFileStore } from './store.ts';

export const FileDialog = lazyPart(() => import('./components/FileDialog.vue'));
