import type { ShellBridge } from '#contract/shellBridge.ts';

declare global {
  interface Window {
    readonly fascicleShell?: ShellBridge;
  }
}

/**
 * What the Electron shell lends to the page; null in a browser. There the page shows the folders of the engine's machine itself, and
 * uploads what is dropped.
 */
export function useShell(): ShellBridge | null {
  return window.fascicleShell ?? null;
}
