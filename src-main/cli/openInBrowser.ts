import { spawn } from 'node:child_process';

/**
 * Opens an address in the user's browser, which goes on when this program ends. Where there is none, as on a machine that is reached by
 * SSH, a note says so: the address is on the screen already.
 */
export function openInBrowser(address: string, onFailure: (note: string) => void): void {
  const [command, ...args] = commandFor(process.platform);
  const child = spawn(command, [...args, address], { detached: true, stdio: 'ignore' });
  child.once('error', () => onFailure('No browser could be started here. Open the address above in one.'));
  child.once('exit', (code) => {
    if (code !== 0 && code !== null) onFailure('No browser could be started here. Open the address above in one.');
  });
  child.unref();
}

function commandFor(platform: NodeJS.Platform): readonly [string, ...string[]] {
  if (platform === 'darwin') return ['open'];
  // Not `start` of the command shell, to which '&' in an address would be a command.
  if (platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler'];
  return ['xdg-open'];
}
