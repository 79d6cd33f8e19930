import type { MenuItemConstructorOptions } from 'electron';

export interface MenuActions {
  /** Runs a command of the page in the focused window. */
  readonly command: (id: string) => void;
  readonly newWindow: () => void;
  readonly restartEngine: () => void;
  readonly openLogs: () => void;
  readonly openRecent: (path: string) => void;
}

/**
 * The native menus. Entries of the page carry the ids of its commands; they show no accelerators of their own where the page handles
 * the key, so that a key never runs a command twice.
 */
export function menuTemplate(
  platform: NodeJS.Platform,
  actions: MenuActions,
  recent: readonly { name: string; path: string }[],
): MenuItemConstructorOptions[] {
  const page = (label: string, id: string, accelerator?: string): MenuItemConstructorOptions => ({
    label,
    id,
    click: () => actions.command(id),
    ...(accelerator ? { accelerator, registerAccelerator: false } : {}),
  });
  const separator: MenuItemConstructorOptions = { type: 'separator' };
  const isMac = platform === 'darwin';
  const about = page('About Fascicle', 'app.about');
  const preferences = page('Preferences…', 'app.preferences', 'CmdOrCtrl+Comma');

  return [
    ...(isMac
      ? [
          {
            label: 'Fascicle',
            submenu: [
              about,
              separator,
              preferences,
              separator,
              { role: 'services' },
              separator,
              { role: 'hide' },
              { role: 'hideOthers' },
              { role: 'unhide' },
              separator,
              { role: 'quit' },
            ],
          } satisfies MenuItemConstructorOptions,
        ]
      : []),
    {
      label: '&File',
      submenu: [
        page('New project…', 'project.new', 'CmdOrCtrl+N'),
        page('Open project…', 'project.open', 'CmdOrCtrl+O'),
        {
          label: 'Open recent',
          enabled: recent.length > 0,
          submenu: recent.map(({ name, path }) => ({
            label: name,
            toolTip: path,
            click: () => actions.openRecent(path),
          })),
        },
        page('Close project', 'project.close'),
        separator,
        { label: 'New window', accelerator: 'CmdOrCtrl+Shift+W', click: actions.newWindow },
        ...(isMac ? [{ role: 'close' } as const] : [separator, preferences, separator, { role: 'quit' } as const]),
      ],
    },
    {
      label: '&Edit',
      submenu: [{ role: 'cut' }, { role: 'copy' }, { role: 'paste' }, { role: 'selectAll' }],
    },
    {
      label: '&View',
      submenu: [
        page('Command palette', 'app.palette', 'CmdOrCtrl+K'),
        page('Go to…', 'view.goTo'),
        separator,
        { role: 'togglefullscreen' },
        { role: 'toggleDevTools' },
      ],
    },
    { role: 'windowMenu' },
    {
      role: 'help',
      submenu: [
        page('Keyboard shortcuts', 'app.shortcuts'),
        page('Tour', 'app.tour'),
        separator,
        { label: 'Open the logs folder', click: actions.openLogs },
        { label: 'Restart the engine', click: actions.restartEngine },
        ...(isMac ? [] : [separator, about]),
      ],
    },
  ];
}
