import { rename, rm } from 'node:fs/promises';

import { projectPaths } from '#engine/project/paths.ts';

/** Runs something on a project as if no window had shown it yet, so that figures compare; what it was left with is there again afterwards. */
export async function asUnseen<Result>(directory: string, run: () => Promise<Result>): Promise<Result> {
  const { view } = projectPaths(directory);
  const aside = `${view}.aside`;
  await rename(view, aside).catch(() => undefined);
  try {
    return await run();
  } finally {
    await rm(view, { force: true });
    await rename(aside, view).catch(() => undefined);
  }
}
