import { join } from 'node:path';

/** Where the parts of the built program lie: main.js is in src-main/shell of the built tree, as in the source tree. */
export function appPaths(shellDirectory: string) {
  const root = join(shellDirectory, '..', '..');
  return {
    engineEntry: join(root, 'src-main', 'engine', 'main.js'),
    preload: join(shellDirectory, 'preload.cjs'),
    icon: join(root, 'resources', 'icons', 'icon.png'),
  } as const;
}
