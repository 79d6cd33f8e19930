import { onBeforeUnmount } from 'vue';

import { registerCommands } from '#renderer/commands/index.ts';
import { useProjectStore } from '#renderer/features/project/index.ts';
import { useViewStore } from '#renderer/features/view/index.ts';

import { useMeshViewStore } from '../store.ts';

/**
 * Offers the commands of the 3D view for as long as the workspace is shown, also before the view is there: whoever asks for one early gets it
 * when it is.
 */
export function useMeshCommands(): void {
  const project = useProjectStore();
  const view = useViewStore();
  const mesh = useMeshViewStore();
  const group = '3D view';
  const when = () => project.info !== null;
  const needsView = () => mesh.failure;
  const needsSelection = () => mesh.failure ?? (view.current === 0 ? 'Select a segment first.' : null);

  onBeforeUnmount(
    registerCommands([
      {
        id: '3d.slices',
        label: 'Slices in 3D',
        group,
        icon: 'slices',
        keys: 's',
        menu: { name: 'View', part: 3 },
        checked: () => view.slicesIn3d,
        when,
        run: () => void (view.slicesIn3d = !view.slicesIn3d),
      },
      {
        id: '3d.fit-volume',
        label: 'Show the whole volume in 3D',
        group,
        icon: 'cube',
        keys: 'Shift+Digit0',
        menu: { name: 'View', part: 3 },
        when,
        refusal: needsView,
        run: () => mesh.ask((actions) => actions.fitVolume()),
      },
      {
        id: '3d.fit-selection',
        label: 'Show the selection in 3D',
        group,
        icon: 'target',
        menu: { name: 'View', part: 3 },
        when,
        refusal: needsSelection,
        run: () => mesh.ask((actions) => actions.fitSelection()),
      },
      ...(['x', 'y', 'z'] as const).map((axis) => ({
        id: `3d.look-along-${axis}`,
        label: `Look along ${axis} in 3D`,
        group,
        when,
        refusal: needsView,
        run: () => mesh.ask((actions) => actions.lookAlong(axis)),
      })),
      {
        id: '3d.parallel',
        label: 'Orthographic 3D view',
        group,
        menu: { name: 'View', part: 3 },
        checked: () => mesh.actions?.isParallel() ?? false,
        when,
        refusal: needsView,
        run: () => mesh.ask((actions) => actions.toggleParallel()),
      },
      {
        id: '3d.picture',
        label: 'Save a picture of the 3D view',
        group,
        icon: 'camera',
        menu: { name: 'View', part: 3 },
        when,
        refusal: needsView,
        run: () => mesh.ask((actions) => actions.savePicture(true)),
      },
      {
        id: '3d.picture-transparent',
        label: 'Save a picture of the 3D view without background',
        group,
        icon: 'camera',
        when,
        refusal: needsView,
        run: () => mesh.ask((actions) => actions.savePicture(false)),
      },
    ]),
  );
  onBeforeUnmount(mesh.forget);
}
