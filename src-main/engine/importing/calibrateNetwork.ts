import { voxelCount } from '#domain/geometry.ts';
import type { Zyx } from '#domain/geometry.ts';
import type { RequestedProvider } from '#compute/providers.ts';
import { benchInference } from '#engine/inference/bench.ts';
import type { ModelPackage } from '#engine/inference/packages/modelPackage.ts';
import type { NetworkSpeed, SpeedStore } from '#engine/jobs/manager/speeds.ts';

/** Voxels that are kept of the trial: the halo around them makes one small tile, some seconds on a slow processor. */
const TRIAL: Zyx = [8, 64, 64];

const underWay = new WeakMap<SpeedStore, Map<string, Promise<Calibration>>>();

type Calibration = NetworkSpeed & { readonly provider: string };

/**
 * Runs a network on a little image of noise in a process of its own and keeps how fast it was. Those who ask while it runs get the
 * same answer.
 *
 * @throws as `benchInference`
 */
export function calibrateNetwork(
  model: ModelPackage,
  provider: RequestedProvider,
  speeds: SpeedStore,
): Promise<Calibration> {
  const trials = underWay.get(speeds) ?? new Map<string, Promise<Calibration>>();
  underWay.set(speeds, trials);
  const key = `${provider} ${model.weightsSha256}`;
  const known = trials.get(key);
  if (known !== undefined) return known;
  const trial = run(model, provider, speeds).finally(() => trials.delete(key));
  trials.set(key, trial);
  return trial;
}

async function run(model: ModelPackage, provider: RequestedProvider, speeds: SpeedStore): Promise<Calibration> {
  const result = await benchInference({ model, provider, shape: TRIAL });
  const networkVoxelsPerSecond = (result.waste * voxelCount(TRIAL)) / result.runSeconds;
  const speed: NetworkSpeed = { networkVoxelsPerSecond, from: 'calibration' };
  await speeds.learnNetwork(model.weightsSha256, result.provider.obtained, speed);
  return { ...speed, provider: result.provider.obtained };
}
