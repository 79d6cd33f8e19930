export { default as DropLayer } from './components/DropLayer.vue';
export { default as FileDialog } from './components/FileDialog.vue';
export { baseName, folderNameProblem, joinPath, parentPath, projectNameFor } from './model/paths.ts';
export { useFileStore } from './store.ts';
