import type { NewProject, Recommendation } from '#contract/routes/projects.ts';
import type { SupervoxelMethod } from '#domain/supervoxelMethod.ts';

type NetworkMethod = Extract<NewProject['method'], { kind: 'network' }>;
type ScoreChoice = NonNullable<NetworkMethod['score']>;

/** What follows the network, where the user wants it otherwise; null leaves it as the network has it. */
export interface PostprocessingDraft {
  readonly supervoxels: SupervoxelMethod | null;
  readonly score: ScoreChoice | null;
  readonly foregroundRestriction: boolean | null;
  /** The image has bright membranes. */
  readonly invert: boolean;
}

export const AS_RECOMMENDED: PostprocessingDraft = {
  supervoxels: null,
  score: null,
  foregroundRestriction: null,
  invert: false,
};

/** What is done with affinities of unknown origin, as the engine has it. */
const WITHOUT_NETWORK: Recommendation = {
  supervoxels: 'watershed',
  score: { kind: 'mean' },
  threshold: 0.5,
  minSize: 0,
  foregroundRestriction: null,
};

export const BETA_RANGE = { min: 0.01, max: 0.99, step: 0.01 } as const;

const SUPERVOXEL_WORDS: Readonly<Record<SupervoxelMethod, string>> = {
  watershed: 'Watershed of affinities',
  'distance-transform-2d': 'Of each slice, by distance',
  'distance-transform-3d': 'In space, by distance',
};
const SCORE_WORDS: Readonly<Record<ScoreChoice['kind'], string>> = {
  mean: 'Mean affinity',
  quantile: 'Quantile of affinities',
  multicut: 'Multicut',
};

/** A list to choose from: what the network recommends first, as '' since a list holds texts. */
interface Choice<Value extends string> {
  readonly value: Value | '';
  readonly label: string;
}

/** The ways to supervoxels. @param recommended of the network; null where there is none */
export function supervoxelChoices(recommended: Recommendation | null): readonly Choice<SupervoxelMethod>[] {
  const words = SUPERVOXEL_WORDS[(recommended ?? WITHOUT_NETWORK).supervoxels];
  return [
    { value: '', label: ownLabel(recommended, words) },
    ...(Object.keys(SUPERVOXEL_WORDS) as SupervoxelMethod[]).map((value) => ({
      value,
      label: SUPERVOXEL_WORDS[value],
    })),
  ];
}

/** The ways to agglomerate. A quantile is offered by networks alone. */
export function scoreChoices(recommended: Recommendation | null): readonly Choice<'mean' | 'multicut'>[] {
  const words = SCORE_WORDS[(recommended ?? WITHOUT_NETWORK).score.kind];
  return [
    { value: '', label: ownLabel(recommended, words) },
    { value: 'mean', label: SCORE_WORDS.mean },
    { value: 'multicut', label: SCORE_WORDS.multicut },
  ];
}

const ownLabel = (recommended: Recommendation | null, words: string): string =>
  recommended === null ? words : `As the network has it: ${words.charAt(0).toLowerCase()}${words.slice(1)}`;

/** The beta of the multicut that will be made; null where none will. Where no beta is recommended, a threshold of means stands for it. */
export function betaOf({ score }: PostprocessingDraft, recommended: Recommendation | null): number | null {
  const { score: own, threshold } = recommended ?? WITHOUT_NETWORK;
  const made = score ?? own;
  if (made.kind !== 'multicut') return null;
  const fallback = own.kind === 'multicut' ? own.beta : null;
  return made.beta ?? fallback ?? Math.min(BETA_RANGE.max, Math.max(BETA_RANGE.min, threshold));
}

/** With another way to agglomerate; '' for that of the network. */
export function withScoreKind(draft: PostprocessingDraft, kind: 'mean' | 'multicut' | ''): PostprocessingDraft {
  const multicut = { kind: 'multicut', beta: null, byContactArea: true } as const;
  return { ...draft, score: kind === '' ? null : kind === 'mean' ? { kind } : multicut };
}

/** With another beta; edges weigh as the network has it. */
export function withBeta(
  draft: PostprocessingDraft,
  beta: number,
  recommended: Recommendation | null,
): PostprocessingDraft {
  const own = recommended?.score;
  const byContactArea = own?.kind === 'multicut' ? own.byContactArea : true;
  return { ...draft, score: { kind: 'multicut', beta, byContactArea } };
}
