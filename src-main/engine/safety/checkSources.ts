import type { Project } from '#engine/project/project.ts';
import { SOURCE_ROLES, readSourceVolume } from '#engine/project/volumes.ts';
import { fingerprintVolume } from '#volumes/fingerprint.ts';
import { parseVolumeSpec } from '#volumes/volumeSpec.ts';

import { findingOf } from './findings.ts';
import type { Finding } from './findings.ts';

/** The volumes that the project was made from are where they were, and the same. */
export async function checkSources({ database }: Project): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const role of SOURCE_ROLES) {
    const volume = readSourceVolume(database, role);
    if (volume === undefined) continue;
    const found = await fingerprintVolume(parseVolumeSpec(volume.source).path).catch((error: unknown) => error);
    const problems =
      found instanceof Error
        ? [found.message]
        : found === volume.fingerprint
          ? []
          : [`${volume.source} has changed since the project was made from it`];
    findings.push(
      findingOf(`The ${role} volume`, problems, `${volume.source} is the one that the project was made from`),
    );
  }
  return findings;
}
