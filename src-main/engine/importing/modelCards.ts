import { stat } from 'node:fs/promises';

import type { ModelCard } from '#contract/routes/models.ts';
import { mapZyx } from '#domain/geometry.ts';
import type { VoxelSizeNm } from '#domain/geometry.ts';
import { modelDirectories } from '#engine/inference/modelDirectories.ts';
import { chooseTarget, costAsDefault } from '#engine/inference/packages/chooseModel.ts';
import { listModels } from '#engine/inference/packages/loadModel.ts';
import { hasForeground, postprocessingFor } from '#engine/inference/packages/modelPackage.ts';
import type { ModelPackage } from '#engine/inference/packages/modelPackage.ts';
import { settingsOf } from '#engine/segmentation/settings.ts';

/**
 * The installed networks as cards, best fit first where a voxel size is given, else in the order of their folders; packages that
 * cannot be read say why. Weights are not read.
 */
export async function listModelCards(
  voxelSizeNm: VoxelSizeNm | null,
  directories: readonly string[] = modelDirectories(),
): Promise<{ models: ModelCard[]; broken: { directory: string; message: string }[] }> {
  const listed = await listModels(directories);
  const broken = listed.flatMap(({ directory, result }) =>
    'error' in result ? [{ directory, message: result.error.message }] : [],
  );
  const models = listed.flatMap(({ result }) => ('model' in result ? [result.model] : []));
  const cards = await Promise.all(models.map((model) => cardOf(model, voxelSizeNm)));
  if (voxelSizeNm === null) return { models: cards, broken };
  const ranked = cards.toSorted((a, b) => a.fit!.cost - b.fit!.cost);
  return { models: ranked.map((card, rank) => ({ ...card, fit: { ...card.fit!, rank } })), broken };
}

async function cardOf(model: ModelPackage, voxelSizeNm: VoxelSizeNm | null): Promise<ModelCard> {
  const { id, name, description, version, license, config, weightsSha256, weightsPath, modality } = model;
  const choice = voxelSizeNm && chooseTarget(model, voxelSizeNm);
  const postprocessing = choice ? postprocessingFor(model, choice.target) : config.postprocessing;
  const withForeground = hasForeground(model);
  const { supervoxels, score, threshold, minSize, foregroundRestriction } = settingsOf({
    ...{ postprocessing, factor: choice?.factor ?? [1, 1, 1], hasForeground: withForeground },
  });
  return {
    ...{ id, name, description, version, license, modality, weightsSha256 },
    trainedVoxelSizesNm: config.targets.map((target) => target.voxelSizeNm),
    preliminary: config.preliminary,
    receptiveField: mapZyx((axis) => 2 * config.receptiveFieldRadius[axis] + 1),
    scores: config.scores.map((score) => ({ ...score, target: score.target ?? null })),
    fit: choice && {
      rank: 0,
      target: choice.target.name,
      resampling: choice.factor,
      cost: costAsDefault(model, choice),
    },
    recommended: {
      ...{ supervoxels: supervoxels.method, score, threshold, minSize },
      foregroundRestriction: withForeground ? foregroundRestriction : null,
    },
    sizeBytes: (await stat(weightsPath)).size,
  };
}
