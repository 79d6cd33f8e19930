import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';

import { useEngine } from '#renderer/engine/useEngine.ts';
import { useProjectStore, useRemembered } from '#renderer/features/project/index.ts';

export type Workspace = 'proofread' | 'jobs' | 'export';

/** What a new project starts from, as far as it is known when the wizard opens. */
export interface ImportRequest {
  readonly path: string | null;
  /** 'labels' for proofreading what was segmented elsewhere. */
  readonly use: 'image' | 'labels';
}

/** Where the window is: a project's workspaces, else the start screen or the wizard for a new project. */
export const useNavigationStore = defineStore('navigation', () => {
  const { client } = useEngine();
  const project = useProjectStore();
  const importRequest = shallowRef<ImportRequest | null>(null);
  const workspace = ref<Workspace>('proofread');
  useRemembered(
    'workspace',
    () => workspace.value,
    (left) => (workspace.value = left ?? 'proofread'),
  );
  /** The job that the Jobs workspace shows; null for the newest. */
  const job = ref<string | null>(null);

  const screen = computed(() => {
    if (importRequest.value !== null) return 'import';
    return project.info === null ? 'start' : 'workspace';
  });

  /** A project is shown with its slices. */
  const isProofreading = computed(() => screen.value === 'workspace' && workspace.value === 'proofread');

  function startImport(request: Partial<ImportRequest> = {}): void {
    importRequest.value = { path: null, use: 'image', ...request };
  }

  /** Leaves the wizard for where it was opened from. */
  function endImport(): void {
    importRequest.value = null;
  }

  function show(next: Workspace): void {
    importRequest.value = null;
    workspace.value = next;
  }

  function showJob(id: string): void {
    job.value = id;
    show('jobs');
  }

  /** Opens a project and shows it; for reading only where another program writes to it. @throws ApiError */
  async function openProject(directory: string, readOnly = false): Promise<void> {
    await enter(project.open(directory, readOnly));
  }

  /** Shows a project that the engine has open. @throws ApiError */
  async function showOpenProject(id: string): Promise<void> {
    await enter(client.projects.get({ params: { project: id } }).then(project.show));
  }

  /** A project is shown as it was left, and the one that is open with its slices; who goes elsewhere meanwhile stays there. */
  async function enter(opening: Promise<unknown>): Promise<void> {
    const before = { id: project.info?.id, workspace: workspace.value, importRequest: importRequest.value };
    await opening;
    if (importRequest.value !== null && importRequest.value !== before.importRequest) return;
    const isSame = project.info?.id === before.id && workspace.value === before.workspace;
    show(isSame ? 'proofread' : workspace.value);
  }

  /** Leaves the project for the start screen; its jobs go on. */
  function closeProject(): void {
    project.leave();
    importRequest.value = null;
    workspace.value = 'proofread';
    job.value = null;
  }

  return {
    screen,
    isProofreading,
    workspace,
    importRequest,
    job,
    startImport,
    endImport,
    show,
    showJob,
    openProject,
    showOpenProject,
    closeProject,
  };
});
