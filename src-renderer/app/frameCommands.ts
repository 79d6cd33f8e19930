import type { Command } from '#renderer/commands/index.ts';
import { useNavigationStore } from '#renderer/features/navigation/index.ts';
import { usePreferencesStore } from '#renderer/features/preferences/index.ts';
import { useProjectStore } from '#renderer/features/project/index.ts';
import { useShortcutStore } from '#renderer/features/shortcuts/index.ts';
import { useTourStore } from '#renderer/features/tour/index.ts';
import { useViewStore } from '#renderer/features/view/index.ts';

import { focusNextZone } from './focusZones.ts';
import { useFrameStore } from './frameState.ts';
import { useGoToStore } from './goToState.ts';

/** Commands of the window itself; those of a feature are registered by the feature. */
export function frameCommands(): readonly Command[] {
  const frame = useFrameStore();
  const goTo = useGoToStore();
  const navigation = useNavigationStore();
  const preferences = usePreferencesStore();
  const project = useProjectStore();
  const shortcuts = useShortcutStore();
  const tour = useTourStore();
  const view = useViewStore();
  const hasProject = (): boolean => navigation.screen === 'workspace';
  const isProofread = (): boolean => navigation.isProofreading;

  return [
    {
      id: 'project.new',
      label: 'New project',
      group: 'Project',
      icon: 'plus',
      keys: 'Mod+N',
      menu: { name: 'File', part: 0 },
      run: () => navigation.startImport(),
    },
    {
      id: 'project.close',
      label: 'Close the project',
      group: 'Project',
      menu: { name: 'File', part: 1 },
      when: () => navigation.screen !== 'start',
      run: () => navigation.closeProject(),
    },
    {
      id: 'app.preferences',
      label: 'Preferences',
      group: 'Program',
      icon: 'sliders',
      keys: 'Mod+,',
      menu: { name: 'File', part: 2 },
      run: () => void (preferences.isDialogOpen = true),
    },
    {
      id: 'workspace.proofread',
      label: 'Go to Proofread',
      group: 'Window',
      keys: 'Alt+1',
      menu: { name: 'View', part: 0 },
      when: hasProject,
      checked: () => navigation.workspace === 'proofread',
      run: () => navigation.show('proofread'),
    },
    {
      id: 'workspace.jobs',
      label: 'Go to Jobs',
      group: 'Window',
      keys: 'Alt+2',
      menu: { name: 'View', part: 0 },
      when: hasProject,
      checked: () => navigation.workspace === 'jobs',
      run: () => navigation.show('jobs'),
    },
    {
      id: 'workspace.export',
      label: 'Go to Export',
      group: 'Window',
      icon: 'export',
      keys: 'Alt+3',
      menu: { name: 'View', part: 0 },
      when: hasProject,
      checked: () => navigation.workspace === 'export',
      run: () => navigation.show('export'),
    },
    {
      id: 'view.goTo',
      label: 'Go to a position',
      group: 'Navigate',
      icon: 'target',
      keys: 'Mod+G',
      menu: { name: 'View', part: 1 },
      when: isProofread,
      refusal: () => (project.info?.shape ? null : 'The project has no volume yet'),
      run: () => void (goTo.isOpen = true),
    },
    {
      id: 'view.maximise',
      label: 'Maximise the view under the pointer',
      group: 'Navigate',
      icon: 'maxi',
      keys: 'Space',
      menu: { name: 'View', part: 1 },
      when: isProofread,
      checked: () => view.maximised !== null,
      run: () => void (view.maximised = view.maximised === null ? view.activePanel : null),
    },
    {
      id: 'view.leftPane',
      label: 'Show the left pane',
      group: 'Window',
      icon: 'pane-left',
      keys: 'Mod+\\',
      menu: { name: 'View', part: 8 },
      when: isProofread,
      checked: () => frame.leftIsShown,
      run: frame.toggleLeft,
    },
    {
      id: 'view.rightPane',
      label: 'Show the right pane',
      group: 'Window',
      icon: 'pane-right',
      keys: 'Mod+|',
      menu: { name: 'View', part: 8 },
      when: isProofread,
      checked: () => frame.rightIsShown,
      run: frame.toggleRight,
    },
    {
      id: 'view.closeDrawers',
      label: 'Close the drawers',
      group: 'Window',
      keys: 'Escape',
      when: () => isProofread() && frame.hasOpenDrawer,
      run: () => void frame.closeDrawers(),
    },
    {
      id: 'app.theme',
      label: 'Switch between dark and light',
      group: 'Program',
      icon: 'half',
      menu: { name: 'View', part: 9 },
      run: preferences.toggleTheme,
    },
    {
      id: 'app.nextZone',
      label: 'Next part of the window',
      group: 'Window',
      keys: 'F6',
      run: () => focusNextZone(1),
    },
    {
      id: 'app.previousZone',
      label: 'Previous part of the window',
      group: 'Window',
      keys: 'Shift+F6',
      run: () => focusNextZone(-1),
    },
    {
      id: 'app.palette',
      label: 'Search commands',
      group: 'Program',
      icon: 'search',
      keys: ['Mod+K', 'Mod+P'],
      menu: { name: 'Help', part: 0 },
      run: () => void (shortcuts.isPaletteOpen = !shortcuts.isPaletteOpen),
    },
    {
      id: 'app.shortcuts',
      label: 'Keyboard and pointer',
      group: 'Program',
      icon: 'help',
      keys: ['H', '?'],
      menu: { name: 'Help', part: 0 },
      run: () => void (shortcuts.isSheetOpen = true),
    },
    {
      id: 'app.tour',
      label: 'Tour of the window',
      group: 'Program',
      icon: 'book',
      menu: { name: 'Help', part: 1 },
      when: isProofread,
      run: () => tour.start(),
    },
    {
      id: 'app.about',
      label: 'About Fascicle',
      group: 'Program',
      icon: 'info',
      menu: { name: 'Help', part: 2 },
      run: () => void (frame.isAboutOpen = true),
    },
  ];
}
