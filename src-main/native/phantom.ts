/**
 * Neuropil-like volumes with ground truth, as a pure function of position and seed: any block can be made on its own and
 * agrees voxel for voxel with every other one.
 */
import type { VoxelSizeNm, Zyx } from '#domain/geometry.ts';

import { runNative, type NativeOptions } from './addon.ts';

/** What a phantom is made of. */
export interface PhantomParams {
  /** Any whole number from 0 on. */
  readonly seed: number;
  /** Nanometres, z, y, x, 1 to 1000 each. */
  readonly voxelSizeNm: VoxelSizeNm;
  /** Both membranes and the cleft between them, nanometres. */
  readonly membraneThicknessNm: number;
  /** False: label 0 within the membranes; true: every voxel belongs to a neurite. */
  readonly membranesLabelled: boolean;
  /** Fraction of sections without signal (raw 0). */
  readonly missingSections: number;
  /** Fraction of sections of low contrast. */
  readonly darkSections: number;
  /** Fraction of sections that are moved in plane, up to 150 nm, raw and labels alike. */
  readonly shiftedSections: number;
  /** Standard deviation of the detector noise, grey levels of 255. */
  readonly noise: number;
}

/** Serial-section EM of cortex: 30 x 6 x 6 nm with occasional defects. */
export const DEFAULT_PHANTOM: PhantomParams = {
  seed: 0,
  voxelSizeNm: [30, 6, 6],
  membraneThicknessNm: 20,
  membranesLabelled: true,
  missingSections: 0.01,
  darkSections: 0.02,
  shiftedSections: 0.02,
  noise: 14,
};

export interface PhantomBlock {
  /** Global index of the block's first voxel, z, y, x; a phantom begins at 0 and ends at 0.99 mm on each axis. */
  readonly origin: Zyx;
  readonly shape: Zyx;
  /** Receives grey values; 0 occurs in missing sections only. Left out where not wanted. */
  readonly raw?: Uint8Array | undefined;
  /** Receives one id per neurite, sparse in 1 .. 2^31 (see distinctIds and toDenseIds). Left out where not wanted. */
  readonly labels?: Uint32Array | undefined;
}

/**
 * Paints one block of a phantom.
 *
 * @throws FascicleError 'bad-request' for arrays that do not fit `shape` or a block beyond the phantom's space
 */
export function paintPhantom(
  params: Partial<PhantomParams>,
  block: PhantomBlock,
  options?: NativeOptions,
): Promise<void> {
  return runNative('paintPhantom', { ...DEFAULT_PHANTOM, ...params, ...block }, options);
}

/** How wrong the affinities of a phantom are. */
export interface PhantomAffinityParams extends PhantomParams {
  /** Scale of the noise, correlated and white; 0: none. Default 1. */
  readonly affinityNoise: number;
  /** Scale of the share of contacts that look like one object and of interiors cut by a false membrane. Default 1. */
  readonly blunders: number;
}

export interface PhantomAffinityBlock {
  readonly origin: Zyx;
  readonly shape: Zyx;
  /**
   * Receives 3 x z x y x x values of 255 p: channel 0, 1, 2 links voxel p to p - (1,0,0), p - (0,1,0), p - (0,0,1), across the
   * block's faces too; 0 where that leaves the phantom at index 0.
   */
  readonly affinities: Uint8Array;
  /** Receives the block's labels. Left out where not wanted. */
  readonly labels?: Uint32Array | undefined;
}

/** Paints affinities of one block as a network might predict them: right on the whole, noisy, wrong in places. */
export function paintPhantomAffinities(
  params: Partial<PhantomAffinityParams>,
  block: PhantomAffinityBlock,
  options?: NativeOptions,
): Promise<void> {
  const values = { ...DEFAULT_PHANTOM, affinityNoise: 1, blunders: 1, ...params, ...block };
  return runNative('paintPhantomAffinities', values, options);
}
