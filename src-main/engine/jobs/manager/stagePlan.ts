import type { StageName } from '#engine/segmentation/progress.ts';

/** A stage as a window shows it, before anything of it ran. */
export interface PlannedStage {
  readonly title: string;
  /** What the engine reports meanwhile, in order, and which part of the stage's time each takes; the parts add up to 1. */
  readonly steps: readonly { readonly name: StageName; readonly part: number }[];
  /** What its speed is kept under, see `paceOf`. */
  readonly key: StageKey;
}

export const STAGE_KEYS = [
  'read',
  'normalise',
  'network',
  'ids',
  'watershed',
  'graph',
  'supervoxels',
  'agglomerate',
  'write',
  'coarser',
  'meshes',
] as const;
export type StageKey = (typeof STAGE_KEYS)[number];

const STAGES: Readonly<Record<StageKey, Omit<PlannedStage, 'key'>>> = {
  read: { title: 'Read the volume', steps: [{ name: 'Reading the volume', part: 1 }] },
  normalise: { title: 'Normalise', steps: [{ name: 'Measuring intensities', part: 1 }] },
  network: { title: 'Network', steps: [{ name: 'Network', part: 1 }] },
  ids: { title: 'Read ids', steps: [{ name: 'Reading ids', part: 1 }] },
  watershed: {
    title: 'Watershed',
    steps: [
      { name: 'Watershed', part: 0.95 },
      { name: 'Stitching', part: 0.05 },
    ],
  },
  graph: {
    title: 'Region graph',
    steps: [
      { name: 'Region graph', part: 0.9 },
      { name: 'Merging graphs', part: 0.1 },
    ],
  },
  supervoxels: {
    title: 'Supervoxels',
    steps: [
      { name: 'Writing supervoxels', part: 0.6 },
      { name: 'Pyramid', part: 0.4 },
    ],
  },
  agglomerate: { title: 'Agglomerate', steps: [{ name: 'Agglomeration', part: 1 }] },
  write: { title: 'Write project', steps: [{ name: 'Writing the project', part: 1 }] },
  coarser: { title: 'Coarser levels', steps: [{ name: 'Coarser levels', part: 1 }] },
  meshes: { title: 'Meshes', steps: [{ name: 'Meshes', part: 1 }] },
};

/** The stages of each way to fill a project, in the order in which they run; 'views' makes what windows need of one that is filled. */
const ORDER = {
  network: [
    'read',
    'normalise',
    'network',
    'watershed',
    'graph',
    'supervoxels',
    'agglomerate',
    'write',
    'coarser',
    'meshes',
  ],
  affinities: ['read', 'watershed', 'graph', 'supervoxels', 'agglomerate', 'write', 'coarser', 'meshes'],
  views: ['read', 'coarser', 'meshes'],
  labels: ['read', 'ids', 'supervoxels', 'graph', 'agglomerate', 'write', 'meshes'],
} as const satisfies Record<string, readonly StageKey[]>;
export type PlanKind = keyof typeof ORDER;

/** What a job of a kind goes through. @param options.raw whether there is a raw volume to read */
export function planStages(kind: PlanKind, options: { raw: boolean }): PlannedStage[] {
  return ORDER[kind].filter((key) => key !== 'read' || options.raw).map((key) => ({ key, ...STAGES[key] }));
}

/** Seconds that a stage takes however small the volume is: starting its process. */
export const SECONDS_PER_STAGE = 0.1;
