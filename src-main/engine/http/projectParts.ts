import { createLazyEditing } from '#engine/editing/lazyEditing.ts';
import type { LazyEditing } from '#engine/editing/lazyEditing.ts';
import { createLazyMeshes } from '#engine/meshes/lazyMeshes.ts';
import type { LazyMeshes } from '#engine/meshes/lazyMeshes.ts';
import type { Project } from '#engine/project/project.ts';
import { createLazyReview } from '#engine/review/lazyReview.ts';
import type { LazyReview } from '#engine/review/lazyReview.ts';
import { createProjectViews } from '#engine/views/projectViews.ts';
import type { ProjectViews } from '#engine/views/projectViews.ts';

/** What an open project keeps for its windows beside the database. One line for each part. */
export interface ProjectParts {
  readonly views: ProjectViews;
  readonly meshes: LazyMeshes;
  readonly editing: LazyEditing;
  readonly review: LazyReview;
  /** Ends reads under way and closes every part. */
  close(): Promise<void>;
}

/** Makes the parts of a project. They open their files when they are first asked, and hold them until `close`. */
export function createProjectParts(project: Project): ProjectParts {
  const meshes = createLazyMeshes(project);
  const editing = createLazyEditing(project, async () => {
    views.refresh('supervoxels');
    await meshes.refresh();
  });
  const views = createProjectViews(project, { assignment: () => editing.assignment() });
  return {
    views,
    meshes,
    editing,
    review: createLazyReview(project, editing),
    async close() {
      await Promise.all([views.close(), meshes.close(), editing.close()]);
    },
  };
}
