/** Folders of slices: the door of this folder. */
export { isPng } from './png.ts';
export { describeSlices, listSlices, openSlices } from './reader.ts';
