/** Zarr and OME-Zarr volumes: the door of this folder. */
export { unpackZstd } from './codecs.ts';
export { coarserShape, downsample } from './downsample.ts';
export { isZarr } from './hierarchy.ts';
export { createOmeZarr, openOmeZarr, readerOfStore } from './omeZarrStore.ts';
export type { OmeZarrOptions, OmeZarrSpec, OmeZarrStore } from './omeZarrStore.ts';
export { pyramidFactors } from './pyramid.ts';
export { describeZarr, listLevels, openZarr } from './reader.ts';
export { createOmeZarrVolume } from './writer.ts';
