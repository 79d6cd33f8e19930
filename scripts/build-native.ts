/**
 * Builds the native addon into native/prebuilds/<platform>-<arch>/. CMake decides what is out of date, so a second run costs
 * well under a second.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

import { requireTools } from './native-tools.ts';

const repository = join(import.meta.dirname, '..');
const native = join(repository, 'native');

function run(command: string, args: readonly string[]): void {
  const { status, error } = spawnSync(command, args, { cwd: native, stdio: 'inherit' });
  if (error !== undefined) throw error;
  if (status !== 0) process.exit(status ?? 1);
}

requireTools(['cmake', process.platform === 'win32' ? 'cl' : 'c++']);
run('cmake', ['--preset', 'release', '--log-level=WARNING', `-DFASCICLE_PREBUILD=${process.platform}-${process.arch}`]);
run('cmake', ['--build', 'build/release', '--config', 'Release', '--parallel', '2']);
