/** What the pointer does in slices and in 3D; the views implement it, the sheet shows it. */
export const POINTER_GESTURES: readonly { readonly does: string; readonly how: string }[] = [
  { does: 'Pan', how: 'drag' },
  { does: 'Next and previous slice', how: 'wheel' },
  { does: 'Ten slices at once', how: 'Shift wheel' },
  { does: 'Zoom about the pointer', how: 'Ctrl wheel' },
  { does: 'Centre here', how: 'right click' },
  { does: 'Select or deselect a segment', how: 'double click' },
  { does: 'Tilt the slice', how: 'Shift drag' },
  { does: 'Merge: the first object, then the second', how: 'click, in Merge' },
  { does: 'Merge: many objects', how: 'Ctrl drag, in Merge' },
  { does: 'Split: seed of the side in force', how: 'click, in Split' },
  { does: 'Split: seed of side 1, of side 2', how: 'Ctrl click, Ctrl Shift click' },
  { does: 'Paint: a stroke', how: 'drag, in Paint' },
  { does: 'Paint: erase', how: 'Ctrl Shift drag, in Paint' },
  { does: 'Paint: size of the brush', how: 'Shift wheel, in Paint' },
  { does: 'Rotate in 3D', how: 'drag' },
  { does: 'Pan in 3D', how: 'Shift drag' },
];
