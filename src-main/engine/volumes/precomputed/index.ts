/** Neuroglancer's precomputed format: the door of this folder. */
export { createPrecomputedVolume } from './writer.ts';
export type { PrecomputedSpec } from './writer.ts';
