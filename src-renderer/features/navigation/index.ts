export { useNavigationStore } from './store.ts';
export type { ImportRequest, Workspace } from './store.ts';
