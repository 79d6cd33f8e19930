/** Looks for the tools of the native build before starting, so that a missing one is named with the way to get it. */
import { spawnSync } from 'node:child_process';

const DEBIAN_PACKAGES: Readonly<Record<string, string>> = {
  cmake: 'cmake',
  'c++': 'g++',
  'clang-format': 'clang-format',
  'clang-tidy': 'clang-tidy',
};

/** True when `tool` can be started. */
export function hasTool(tool: string): boolean {
  return spawnSync(tool, ['--version'], { stdio: 'ignore' }).error === undefined;
}

/** What to type to get the tools, for the message that says they are missing. */
export function installHint(tools: readonly string[]): string {
  if (process.platform === 'win32') return 'install CMake and the C++ workload of the Visual Studio Build Tools';
  if (process.platform === 'darwin') return 'xcode-select --install && brew install cmake llvm doctest';
  return `sudo apt-get install ${tools.map((tool) => DEBIAN_PACKAGES[tool] ?? tool).join(' ')}`;
}

/** Ends the process with a message when one of `tools` cannot be started. */
export function requireTools(tools: readonly string[]): void {
  const missing = tools.filter((tool) => !hasTool(tool));
  if (missing.length === 0) return;
  console.error(`Missing: ${missing.join(', ')}. To install: ${installHint(missing)}`);
  process.exit(1);
}
