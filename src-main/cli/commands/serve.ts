import { once } from 'node:events';
import { resolve } from 'node:path';

import type { Command } from 'commander';

import { isFascicleError } from '#domain/errors.ts';
import { isLoopback } from '#engine/http/guard.ts';
import { isPageBuilt } from '#engine/http/servePage.ts';
import { PAGE_DIRECTORY, startEngineServer } from '#engine/http/startEngineServer.ts';

import type { CommandContext } from '../main.ts';
import { openInBrowser } from '../openInBrowser.ts';
import { port } from '../parse.ts';

interface ServeOptions {
  readonly port: number;
  readonly host: string;
  readonly open: boolean;
}

export function registerServe(program: Command, context: CommandContext): void {
  program
    .command('serve')
    .description('Start the engine and open its page in a browser. Ends with Ctrl-C.')
    .argument('[project]', 'project folder to open')
    .option('--port <n>', 'port; any free one when absent', port, 0)
    .option('--host <address>', 'what to listen on; anything but this machine lets others in', '127.0.0.1')
    .option('--no-open', 'open no browser')
    .action((project: string | undefined, options: ServeOptions) => serve(project, options, context));
}

async function serve(
  project: string | undefined,
  options: ServeOptions,
  { terminal, signal }: CommandContext,
): Promise<void> {
  const { host, open } = options;
  const server = await startEngineServer({ host, port: options.port });
  try {
    const opened = project === undefined ? null : await server.engine.projects.open(resolve(project));
    const address = opened === null ? server.address : `${server.address}&project=${opened.id}`;
    // Alone on the first line: scripts read it.
    terminal.out(address);
    if (!isLoopback(host))
      terminal.err(
        `Warning: ${host} is reached from other machines, and what is sent is not encrypted. Whoever sees the address can read and change ` +
          'the files of this user. An SSH tunnel is safer: ssh -L PORT:127.0.0.1:PORT this-machine.',
      );
    if (!(await isPageBuilt(PAGE_DIRECTORY)))
      terminal.err('The page is not built, so a browser shows nothing yet. Build it with: npm run build:page');
    else if (open) openInBrowser(address, (note) => terminal.err(note));
    terminal.err('Fascicle is running. Ctrl-C ends it.');
    if (!signal.aborted) await once(signal, 'abort');
    terminal.err('Ending: jobs are paused and go on from here next time.');
  } finally {
    await server.close().catch((error: unknown) => {
      if (!isFascicleError(error)) throw error;
      terminal.err(`fascicle: ${error.message}`);
    });
  }
}
