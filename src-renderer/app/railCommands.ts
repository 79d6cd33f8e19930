/** Commands with a place in the rail, in groups; one that does not exist here leaves no gap. */
export const RAIL_TOP: readonly (readonly string[])[] = [['view.goTo', 'segments.clear', 'segments.hideOthers']];
export const RAIL_BOTTOM: readonly (readonly string[])[] = [['view.slicesIn3d', 'app.shortcuts']];
