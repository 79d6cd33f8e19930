import type { Box } from '#domain/geometry.ts';
import type { VolumeInfo } from '#volumes/volume.ts';

import type { ProjectDatabase } from './database.ts';

export type SourceRole = 'raw' | 'affinities' | 'labels';

/** A volume that the project was made from. It is referred to, never copied as a whole and never written. */
export interface SourceVolume {
  readonly role: SourceRole;
  readonly source: string;
  readonly fingerprint: string;
  readonly info: VolumeInfo;
  /** The part of the source that the project covers: source voxel `region.min` is voxel 0 of the project. */
  readonly region: Box;
}

/** Writes down a source volume, replacing what was known of its role. */
export function writeSourceVolume(database: ProjectDatabase, volume: SourceVolume): void {
  const { role, source, fingerprint, info, region } = volume;
  database
    .prepare('INSERT OR REPLACE INTO volumes (role, source, format, fingerprint, info) VALUES (?, ?, ?, ?, ?)')
    .run(role, source, info.format, fingerprint, JSON.stringify({ info, region }));
}

/** The source volume of a role, or undefined where the project was made without one. */
export function readSourceVolume(database: ProjectDatabase, role: SourceRole): SourceVolume | undefined {
  const row = database.prepare('SELECT source, fingerprint, info FROM volumes WHERE role = ?').get(role) as
    { source: string; fingerprint: string; info: string } | undefined;
  if (row === undefined) return undefined;
  const { info, region } = JSON.parse(row.info) as { info: VolumeInfo; region: Box };
  return { role, source: row.source, fingerprint: row.fingerprint, info, region };
}
