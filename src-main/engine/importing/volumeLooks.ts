import type { VolumeFile } from '#contract/routes/volumes.ts';
import type { Plane } from '#contract/values.ts';
import { openChildService } from '#engine/jobs/childService.ts';
import type { VoxelSizeNm } from '#domain/geometry.ts';
import type { VolumeInfo, VolumeRole } from '#volumes/volume.ts';

import type { Finding } from './findings.ts';
import type { PreviewSlice } from './previewSlice.ts';

/** How a volume is to be read: what the file leaves open. */
export interface Reading {
  /** With the dataset after ':' where one is meant. */
  readonly spec: string;
  readonly axes?: string | null | undefined;
  readonly voxelSizeNm?: VoxelSizeNm | null;
  readonly role?: VolumeRole;
}

export interface Measurements {
  readonly histogram: number[];
  readonly range: [number, number];
  readonly limits: [number, number];
  readonly findings: Finding[];
}

export interface PreviewRequest {
  readonly plane: Plane;
  readonly at: number;
  readonly edge: number;
  readonly kind: 'image' | 'labels';
}

/** What the looking process is asked. Plain data. */
export type LookRequest =
  | { readonly type: 'describe'; readonly spec: string }
  | { readonly type: 'info'; readonly reading: Reading }
  | { readonly type: 'preview'; readonly reading: Reading; readonly request: PreviewRequest }
  | { readonly type: 'measure'; readonly reading: Reading };

/**
 * Looks at files that are no project yet, in a process of its own: libraries of file formats decode while everything else waits, and a
 * damaged file may bring them down.
 */
export interface VolumeLooks {
  /** The next four: @throws FascicleError as `openVolume` and the reader; 'cancelled' */
  describe(spec: string, signal?: AbortSignal): Promise<VolumeFile>;
  info(reading: Reading, signal?: AbortSignal): Promise<VolumeInfo>;
  preview(reading: Reading, request: PreviewRequest, signal?: AbortSignal): Promise<PreviewSlice>;
  measure(reading: Reading, signal?: AbortSignal): Promise<Measurements>;
  close(): Promise<void>;
}

const ENTRY = new URL('../../compute/looking.ts', import.meta.url);

/** The process starts with the first look. */
export function createVolumeLooks(): VolumeLooks {
  const service = openChildService<LookRequest, never, unknown>(ENTRY, {
    name: 'The process that reads files',
    wayOut: 'The file may be damaged; try again, or open another copy of it.',
  });
  const ask = <T>(request: LookRequest, signal?: AbortSignal) => service.request(request, { signal }) as Promise<T>;
  return {
    describe: (spec, signal) => ask<VolumeFile>({ type: 'describe', spec }, signal),
    info: (reading, signal) => ask<VolumeInfo>({ type: 'info', reading }, signal),
    preview: (reading, request, signal) => ask<PreviewSlice>({ type: 'preview', reading, request }, signal),
    measure: (reading, signal) => ask<Measurements>({ type: 'measure', reading }, signal),
    close: () => service.close(),
  };
}
