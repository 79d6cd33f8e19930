import { onBeforeUnmount, ref, watch } from 'vue';

import type { MeshFragment } from '#contract/meshFragments.ts';
import { segmentColour } from '#domain/segmentColour.ts';
import type { Rgb } from '#domain/segmentColour.ts';
import { useEngine } from '#renderer/engine/useEngine.ts';
import { NO_ROW, supervoxelsOf, useProjectStore } from '#renderer/features/project/index.ts';
import { useViewStore } from '#renderer/features/view/index.ts';
import type { MeshScene } from '#renderer/rendering/meshes/meshScene.ts';
import { createSegmentActor } from '#renderer/rendering/meshes/segmentActor.ts';
import type { SegmentActor, UnitRgb } from '#renderer/rendering/meshes/segmentActor.ts';

import { chooseLevels } from '../model/chooseLevels.ts';
import type { MeshLevel } from '../model/chooseLevels.ts';
import { createFragmentCache } from '../model/fragmentCache.ts';
import type { SceneFrame } from '../model/geometry.ts';
import { joinFragments, runInSlices } from '../model/joinFragments.ts';

import { fetchFragments } from './fetchFragments.ts';

/** Decoded fragments that are kept. */
const CACHE_BYTES = 192 * 2 ** 20;

interface Shown {
  readonly actor: SegmentActor;
  readonly work: AbortController;
  /** Level that is drawn; null before the first version. */
  level: number | null;
}

/**
 * Keeps the selected segments in the scene: a coarse version at once, then the full one; after an edit only what changed is fetched.
 *
 * @param frame null until a volume is known
 */
export function useSegmentMeshes(scene: () => MeshScene | null, frame: () => SceneFrame | null) {
  const { client } = useEngine();
  const project = useProjectStore();
  const view = useViewStore();
  const cache = createFragmentCache(CACHE_BYTES);
  const shown = new Map<number, Shown>();
  const problem = ref<string | null>(null);
  /** Coarsest level on show while finer ones are under way; null when all is there. */
  const pendingLevel = ref<number | null>(null);
  const triangles = ref(0);
  let levels: Promise<readonly MeshLevel[]> | null = null;

  const visible = (): number[] => (project.assignment ? view.selected.filter((id) => !view.hidden.has(id)) : []);

  function update(): void {
    const target = scene();
    if (target === null || frame() === null) return;
    const wanted = new Set(visible());
    for (const segment of [...shown.keys()]) if (!wanted.has(segment)) remove(segment);
    for (const segment of wanted) if (!shown.has(segment)) add(segment, target);
    report();
  }

  function add(segment: number, target: MeshScene): void {
    const entry: Shown = { actor: createSegmentActor(), work: new AbortController(), level: null };
    shown.set(segment, entry);
    paint(segment, entry);
    load(segment, entry, target).catch((error: unknown) => {
      if (!entry.work.signal.aborted) problem.value = (error as Error).message;
    });
  }

  function remove(segment: number): void {
    const entry = shown.get(segment);
    if (entry === undefined) return;
    entry.work.abort();
    scene()?.remove(entry.actor.actor);
    entry.actor.delete();
    shown.delete(segment);
  }

  async function load(segment: number, entry: Shown, target: MeshScene): Promise<void> {
    const { signal } = entry.work;
    const id = project.info!.id;
    levels ??= client.segments.meshLevels({ params: { project: id } }).then((answer) => answer.levels);
    const row = project.segments?.rowOf[segment] ?? NO_ROW;
    if (row === NO_ROW) return;
    const supervoxels = supervoxelsOf(project.assignment!, segment);
    for (const level of chooseLevels(project.segments!.sizes[row], await levels)) {
      signal.throwIfAborted();
      const missing = supervoxels.filter((supervoxel) => cache.get(supervoxel, level) === null);
      if (missing.length > 0) {
        const fetched = await fetchFragments(client, id, new Uint32Array(missing), level, signal);
        for (const [supervoxel, fragments] of fetched) cache.put(supervoxel, level, fragments);
      }
      const fragments = Array.from(supervoxels).flatMap((supervoxel) => cache.get(supervoxel, level) ?? []);
      await show(entry, fragments, target);
      entry.level = level;
      problem.value = null;
      report();
    }
    entry.level = -1;
    report();
  }

  async function show(entry: Shown, fragments: readonly MeshFragment[], target: MeshScene): Promise<void> {
    const { signal } = entry.work;
    const colourOf = view.overlay.colourBySupervoxel ? (id: number) => segmentColour(id, view.overlay.salt) : null;
    const geometry = await runInSlices(joinFragments(fragments, frame()!.centreNm, colourOf), signal);
    signal.throwIfAborted();
    entry.actor.setGeometry(geometry);
    target.add(entry.actor.actor);
  }

  function paint(segment: number, { actor }: Shown): void {
    const pinned = view.pinned.get(segment);
    const rgb = pinned ? fromHex(pinned) : segmentColour(segment, view.overlay.salt);
    const lift = view.hovered === segment ? 0.1 : 0;
    actor.setColour(rgb.map((part) => Math.min(1, part / 255 + lift)) as unknown as UnitRgb);
  }

  function paintAll(): void {
    for (const [segment, entry] of shown) paint(segment, entry);
    scene()?.draw();
  }

  function report(): void {
    const pending = [...shown.values()].flatMap(({ level }) =>
      level === null || level >= 0 ? [level ?? Infinity] : [],
    );
    pendingLevel.value = pending.length === 0 ? null : Math.max(...pending);
    triangles.value = shown.size;
  }

  function reload(): void {
    for (const segment of [...shown.keys()]) remove(segment);
    update();
  }

  watch([scene, frame], update);
  watch([() => view.selected, () => view.hidden], update);
  watch(() => project.assignment, reload);
  watch(
    () => project.supervoxels,
    () => cache.forget(),
  );
  watch(
    () => project.info?.id,
    () => {
      levels = null;
      cache.forget();
      reload();
    },
  );
  watch([() => view.hovered, () => view.pinned, () => view.overlay.salt], paintAll);
  watch([() => view.overlay.colourBySupervoxel, () => view.overlay.colourBySupervoxel && view.overlay.salt], reload);
  onBeforeUnmount(() => {
    for (const segment of [...shown.keys()]) remove(segment);
  });

  return {
    problem,
    pendingLevel,
    retry: reload,
    /** The segment that an actor of the scene draws; 0 for any other. */
    segmentOf(actor: unknown): number {
      for (const [segment, entry] of shown) if (entry.actor.actor === actor) return segment;
      return 0;
    },
  };
}

function fromHex(colour: string): Rgb {
  const value = Number.parseInt(colour.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}
