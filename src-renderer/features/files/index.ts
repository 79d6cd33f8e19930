export { baseName, folderNameProblem, joinPath, parentPath, projectNameFor } from './model/paths.ts';
