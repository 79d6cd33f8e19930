/**
 * Builds and runs the C++ tests three times: optimised, under AddressSanitizer with UndefinedBehaviorSanitizer, and under
 * ThreadSanitizer. `node scripts/test-native.ts test asan` runs a choice. Windows has no such sanitizers: there only `test` runs.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

import { requireTools } from './native-tools.ts';

const native = join(import.meta.dirname, '..', 'native');
const ALL = process.platform === 'win32' ? ['test'] : ['test', 'asan', 'tsan'];
const presets = process.argv.length > 2 ? process.argv.slice(2) : ALL;

function run(command: string, args: readonly string[]): void {
  const { status, error } = spawnSync(command, args, { cwd: native, stdio: 'inherit' });
  if (error !== undefined) throw error;
  if (status !== 0) process.exit(status ?? 1);
}

requireTools(['cmake', 'ctest']);
for (const preset of presets) {
  console.log(`-- ${preset}`);
  run('cmake', ['--preset', preset, '--log-level=WARNING']);
  run('cmake', ['--build', join('build', preset), '--config', 'Release', '--parallel', '2']);
  run('ctest', ['--test-dir', join('build', preset), '--build-config', 'Release', '--output-on-failure']);
}
