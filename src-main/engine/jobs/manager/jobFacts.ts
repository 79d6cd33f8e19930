import type { NetworkPlan } from '#compute/messages.ts';
import type { Job } from '#contract/routes/jobs.ts';
import { boxShape, toXyz } from '#domain/geometry.ts';
import type { Zyx } from '#domain/geometry.ts';
import type { SourceVolume } from '#engine/project/volumes.ts';
import { describeResampling } from '#engine/inference/describeResampling.ts';
import type { ScoreSetting } from '#engine/segmentation/agglomerateGraph.ts';
import type { SegmentationRequest } from '#engine/segmentation/request.ts';
import { presentParameters } from '#engine/segmentation/origin.ts';
import type { SupervoxelSettings } from '#engine/segmentation/supervoxelSettings.ts';

export const EXPORT_TITLE = 'Export';
export const TRUTH_TITLE = 'Compare with ground truth';
export const VIEW_DATA_TITLE = 'Prepare the views';

/** What a job is called, and what one line says of it. */
export function titleOf({ method }: SegmentationRequest): string {
  switch (method.kind) {
    case 'network':
      return 'Segment the volume';
    case 'affinities':
      return 'Segment from affinities';
    case 'labels':
      return 'Read the labels';
  }
}

/** Network, size and voxel size, as people read them: x, y, z. */
export function detailOf(model: string | null, source: SourceVolume | undefined): string {
  const of = (values: Zyx) => toXyz(values).join(' × ');
  const size = source && `${of(boxShape(source.region))} voxels`;
  const voxel = source?.info.voxelSizeNm && `${of(source.info.voxelSizeNm)} nm`;
  return [model, [size, voxel].filter(Boolean).join(' of ')].filter(Boolean).join(', ');
}

/** What makes a run repeatable, in the order of display. `parameters` are those that its project keeps. */
export function factsOf(
  sources: readonly SourceVolume[],
  parameters: unknown,
  network: NetworkPlan | null,
): Job['facts'] {
  const fact = (name: string, value: string) => ({ name, value });
  const sizes = (values: Zyx) => toXyz(values).join(' × ');
  const { settings, ...rest } = presentParameters(parameters ?? {});
  const values = { ...rest, ...settings };
  const { threshold, minSize, score, supervoxels } = values;
  const isRestricted = values.foregroundRestriction === true || sources.some(({ role }) => role === 'foreground');
  const resampling = network && describeResampling(network.factor);
  return [
    ...(network
      ? [
          fact('Model', `${network.model.id} ${network.model.version}`),
          fact('Weights', `sha256 ${network.model.sha256}`),
        ]
      : []),
    ...sources.map(({ role, fingerprint }) => fact(ROLE_TITLES[role], fingerprint.replace(':', ' '))),
    ...(network?.tiles
      ? [
          fact('Tile, halo', `${sizes(network.tiles.tileShape)}, ${sizes(network.tiles.halo)}`),
          fact('Block', sizes(network.tiles.block)),
        ]
      : []),
    ...(network ? [fact('Runtime', `${network.provider.runtime}, ${network.provider.threads} threads`)] : []),
    ...(resampling ? [fact('Resampling', resampling)] : []),
    ...(values.invert ? [fact('Image', 'bright membranes, inverted for the network')] : []),
    ...(isRestricted ? [fact('Affinities', 'lowered to the foreground')] : []),
    ...(supervoxels ? [fact('Supervoxels', supervoxelText(supervoxels))] : []),
    ...(score ? [fact('Score', scoreText(score))] : []),
    ...(typeof threshold === 'number' ? [fact('Threshold', `${threshold}, at least ${minSize ?? 0} voxels`)] : []),
  ];
}

function supervoxelText(settings: SupervoxelSettings): string {
  if (settings.method === 'watershed')
    return `watershed, ${settings.low} to ${settings.high}, at least ${settings.sizeThreshold} voxels`;
  const { threshold, sigmaSeeds, minSize } = settings;
  const where = settings.method === 'distance-transform-2d' ? 'in each slice' : 'in space';
  return `distance transform ${where}, boundary above ${threshold}, sigma ${sigmaSeeds}, at least ${minSize} voxels`;
}

function scoreText(score: ScoreSetting): string {
  switch (score.kind) {
    case 'mean':
      return 'mean affinity';
    case 'quantile':
      return `affinity quantile ${score.quantile}`;
    case 'multicut':
      return `multicut, beta ${score.beta}${score.byContactArea ? ', by contact area' : ''}`;
  }
}

const ROLE_TITLES = { raw: 'Volume', affinities: 'Affinities', foreground: 'Foreground', labels: 'Labels' } as const;
