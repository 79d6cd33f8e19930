import type { Command } from '#renderer/commands/index.ts';

import { useProjectActions } from './composables/useProjectActions.ts';

/** The ways into a project from anywhere in the window. */
export const START_COMMANDS: readonly Command[] = [
  {
    id: 'project.open',
    label: 'Open a project',
    group: 'Project',
    icon: 'folder',
    keys: 'Mod+O',
    menu: { name: 'File', part: 0 },
    run: () => useProjectActions().openProject(),
  },
  {
    id: 'project.sample',
    label: 'Open the sample',
    group: 'Project',
    icon: 'cube',
    menu: { name: 'File', part: 0 },
    run: () => useProjectActions().openSample(),
  },
];
