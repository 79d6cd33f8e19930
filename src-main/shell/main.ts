import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';

import {
  app,
  autoUpdater,
  BrowserWindow,
  dialog,
  ipcMain,
  Menu,
  screen,
  session,
  shell,
  utilityProcess,
} from 'electron';
import type { WebContents } from 'electron';

import { createClient } from '#contract/client.ts';
import { SHELL_CHANNELS } from '#contract/shellBridge.ts';

import { appPaths } from './appPaths.ts';
import { createEngineHost } from './engineHost.ts';
import type { EngineState } from './engineHost.ts';
import { failurePage } from './failurePage.ts';
import { menuTemplate } from './menuTemplate.ts';
import { externalAddress, mayNavigate, mayUsePermission } from './navigationPolicy.ts';
import { openRequest } from './openRequest.ts';
import { startUpdates } from './updates.ts';
import { MINIMUM_SIZE, readWindowState, writeWindowState } from './windowState.ts';

/**
 * The Electron program: windows, menus, dialogs and the life of the engine process. It knows nothing of volumes or projects; the
 * page and the engine talk to each other over loopback as they do in a browser.
 */
const paths = appPaths(import.meta.dirname);
const isSmokeTest = process.argv.includes('--smoke-test');
const pendingPaths: string[] = [];
let address: string | null = null;
let isQuitting = false;

if (!app.requestSingleInstanceLock()) app.exit(0);
app.enableSandbox();
app.setAppLogsPath();

const token = randomBytes(32).toString('hex');
const engine = createEngineHost({
  token,
  spawn: () =>
    utilityProcess.fork(paths.engineEntry, [], {
      serviceName: 'Fascicle engine',
      stdio: 'inherit',
      env: {
        ...process.env,
        FASCICLE_LOGS: app.getPath('logs'),
        // Chunks are unpacked in this pool; Node reads its size when the process begins.
        UV_THREADPOOL_SIZE: String(Math.max(4, availableParallelism())),
      },
    }),
  onState: engineChanged,
});

function engineChanged(state: EngineState): void {
  if (state.kind === 'ready') {
    // A page that was loaded before reconnects by itself: port and token are the same.
    const isFirst = address === null;
    address = state.address;
    void installMenus();
    if (isFirst) for (const window of BrowserWindow.getAllWindows()) void window.loadURL(address);
    if (isSmokeTest) console.log('smoke test: engine ready');
  } else if (state.kind === 'given-up') {
    if (isSmokeTest) return app.exit(1);
    void offerRestart(state.exitCode);
  }
}

async function offerRestart(exitCode: number): Promise<void> {
  const { response } = await dialog.showMessageBox({
    type: 'error',
    message: 'The engine does not start.',
    detail: `It ended with code ${exitCode} several times. Every acknowledged edit is on disk. The log says more.`,
    buttons: ['Try again', 'Open the logs folder', 'Quit'],
    cancelId: 2,
  });
  if (response === 0) engine.restart();
  else if (response === 1) void shell.openPath(app.getPath('logs'));
  else app.quit();
}

function openWindow(): BrowserWindow {
  const statePath = join(app.getPath('userData'), 'window.json');
  const { isMaximised, ...bounds } = readWindowState(
    statePath,
    screen.getAllDisplays().map(({ workArea }) => workArea),
  );
  const window = new BrowserWindow({
    ...bounds,
    minWidth: MINIMUM_SIZE.width,
    minHeight: MINIMUM_SIZE.height,
    show: false,
    backgroundColor: '#121416',
    icon: paths.icon,
    title: 'Fascicle',
    // The page draws the title bar; the system keeps its own buttons in the place that the page leaves free.
    titleBarStyle: process.platform === 'darwin' ? 'hiddenInset' : 'hidden',
    ...(process.platform === 'darwin'
      ? {}
      : { titleBarOverlay: { color: '#121416', symbolColor: '#aab2ba', height: 39 } }),
    webPreferences: {
      preload: paths.preload,
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webviewTag: false,
      spellcheck: false,
    },
  });
  if (isMaximised) window.maximize();
  window.once('ready-to-show', () => !isSmokeTest && window.show());
  window.on('close', () =>
    writeWindowState(statePath, { ...window.getNormalBounds(), isMaximised: window.isMaximized() }),
  );
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason === 'clean-exit' || isQuitting) return;
    // The page holds no unsaved work; what it looked at comes back with it.
    window.webContents.reload();
  });
  window.on('unresponsive', () => void offerReload(window));
  if (isSmokeTest) window.webContents.once('did-finish-load', () => address !== null && finishSmokeTest(window));
  void window.loadURL(address ?? failurePage('Fascicle is starting', 'The engine opens its files.'));
  return window;
}

async function offerReload(window: BrowserWindow): Promise<void> {
  const { response } = await dialog.showMessageBox(window, {
    type: 'warning',
    message: 'The window does not respond.',
    detail: 'Loading it again loses nothing: every acknowledged edit is on disk.',
    buttons: ['Wait', 'Load again'],
    defaultId: 0,
  });
  if (response === 1) {
    window.webContents.forcefullyCrashRenderer();
    window.webContents.reload();
  }
}

function finishSmokeTest(window: BrowserWindow): void {
  void window.webContents
    .executeJavaScript('document.querySelector("#app")?.childElementCount ?? 0')
    .then((children) => {
      console.log(`smoke test: page loaded, ${String(children)} root elements`);
      app.exit(Number(children) > 0 ? 0 : 1);
    });
}

function focusedPage(): WebContents | undefined {
  return (BrowserWindow.getFocusedWindow() ?? BrowserWindow.getAllWindows()[0])?.webContents;
}

function requestOpen(path: string): void {
  app.addRecentDocument(path);
  const page = focusedPage();
  if (page === undefined || page.isLoading()) pendingPaths.push(path);
  else page.send(SHELL_CHANNELS.openPath, path);
}

/** Projects for the menu, last first; the engine keeps the list. */
async function recentProjects(): Promise<{ name: string; path: string }[]> {
  if (address === null) return [];
  const client = createClient({ baseUrl: new URL(address).origin, token });
  const projects = await client.projects.recent().catch(() => []);
  return projects.slice(0, 10).map(({ name, directory }) => ({ name, path: directory }));
}

async function installMenus(): Promise<void> {
  const actions = {
    command: (id: string) => focusedPage()?.send(SHELL_CHANNELS.command, id),
    newWindow: () => void openWindow(),
    restartEngine: () => engine.restart(),
    openLogs: () => void shell.openPath(app.getPath('logs')),
    openRecent: requestOpen,
  };
  const template = menuTemplate(process.platform, actions, await recentProjects());
  Menu.setApplicationMenu(Menu.buildFromTemplate(template));
}

function secureSession(): void {
  session.defaultSession.setPermissionRequestHandler((contents, permission, answer) =>
    answer(address !== null && mayUsePermission(permission, contents.getURL(), address)),
  );
  session.defaultSession.setPermissionCheckHandler(
    (_contents, permission, origin) => address !== null && mayUsePermission(permission, origin, address),
  );
}

app.on('web-contents-created', (_event, contents) => {
  contents.on('will-navigate', (event, target) => {
    if (address === null || !mayNavigate(target, address)) event.preventDefault();
  });
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(({ url }) => {
    const outside = externalAddress(url);
    if (outside !== null) void shell.openExternal(outside);
    return { action: 'deny' };
  });
});

app.on('second-instance', (_event, args, workingDirectory) => {
  const window = BrowserWindow.getAllWindows()[0] ?? openWindow();
  if (window.isMinimized()) window.restore();
  window.focus();
  const path = openRequest(args.slice(1), workingDirectory);
  if (path !== null) requestOpen(path);
});
app.on('open-file', (event, path) => {
  event.preventDefault();
  requestOpen(path);
});
app.on('browser-window-focus', () => void installMenus());
app.on('activate', () => BrowserWindow.getAllWindows().length === 0 && openWindow());
app.on('window-all-closed', () => process.platform !== 'darwin' && app.quit());
app.on('before-quit', () => {
  isQuitting = true;
  engine.stop();
});

/** Only the page of the engine may ask the shell for anything. */
const fromPage = (url: string | undefined) => address !== null && url !== undefined && mayNavigate(url, address);

const pick = async (properties: ('openFile' | 'openDirectory' | 'createDirectory')[]): Promise<string | null> => {
  const { canceled, filePaths } = await dialog.showOpenDialog({ properties });
  return canceled ? null : filePaths[0]!;
};
ipcMain.handle(SHELL_CHANNELS.openFile, (event) => (fromPage(event.senderFrame?.url) ? pick(['openFile']) : null));
ipcMain.handle(SHELL_CHANNELS.openFolder, (event) =>
  fromPage(event.senderFrame?.url) ? pick(['openDirectory', 'createDirectory']) : null,
);
ipcMain.handle(SHELL_CHANNELS.showItem, (event, path: unknown) => {
  if (fromPage(event.senderFrame?.url) && typeof path === 'string') shell.showItemInFolder(path);
});
ipcMain.handle(SHELL_CHANNELS.openLogs, async (event) => {
  if (fromPage(event.senderFrame?.url)) await shell.openPath(app.getPath('logs'));
});
ipcMain.on(SHELL_CHANNELS.ready, (event) => {
  for (const path of pendingPaths.splice(0)) event.sender.send(SHELL_CHANNELS.openPath, path);
});

void app.whenReady().then(() => {
  secureSession();
  console.log(startUpdates(process.env['FASCICLE_UPDATE_FEED'], autoUpdater, console.error));
  void installMenus();
  engine.start();
  openWindow();
  const path = openRequest(process.argv.slice(app.isPackaged ? 1 : 2), process.cwd());
  if (path !== null) requestOpen(path);
});
