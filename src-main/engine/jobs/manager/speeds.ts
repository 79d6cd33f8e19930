import { join } from 'node:path';

import { z } from 'zod';

import { readJsonFile, writeJsonFile } from '#engine/user/jsonFile.ts';

import { PACE_KEYS, USUAL_SECONDS_PER_MEGAVOXEL } from './paces.ts';
import type { PaceKey } from './paces.ts';
import { SECONDS_PER_STAGE } from './stagePlan.ts';

const speedsSchema = z.object({
  /** Seconds for a million voxels, by stage and method; the network has its own table. */
  stages: z.partialRecord(z.enum(PACE_KEYS), z.number().positive()).default({}),
  /** Voxels a second that a network (sha256 of its weights) computes on a provider, halos included, and how that is known. */
  networks: z
    .record(
      z.string(),
      z.object({ networkVoxelsPerSecond: z.number().positive(), from: z.enum(['run', 'calibration']) }),
    )
    .default({}),
});
type Speeds = z.infer<typeof speedsSchema>;
export type NetworkSpeed = Speeds['networks'][string];

/** How fast this machine was, kept in the user's data folder: what estimates rest on. */
export interface SpeedStore {
  /** Expected seconds of a stage for so many voxels; of the network at the speed that is usual. */
  expected(key: PaceKey, voxels: number): number;
  /** Whether the seconds of a stage were measured on this machine. */
  isMeasured(key: PaceKey): boolean;
  /** Of a network on a provider ('cpu'), or on any where 'auto' is asked for; undefined where it never ran here. */
  network(sha256: string, provider: string): (NetworkSpeed & { provider: string }) | undefined;
  /** Learns from a run. What was measured on few voxels says too little and is not taken. */
  learn(stages: readonly { readonly key: PaceKey; readonly seconds: number; readonly voxels: number }[]): Promise<void>;
  learnNetwork(sha256: string, provider: string, speed: NetworkSpeed): Promise<void>;
}

/** A run of fewer voxels is mostly the start of processes. */
const MIN_LEARNT_VOXELS = 1e6;

/** How much of a new measurement enters: the machine may have been busy. */
const NEW_SHARE = 0.5;

/** Reads the store. A file that is damaged or cannot be read means that nothing was measured. */
export async function openSpeeds(
  directory: string,
  onProblem: (text: string, cause: unknown) => void,
): Promise<SpeedStore> {
  const path = join(directory, 'speeds.json');
  const onDamaged = (damaged: string, cause: unknown) => onProblem(`${damaged} was damaged and is begun anew`, cause);
  const speeds: Speeds = await readJsonFile(path, (stored) => speedsSchema.parse(stored ?? {}), onDamaged);
  // A measurement that cannot be kept must not spoil the job that it comes from.
  const keep = () => writeJsonFile(path, speeds).catch((cause: unknown) => onProblem(`${path} was not written`, cause));
  const keyOf = (sha256: string, provider: string) => `${provider} ${sha256}`;

  return {
    expected: (key, voxels) =>
      SECONDS_PER_STAGE + (voxels / 1e6) * (speeds.stages[key] ?? USUAL_SECONDS_PER_MEGAVOXEL[key]),
    isMeasured: (key) => speeds.stages[key] !== undefined,
    network(sha256, provider) {
      const keys = Object.keys(speeds.networks).filter((key) => key.endsWith(` ${sha256}`));
      const found =
        provider === 'auto'
          ? keys.toSorted(
              (a, b) => speeds.networks[b].networkVoxelsPerSecond - speeds.networks[a].networkVoxelsPerSecond,
            )[0]
          : keys.find((key) => key === keyOf(sha256, provider));
      return found === undefined ? undefined : { ...speeds.networks[found], provider: found.split(' ')[0] };
    },
    async learn(stages) {
      for (const { key, seconds, voxels } of stages) {
        if (key === 'network' || voxels < MIN_LEARNT_VOXELS || seconds <= SECONDS_PER_STAGE) continue;
        const now = (seconds - SECONDS_PER_STAGE) / (voxels / 1e6);
        const before = speeds.stages[key];
        speeds.stages[key] = before === undefined ? now : (1 - NEW_SHARE) * before + NEW_SHARE * now;
      }
      await keep();
    },
    async learnNetwork(sha256, provider, speed) {
      const key = keyOf(sha256, provider);
      // A whole run counts for more than a trial on one tile.
      if (speed.from === 'calibration' && speeds.networks[key]?.from === 'run') return;
      speeds.networks[key] = speed;
      await keep();
    },
  };
}
