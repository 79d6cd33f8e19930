/** A step of the tour: a place of the window and what to know of it. */
export interface TourStep {
  /** Selector of what is pointed at; a step whose place is not in view is left out. */
  readonly target: string;
  readonly title: string;
  readonly text: string;
}

export const TOUR_STEPS: readonly TourStep[] = [
  {
    target: '[data-view="xy"]',
    title: 'Three slices, one place',
    text: 'Drag moves, the wheel goes through the slices, Ctrl and the wheel zoom. The cross-hair is the same voxel everywhere; a right click puts it under the pointer.',
  },
  {
    target: '[data-view="3d"]',
    title: 'Select to see in 3D',
    text: 'A double click on a segment selects it, in a slice or here. Space makes the view under the pointer as large as the window.',
  },
  {
    target: '[data-zone="left"]',
    title: 'Every segment is in this list',
    text: 'Sort it, filter it, and point at a row: the segment lights up in all views.',
  },
  {
    target: '[data-zone="right"]',
    title: 'What is selected, and what is drawn',
    text: 'Facts on the selected segment, and below them the layers with their contrast and opacity.',
  },
  {
    target: '.titlebar-search',
    title: 'Everything has a name and a key',
    text: 'Search any command here, or press h for all keys. Keys can be those of Neuroglancer, WEBKNOSSOS or Paintera, or your own.',
  },
];
