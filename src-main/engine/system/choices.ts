import { totalmem } from 'node:os';

import type { Preferences } from '#contract/routes/system.ts';
import type { EngineDirectories } from '#engine/user/directories.ts';

/** Of the machine's memory, where the user names no budget: the rest is for the system, the page and other programs. */
const SHARE_OF_MEMORY = 0.4;

/** What networks and caches may take together, bytes. */
export function memoryBudgetBytes({ memoryBudgetBytes }: Pick<Preferences, 'memoryBudgetBytes'>): number {
  return memoryBudgetBytes ?? Math.floor(totalmem() * SHARE_OF_MEMORY);
}

/** Where new projects and uploads go. */
export function projectsDirectory(
  { projectsDirectory }: Pick<Preferences, 'projectsDirectory'>,
  { projects }: Pick<EngineDirectories, 'projects'>,
): string {
  return projectsDirectory ?? projects;
}
