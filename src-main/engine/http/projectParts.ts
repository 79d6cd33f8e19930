import type { Project } from '#engine/project/project.ts';

/** What an open project keeps for its windows beside the database. One line for each part. */
export interface ProjectParts {
  /** Ends reads under way and closes every part. */
  close(): Promise<void>;
}

/** Makes the parts of a project. They open their files when they are first asked, and hold them until `close`. */
export type MakeProjectParts = (project: Project) => ProjectParts;

export const createProjectParts: MakeProjectParts = () => ({
  close: async () => undefined,
});
