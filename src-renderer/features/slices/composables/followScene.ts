import { onScopeDispose, watch, watchEffect } from 'vue';

import { registerCommands } from '#renderer/commands/index.ts';
import { useEngine } from '#renderer/engine/useEngine.ts';
import { useProjectStore } from '#renderer/features/project/index.ts';
import { useViewStore } from '#renderer/features/view/index.ts';
import type { SliceScene } from '#renderer/rendering/slices/scene.ts';
import type { SliceRenderer } from '#renderer/rendering/slices/sliceRenderer.ts';

import { sliceCommands } from '../commands.ts';
import { sceneOf } from '../model/sceneOf.ts';

/** Keeps a renderer to what the window's stores say and offers the commands of slices, until the effect scope ends. */
export function followScene(renderer: SliceRenderer): void {
  const project = useProjectStore();
  const view = useViewStore();
  const { link, on } = useEngine();
  onScopeDispose(registerCommands(sliceCommands()));

  // Another segmentation of this project: tiles of the old one are wrong.
  watch(
    () => [project.info?.id, project.info?.layers.map(({ id }) => id).join(), project.info?.segmentation?.supervoxels],
    () => renderer.clear(),
  );
  on('assignment', ({ project: id, voxels }) => {
    if (id === project.info?.id && voxels !== null) renderer.forget('supervoxels');
  });
  watchEffect(() =>
    renderer.setScene(
      plain(
        sceneOf(project.info, {
          images: view.images,
          overlay: view.overlay,
          hovered: view.hovered,
          hideOthers: view.hideOthers,
          dimOthers: view.dimOthers,
          contactColour: view.contactColour,
          imageOnly: view.imageOnly,
        }),
      ),
    ),
  );
  watch(
    () => view.shownAssignment,
    (assignment) => renderer.setAssignment(assignment),
    { immediate: true },
  );
  watch(
    () => view.previewPatches,
    (patches) => renderer.setPatches(patches),
    { immediate: true },
  );
  watchEffect(() =>
    renderer.setStyles({ selected: view.selected, hidden: view.hidden, pinned: view.fixedColours, sides: view.sides }),
  );
  watch(link, (state) => state === 'connected' && renderer.retry());
}

/** A copy without reactive parts, which cannot be sent to a worker. */
function plain(scene: SliceScene | null): SliceScene | null {
  return JSON.parse(JSON.stringify(scene)) as SliceScene | null;
}
