/** What the pointer does in slices and in 3D; the views implement it, the sheet shows it. */
export const POINTER_GESTURES: readonly { readonly does: string; readonly how: string }[] = [
  { does: 'Pan', how: 'drag' },
  { does: 'Next and previous slice', how: 'wheel' },
  { does: 'Ten slices at once', how: 'Shift wheel' },
  { does: 'Zoom about the pointer', how: 'Ctrl wheel' },
  { does: 'Centre here', how: 'right click' },
  { does: 'Select or deselect a segment', how: 'double click' },
  { does: 'Tilt the slice', how: 'Shift drag' },
  { does: 'Rotate in 3D', how: 'drag' },
  { does: 'Pan in 3D', how: 'Shift drag' },
];
