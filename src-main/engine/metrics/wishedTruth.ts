import type { Project } from '#engine/project/project.ts';
import { readSetting, writeSetting } from '#engine/project/settings.ts';

import type { GroundTruth } from './groundTruth.ts';

const SETTING = 'wishedTruth';

/** Labels that a project is to be compared with once it has a segmentation. */
export function wishForTruth({ database }: Project, source: string): void {
  writeSetting(database, SETTING, source);
}

/** The wish, which is fulfilled once: who detaches the ground truth afterwards does not get it back. Null without one. */
export function takeWishedTruth({ database }: Project): GroundTruth | null {
  const source = readSetting<string | null>(database, SETTING) ?? null;
  if (source === null) return null;
  writeSetting(database, SETTING, null);
  return { source, components: false, minSize: 0, offset: null };
}
