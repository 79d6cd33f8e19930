import { contextBridge, ipcRenderer, webUtils } from 'electron';

import { SHELL_CHANNELS } from '#contract/shellBridge.ts';
import type { ShellBridge } from '#contract/shellBridge.ts';

/** The only code of the shell that runs beside the page: it passes named messages on and holds nothing. */
function listen(channel: string, run: (value: string) => void): () => void {
  const listener = (_event: unknown, value: string) => run(value);
  ipcRenderer.on(channel, listener);
  return () => void ipcRenderer.off(channel, listener);
}

const bridge: ShellBridge = {
  platform: process.platform as ShellBridge['platform'],
  pathOfFile: (file) => webUtils.getPathForFile(file as never),
  openFile: () => ipcRenderer.invoke(SHELL_CHANNELS.openFile) as Promise<string | null>,
  openFolder: () => ipcRenderer.invoke(SHELL_CHANNELS.openFolder) as Promise<string | null>,
  showItem: (path) => ipcRenderer.invoke(SHELL_CHANNELS.showItem, path) as Promise<void>,
  openLogs: () => ipcRenderer.invoke(SHELL_CHANNELS.openLogs) as Promise<void>,
  onCommand: (run) => listen(SHELL_CHANNELS.command, run),
  onOpenPath: (open) => {
    const end = listen(SHELL_CHANNELS.openPath, open);
    // A path may have been asked for before the page could hear it.
    ipcRenderer.send(SHELL_CHANNELS.ready);
    return end;
  },
};

contextBridge.exposeInMainWorld('fascicleShell', bridge);
