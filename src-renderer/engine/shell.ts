/**
 * What the Electron shell lends to the page through its preload script. A browser has none of it: there the page shows the folders of the
 * engine's machine itself, and uploads what is dropped.
 */
export interface ShellBridge {
  /** The path of a file or a folder that was dropped or pasted. */
  pathOfFile(file: File): string;
  /** The dialogs of the system; null where the user cancelled. */
  openFile(): Promise<string | null>;
  openFolder(): Promise<string | null>;
  /** Shows a file or a folder in the file manager. */
  showItem(path: string): void;
}

declare global {
  interface Window {
    readonly fascicleShell?: ShellBridge;
  }
}

/** The shell around the page; null in a browser. */
export function useShell(): ShellBridge | null {
  return window.fascicleShell ?? null;
}
