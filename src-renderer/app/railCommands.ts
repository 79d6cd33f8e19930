/** Commands with a place in the rail, in groups; one that does not exist here leaves no gap. */
export const RAIL_TOP: readonly (readonly string[])[] = [
  ['mode.navigate'],
  ['mode.merge', 'mode.split', 'mode.paint', 'edit.isolate'],
  ['view.goTo', 'view.fit', 'view.maximise'],
  ['segments.hide', 'segments.hide-others', 'segments.show-all'],
];
export const RAIL_BOTTOM: readonly (readonly string[])[] = [['3d.slices', 'app.shortcuts']];
