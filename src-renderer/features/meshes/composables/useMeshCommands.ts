import { onBeforeUnmount } from 'vue';

import { registerCommands } from '#renderer/commands/index.ts';
import { useProjectStore } from '#renderer/features/project/index.ts';
import { useViewStore } from '#renderer/features/view/index.ts';

export interface MeshActions {
  readonly fitVolume: () => void;
  readonly fitSelection: () => void;
  readonly lookAlong: (axis: 'x' | 'y' | 'z') => void;
  readonly toggleParallel: () => void;
  readonly isParallel: () => boolean;
  readonly savePicture: (withBackground: boolean) => Promise<void>;
}

/** The commands of the 3D view, for as long as it is there. */
export function useMeshCommands(actions: MeshActions): void {
  const project = useProjectStore();
  const view = useViewStore();
  const group = '3D view';
  const when = () => project.info !== null;
  const needsSelection = () => (view.current === 0 ? 'Select a segment first.' : null);

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
        run: actions.fitVolume,
      },
      {
        id: '3d.fit-selection',
        label: 'Show the selection in 3D',
        group,
        icon: 'target',
        menu: { name: 'View', part: 3 },
        when,
        refusal: needsSelection,
        run: actions.fitSelection,
      },
      ...(['x', 'y', 'z'] as const).map((axis) => ({
        id: `3d.look-along-${axis}`,
        label: `Look along ${axis} in 3D`,
        group,
        when,
        run: () => actions.lookAlong(axis),
      })),
      {
        id: '3d.parallel',
        label: 'Orthographic 3D view',
        group,
        menu: { name: 'View', part: 3 },
        checked: actions.isParallel,
        when,
        run: actions.toggleParallel,
      },
      {
        id: '3d.picture',
        label: 'Save a picture of the 3D view',
        group,
        icon: 'camera',
        menu: { name: 'View', part: 3 },
        when,
        run: () => actions.savePicture(true),
      },
      {
        id: '3d.picture-transparent',
        label: 'Save a picture of the 3D view without background',
        group,
        icon: 'camera',
        when,
        run: () => actions.savePicture(false),
      },
    ]),
  );
}
