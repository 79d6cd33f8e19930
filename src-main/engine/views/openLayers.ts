import type { Layer } from '#contract/routes/projects.ts';
import { FascicleError } from '#domain/errors.ts';
import type { VoxelSizeNm } from '#domain/geometry.ts';
import type { Project } from '#engine/project/project.ts';

import type { ChunkCache } from './chunkCache.ts';
import { measureHistogram } from './histogram.ts';
import type { Histogram } from './histogram.ts';
import { planLayers } from './layerPlans.ts';
import type { LayerPlan } from './layerPlans.ts';
import type { VoxelSource } from './voxelSource.ts';

/** A layer with its voxels. */
export interface OpenLayer extends LayerPlan {
  readonly source: VoxelSource;
  /** Measured once for each channel. */
  histogram(channel: number, signal?: AbortSignal): Promise<Histogram>;
}

/** The layers of a project, opened when they are first asked for. */
export interface OpenLayers {
  /** @throws FascicleError 'not-found' */
  get(id: Layer['id']): Promise<OpenLayer>;
  /** The layers there are now; those whose place has changed (a pyramid was finished) are opened anew. */
  describe(): Promise<Layer[]>;
  /** Of the voxels of the project; null where it is not known. */
  voxelSizeNm(): Promise<VoxelSizeNm | null>;
  close(): Promise<void>;
}

export function createOpenLayers(project: Project, cache: ChunkCache): OpenLayers {
  const opened = new Map<Layer['id'], { place: string; layer: Promise<OpenLayer> }>();

  const open = (plan: LayerPlan): Promise<OpenLayer> => {
    const known = opened.get(plan.id);
    if (known?.place === plan.place) return known.layer;
    const layer = Promise.resolve(known?.layer)
      .then((old) => old?.source.close())
      .catch(() => undefined)
      .then(() => plan.open(cache))
      .then((source) => withHistogram(plan, source));
    const entry = { place: plan.place, layer };
    opened.set(plan.id, entry);
    // What could not be opened is tried again at the next request.
    layer.catch(() => {
      if (opened.get(plan.id) === entry) opened.delete(plan.id);
    });
    return layer;
  };

  const get = async (id: Layer['id']): Promise<OpenLayer> => {
    const known = opened.get(id);
    if (known !== undefined) return known.layer;
    const plan = planLayers(project).find((candidate) => candidate.id === id);
    if (plan === undefined) throw new FascicleError('not-found', `The project has no layer '${id}' yet.`);
    return open(plan);
  };

  return {
    get,
    describe: async () => Promise.all(planLayers(project).map(async (plan) => describe(await open(plan)))),
    async voxelSizeNm() {
      const first = planLayers(project).find(({ id }) => id === 'supervoxels' || id === 'raw');
      return first === undefined ? null : (await open(first)).source.voxelSizeNm;
    },
    async close() {
      const all = [...opened.values()];
      opened.clear();
      await Promise.all(all.map(async ({ layer }) => (await layer.catch(() => null))?.source.close()));
    },
  };
}

function withHistogram(plan: LayerPlan, source: VoxelSource): OpenLayer {
  const measured = new Map<number, Histogram>();
  return {
    ...plan,
    source,
    async histogram(channel, signal) {
      const histogram = measured.get(channel) ?? (await measureHistogram(source, channel, signal));
      measured.set(channel, histogram);
      return histogram;
    },
  };
}

async function describe(layer: OpenLayer): Promise<Layer> {
  const { id, kind, source } = layer;
  const levels = source.levels.map(({ shape, factor }) => ({ shape, factor }));
  return { id, kind, type: source.type, channels: source.channels, levels, limits: await limitsOf(layer) };
}

async function limitsOf({ limits, source, histogram }: OpenLayer): Promise<Layer['limits']> {
  if (limits === 'none') return null;
  if (limits === 'full') return source.type === 'float32' ? [0, 1] : [0, 255];
  const measured = await histogram(0);
  return [...measured.limits];
}
