import type { Command } from '#renderer/commands/index.ts';
import { useProjectStore } from '#renderer/features/project/index.ts';
import { useViewStore } from '#renderer/features/view/index.ts';
import type { Plane } from '#contract/values.ts';

import { savePicture } from './composables/savePicture.ts';
import { useSlicesStore } from './store.ts';

/** Of the arrow keys, CSS pixels. */
const PAN_PX = 64;
const ZOOM = 1.25;
const NOTHING_SHOWN = 'Open a project with a volume first.';

/** Keys of the slices. Bare letters change the view and never the segmentation. */
export function sliceCommands(): Command[] {
  const project = useProjectStore();
  const view = useViewStore();
  const slices = useSlicesStore();
  const plane = (): Plane => (view.activePanel === '3d' ? 'xy' : view.activePanel);
  const base = {
    group: 'View',
    when: () => project.info !== null,
    refusal: () => (slices.volume === null ? NOTHING_SHOWN : null),
  };
  const pan = (name: string, key: string, dx: number, dy: number): Command => ({
    ...base,
    id: `view.pan${name}`,
    label: `Pan ${name.toLowerCase()}`,
    keys: key,
    repeats: true,
    run: () => slices.pan(plane(), dx * PAN_PX, dy * PAN_PX),
  });
  const step = (id: string, label: string, keys: string | string[] | undefined, steps: number): Command => ({
    ...base,
    id,
    label,
    keys,
    repeats: true,
    run: () => slices.step(plane(), steps),
  });
  return [
    step('view.nextSlice', 'Next slice', '.', 1),
    step('view.previousSlice', 'Previous slice', ',', -1),
    step('view.forwardTenSlices', 'Forward 10 slices', '>', 10),
    step('view.backTenSlices', 'Back 10 slices', '<', -10),
    pan('Left', 'ArrowLeft', 1, 0),
    pan('Right', 'ArrowRight', -1, 0),
    pan('Up', 'ArrowUp', 0, 1),
    pan('Down', 'ArrowDown', 0, -1),
    {
      ...base,
      id: 'view.zoomIn',
      label: 'Zoom in',
      icon: 'plus',
      keys: ['Mod+=', 'Mod+Plus'],
      menu: { name: 'View', part: 1 },
      repeats: true,
      run: () => slices.zoom(plane(), 1 / ZOOM),
    },
    {
      ...base,
      id: 'view.zoomOut',
      label: 'Zoom out',
      icon: 'minus',
      keys: 'Mod+-',
      menu: { name: 'View', part: 1 },
      repeats: true,
      run: () => slices.zoom(plane(), ZOOM),
    },
    {
      ...base,
      id: 'view.fit',
      label: 'Fit the volume',
      keys: 'Mod+0',
      menu: { name: 'View', part: 1 },
      run: () => slices.fit(plane()),
    },
    {
      ...base,
      id: 'view.snapToAxes',
      label: 'Turn the slices back to the axes',
      icon: 'reset',
      keys: 'z',
      menu: { name: 'View', part: 1 },
      refusal: () => (view.oblique === null ? 'The slices follow the axes.' : null),
      run: () => slices.snapToAxes(),
    },
    {
      ...base,
      id: 'view.turnLeft',
      label: 'Turn the slices to the left',
      keys: 'Alt+ArrowLeft',
      repeats: true,
      run: () => slices.turn(plane(), -TURN_PX, 0),
    },
    {
      ...base,
      id: 'view.turnRight',
      label: 'Turn the slices to the right',
      keys: 'Alt+ArrowRight',
      repeats: true,
      run: () => slices.turn(plane(), TURN_PX, 0),
    },
    {
      ...base,
      id: 'view.turnUp',
      label: 'Turn the slices upwards',
      keys: 'Alt+ArrowUp',
      repeats: true,
      run: () => slices.turn(plane(), 0, -TURN_PX),
    },
    {
      ...base,
      id: 'view.turnDown',
      label: 'Turn the slices downwards',
      keys: 'Alt+ArrowDown',
      repeats: true,
      run: () => slices.turn(plane(), 0, TURN_PX),
    },
    {
      ...base,
      id: 'view.savePicture',
      label: 'Save a picture of the slice',
      icon: 'camera',
      menu: { name: 'View', part: 1 },
      run: () => savePicture(plane()),
    },
    {
      ...base,
      id: 'view.toggleUnderPointer',
      label: 'Select or deselect the segment under the pointer',
      keys: 'Enter',
      // While an edit is prepared, Enter is for it.
      when: () => base.when() && !view.dimOthers,
      refusal: () => (view.hovered === 0 ? 'No segment is under the pointer.' : null),
      run: () => view.toggle(view.hovered),
    },
  ];
}

/** A press of a turning key is a drag of this many pixels: 5 degrees. */
const TURN_PX = 17.5;
