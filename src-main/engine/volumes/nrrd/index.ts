/** NRRD volumes: the door of this folder. */
export { isNrrd } from './header.ts';
export { describeNrrd, openNrrd } from './reader.ts';
export { createNrrdVolume } from './writer.ts';
export type { NrrdSpec } from './writer.ts';
