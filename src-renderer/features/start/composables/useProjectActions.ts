import { ref } from 'vue';

import { ApiError } from '#contract/client.ts';
import { useEngine } from '#renderer/engine/useEngine.ts';
import { useFileStore } from '#renderer/features/files/index.ts';
import { useNavigationStore } from '#renderer/features/navigation/index.ts';
import { useNoticeStore } from '#renderer/features/notices/index.ts';
import type { NoticeAction } from '#renderer/features/notices/index.ts';
import { useProjectStore } from '#renderer/features/project/index.ts';

/** The ways into a project, for the start screen, the menus and what is dropped on the window. */
export function useProjectActions() {
  const { client } = useEngine();
  const files = useFileStore();
  const navigation = useNavigationStore();
  const notices = useNoticeStore();
  const project = useProjectStore();
  /** What is being opened: a folder, or 'sample'; null where nothing is. */
  const opening = ref<string | null>(null);

  async function doOpening(
    what: string,
    title: string,
    open: () => Promise<void>,
    actionsFor: (error: unknown) => readonly NoticeAction[] = () => [],
  ): Promise<void> {
    if (opening.value !== null) return;
    opening.value = what;
    try {
      await open();
    } catch (error) {
      notices.report(error, title, { unharmed: 'No file was changed.', actions: actionsFor(error) });
    } finally {
      opening.value = null;
    }
  }

  /** A project that another program writes to can be looked at beside it. */
  const openDirectory = (directory: string, readOnly = false): Promise<void> =>
    doOpening(
      directory,
      'The project was not opened',
      () => navigation.openProject(directory, readOnly),
      (error) =>
        error instanceof ApiError && error.kind === 'conflict' && !readOnly
          ? [{ label: 'Open for reading only', run: () => void openDirectory(directory, true) }]
          : [],
    );

  async function openProject(): Promise<void> {
    const directory = await files.choose('project');
    if (directory !== null) await openDirectory(directory);
  }

  /** Opens what a path is: a project, or a volume that a project is to be made of. */
  async function openPath(path: string): Promise<void> {
    if ((await files.kindOf(path)) === 'project') await openDirectory(path);
    else navigation.startImport({ path });
  }

  async function chooseVolume(): Promise<void> {
    const path = await files.choose('volume');
    if (path !== null) navigation.startImport({ path });
  }

  /** The sample: made with the bundled network the first time, which is a job like any other. */
  const openSample = () =>
    doOpening('sample', 'The sample was not opened', async () => {
      const { project: info, job } = await client.projects.sample();
      await project.show(info);
      if (job === null) navigation.show('proofread');
      else navigation.showJob(job.id);
    });

  return { opening, openDirectory, openProject, openPath, chooseVolume, openSample };
}
