import { join } from 'node:path';

import { z } from 'zod';

import { projectIdSchema, shapeSchema, timestampSchema, voxelSizeSchema } from '#contract/values.ts';

import { readJsonFile, writeJsonFile } from './jsonFile.ts';
import type { Log } from './log.ts';
import { createQueue } from './queue.ts';

/** What is remembered of a project, so that the start screen need not open it. */
const rememberedSchema = z.object({
  id: projectIdSchema,
  directory: z.string(),
  openedAt: timestampSchema,
  /** The raw volume, or what else the project was made from; null before it was described. */
  source: z.string().nullable(),
  shape: shapeSchema.nullable(),
  voxelSizeNm: voxelSizeSchema.nullable(),
  edits: z.int(),
  /** Null until the first segmentation is finished. */
  segments: z.int().nullable(),
});
export type RememberedProject = z.infer<typeof rememberedSchema>;

/** The projects that were opened on this machine, last first, in a file of the user's data folder. */
export interface RecentProjects {
  list(): Promise<RememberedProject[]>;
  /** Puts a project in, or what is known of it up to date. @throws FascicleError 'storage' */
  remember(project: RememberedProject): Promise<void>;
  forget(id: string): Promise<void>;
}

/** Older ones fall off the list; their folders stay. */
const KEPT_PROJECTS = 50;

/** @param directory the data folder of the user */
export function createRecentProjects(directory: string, log: Log): RecentProjects {
  const path = join(directory, 'recent-projects.json');
  const inTurn = createQueue();
  const list = () =>
    readJsonFile(path, parseProjects, (at, cause) => log.warn(`${at} is damaged; the list begins anew.`, cause));
  const change = (alter: (projects: RememberedProject[]) => RememberedProject[]) =>
    inTurn(async () => {
      const projects = alter(await list()).sort((a, b) => b.openedAt.localeCompare(a.openedAt));
      await writeJsonFile(path, { projects: projects.slice(0, KEPT_PROJECTS) });
    });
  return {
    list,
    remember: (project) => change((all) => [project, ...all.filter(({ id }) => id !== project.id)]),
    forget: (id) => change((all) => all.filter((project) => project.id !== id)),
  };
}

/** An entry that another version wrote and this one does not understand is left out, the others stay. */
function parseProjects(stored: unknown): RememberedProject[] {
  if (stored === undefined) return [];
  return z
    .object({ projects: z.array(z.unknown()) })
    .parse(stored)
    .projects.flatMap((entry) => rememberedSchema.safeParse(entry).data ?? []);
}
