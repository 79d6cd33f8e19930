/**
 * Starts the workstation: in Electron where its binary is present, else as `fascicle serve` in a browser.
 *
 * Usage: npm start [-- PROJECT]
 */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const repository = join(import.meta.dirname, '..');

/** The program of the electron package, which its installation downloads; null where that was left out. */
function electronBinary(): string | null {
  try {
    const folder = dirname(createRequire(import.meta.url).resolve('electron/package.json'));
    const dist = process.env['ELECTRON_OVERRIDE_DIST_PATH'] ?? join(folder, 'dist');
    const binary = join(dist, readFileSync(join(folder, 'path.txt'), 'utf8').trim());
    return existsSync(binary) ? binary : null;
  } catch {
    return null;
  }
}

/** Runs a program to its end; signals of the terminal reach it directly. */
function run(command: string, args: readonly string[]): Promise<number> {
  const child = spawn(command, args, { cwd: repository, stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

async function requireSuccess(args: readonly string[]): Promise<void> {
  const code = await run(process.execPath, args);
  if (code !== 0) process.exit(code);
}

const rest = process.argv.slice(2);
const electron = electronBinary();
if (electron !== null) {
  const app = join(repository, 'dist-app');
  await requireSuccess(['node_modules/vite/bin/vite.js', 'build', '--logLevel', 'warn']);
  await requireSuccess(['scripts/build-app.ts']);
  process.exitCode = await run(electron, [app, ...rest]);
} else {
  console.error('The binary of Electron is not installed, so the window opens in your browser instead.');
  if (!existsSync(join(repository, 'dist-renderer', 'index.html')))
    await requireSuccess(['node_modules/vite/bin/vite.js', 'build', '--logLevel', 'warn']);
  process.exitCode = await run(process.execPath, ['bin/fascicle.js', 'serve', ...rest]);
}
