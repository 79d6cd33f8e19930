import type { Keymap } from './command.ts';

/**
 * Keymaps of other programs, as changes to our own keys (which are like those of neuroglancer): chords by command id, null for
 * none. They follow the published shortcut lists of the programs as far as a command means the same; keys that would edit stay
 * ours, for a bare letter must not.
 */
export const KEYMAP_CHANGES: Readonly<
  Record<Exclude<Keymap, 'neuroglancer'>, Readonly<Record<string, string | readonly string[] | null>>>
> = {
  webknossos: {
    'view.nextSlice': ['F', '.'],
    'view.previousSlice': ['D', ','],
    'view.zoomIn': ['I', 'Mod+=', 'Mod+Plus'],
    'view.zoomOut': ['O', 'Mod+-'],
    'layers.segments': ['3', '`'],
    // 'o' zooms out there.
    'layers.supervoxelBorders': null,
  },
  paintera: {
    'view.maximise': ['M', 'Space'],
    'layers.segments': ['V', '`'],
    'segments.reshuffle': ['C', 'L'],
  },
};
