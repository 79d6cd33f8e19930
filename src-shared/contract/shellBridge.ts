/**
 * What the Electron shell offers to the page, as `window.fascicleShell`; absent in a browser. Plain values and promises only: it
 * crosses the context bridge.
 */
export interface ShellBridge {
  readonly platform: 'linux' | 'win32' | 'darwin';
  /** The path of a file or folder that was dropped on the window. */
  pathOfFile(file: unknown): string;
  /** A path that the user picked, or null where the dialog was left. */
  openFile(): Promise<string | null>;
  openFolder(): Promise<string | null>;
  /** Shows a file in the system's file manager. */
  showItem(path: string): Promise<void>;
  openLogs(): Promise<void>;
  /** Calls back for each entry of the native menus, with the id of the page's command; returns what ends it. */
  onCommand(run: (command: string) => void): () => void;
  /** Calls back for each path that the system asks to open: a second start, a file on the icon. */
  onOpenPath(open: (path: string) => void): () => void;
}

/** Names of the messages between the shell's two halves. */
export const SHELL_CHANNELS = {
  openFile: 'shell:open-file',
  openFolder: 'shell:open-folder',
  showItem: 'shell:show-item',
  openLogs: 'shell:open-logs',
  command: 'shell:command',
  openPath: 'shell:open-path',
  ready: 'shell:ready',
} as const;
