/** TIFF volumes: the door of this folder. */
export { isTiff } from './directory.ts';
export { describeTiff, openTiff } from './reader.ts';
export { createTiffVolume } from './writer.ts';
export type { TiffSpec } from './writer.ts';
