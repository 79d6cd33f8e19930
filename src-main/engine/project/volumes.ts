import type { Box, VoxelSizeNm } from '#domain/geometry.ts';
import type { VolumeInfo } from '#volumes/volume.ts';

import type { ProjectDatabase } from './database.ts';

export const SOURCE_ROLES = ['raw', 'labels', 'affinities', 'foreground'] as const;
export type SourceRole = (typeof SOURCE_ROLES)[number];

/** A volume that the project was made from. It is referred to, never copied as a whole and never written. */
export interface SourceVolume {
  readonly role: SourceRole;
  readonly source: string;
  readonly fingerprint: string;
  readonly info: VolumeInfo;
  /** The part of the source that the project covers: source voxel `region.min` is voxel 0 of the project. */
  readonly region: Box;
  /** What the user said instead of the file: the volume is opened with it again. */
  readonly reading: VolumeReading;
}

/** How a volume is to be read where the file says nothing, or the wrong thing; null takes what the file says. */
export interface VolumeReading {
  /** Stored axes, slowest first: 'xyz'. */
  readonly axes: string | null;
  /** z, y, x in nanometres. */
  readonly voxelSizeNm: VoxelSizeNm | null;
}

export const READ_AS_STORED: VolumeReading = { axes: null, voxelSizeNm: null };

/** Writes down a source volume, replacing what was known of its role. */
export function writeSourceVolume(database: ProjectDatabase, volume: SourceVolume): void {
  const { role, source, fingerprint, info, region, reading } = volume;
  database
    .prepare('INSERT OR REPLACE INTO volumes (role, source, format, fingerprint, info) VALUES (?, ?, ?, ?, ?)')
    .run(role, source, info.format, fingerprint, JSON.stringify({ info, region, reading }));
}

/** The source volume of a role, or undefined where the project was made without one. */
export function readSourceVolume(database: ProjectDatabase, role: SourceRole): SourceVolume | undefined {
  const row = database.prepare('SELECT source, fingerprint, info FROM volumes WHERE role = ?').get(role) as
    { source: string; fingerprint: string; info: string } | undefined;
  if (row === undefined) return undefined;
  const stored = JSON.parse(row.info) as { info: VolumeInfo; region: Box; reading?: VolumeReading };
  const { info, region, reading = { ...READ_AS_STORED, voxelSizeNm: info.voxelSizeNm } } = stored;
  return { role, source: row.source, fingerprint: row.fingerprint, info, region, reading };
}
