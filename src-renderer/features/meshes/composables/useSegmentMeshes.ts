import { onBeforeUnmount, ref, watch } from 'vue';

import type { MeshFragment } from '#contract/meshFragments.ts';
import { segmentColour } from '#domain/segmentColour.ts';
import type { Rgb } from '#domain/segmentColour.ts';
import { useEngine } from '#renderer/engine/useEngine.ts';
import { supervoxelsOf, useProjectStore } from '#renderer/features/project/index.ts';
import { useViewStore } from '#renderer/features/view/index.ts';
import type { MeshScene } from '#renderer/rendering/meshes/meshScene.ts';
import { createSegmentActor } from '#renderer/rendering/meshes/segmentActor.ts';
import type { SegmentActor, UnitRgb } from '#renderer/rendering/meshes/segmentActor.ts';

import { createFragmentCache, nameOfSet } from '../model/fragmentCache.ts';
import type { SceneFrame } from '../model/geometry.ts';
import { joinFragments, runInSlices } from '../model/joinFragments.ts';

import { fetchFragments } from './fetchFragments.ts';
import { usePreviewMeshes } from './usePreviewMeshes.ts';
import { useSideMeshes } from './useSideMeshes.ts';

/** Decoded fragments that are kept. */
const CACHE_BYTES = 192 * 2 ** 20;
/** Of what an edit that is being prepared is not about. */
const GHOST_OPACITY = 0.2;

interface Shown {
  readonly actor: SegmentActor;
  readonly work: AbortController;
  version: 'none' | 'first' | 'full';
  /** The supervoxels and the look that it was made for. */
  key: string;
  hasFailed: boolean;
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
  /** What is still under way: something has no surface yet, or only its first version. */
  const pending = ref<'none' | 'first' | null>(null);

  const sides = useSideMeshes({
    scene,
    frame,
    isCut,
    async read(supervoxels, signal) {
      const name = `${nameOf('joined', supervoxels)} full`;
      const request = { project: project.info!.id, supervoxels: new Uint32Array(supervoxels), joined: true } as const;
      const fragments = cache.get(name) ?? (await fetchFragments(client, { ...request, level: 'full' }, signal));
      cache.put(name, fragments);
      return fragments;
    },
    setCovered(isCovered) {
      for (const [segment, { actor }] of shown) if (segment === view.current) actor.actor.setVisibility(!isCovered);
      scene()?.draw();
    },
  });

  let isCovered = false;
  const preview = usePreviewMeshes({
    scene,
    frame,
    visible: () => visible(),
    async read(supervoxels, level, signal) {
      // As they are when they are asked for: voxels may change, or another project be opened, before they come.
      const names = new Map([...supervoxels].map((id) => [id, `${nameOf('piece', Uint32Array.of(id))} ${level}`]));
      const known = new Map([...names].map(([id, name]) => [id, cache.get(name)]));
      const missing = supervoxels.filter((id) => known.get(id) === null);
      const request = {
        project: project.info!.id,
        supervoxels: new Uint32Array(missing),
        level,
        joined: false,
      } as const;
      const pieces = missing.length === 0 ? [] : await fetchFragments(client, request, signal);
      for (const [id, fragments] of Map.groupBy(pieces, ({ supervoxel }) => supervoxel)) known.set(id, fragments);
      for (const id of missing) cache.put(names.get(id)!, known.get(id) ?? []);
      return [...known.values()].flatMap((fragments) => fragments ?? []);
    },
    setCovered(isNow) {
      isCovered = isNow;
      for (const { actor } of shown.values()) actor.actor.setVisibility(!isCovered);
      scene()?.draw();
    },
  });

  const visible = (): number[] => (project.assignment ? view.selected.filter((id) => !view.hidden.has(id)) : []);

  /** Brings the scene up to the selection: what is there and right stays, so that an edit makes only what it changed. */
  function update(): void {
    const target = scene();
    if (target === null || frame() === null) return;
    const wanted = new Map(visible().map((segment) => [segment, supervoxelsOf(project.assignment!, segment)]));
    for (const [segment, { key }] of shown) {
      const supervoxels = wanted.get(segment);
      if (supervoxels === undefined || keyOf(supervoxels) !== key) remove(segment);
    }
    for (const [segment, supervoxels] of wanted)
      if (!shown.has(segment) && supervoxels.length > 0) add(segment, supervoxels, target);
    report();
  }

  function keyOf(supervoxels: Uint32Array): string {
    return nameOf(isApart() ? 'apart' : 'joined', supervoxels);
  }

  /** Of surfaces in the cache: as the voxels of supervoxels are now. */
  function nameOf(kind: 'apart' | 'joined' | 'piece', supervoxels: Uint32Array): string {
    return `${project.info?.id} ${kind} ${nameOfSet(supervoxels)} ${project.voxelsOf(supervoxels)}`;
  }

  /** An object that is being cut: its supervoxels take the colours of the sides, at once for every new cut. */
  function isCut(): boolean {
    return view.previewAssignment !== null && view.sides.size > 0;
  }

  function isApart(): boolean {
    return view.overlay.colourBySupervoxel || isCut();
  }

  /** The colour of each supervoxel, where they differ within a segment. */
  function supervoxelColours(): ((id: number) => Rgb) | null {
    if (isCut()) {
      const { sides } = view;
      const segments = view.previewAssignment!;
      const colours = new Map([...sides].map(([segment, colour]) => [segment, fromHex(colour)]));
      return (id) => colours.get(segments[id]) ?? fromHex(view.colourOf(segments[id]));
    }
    return view.overlay.colourBySupervoxel ? (id) => segmentColour(id, view.overlay.salt) : null;
  }

  function add(segment: number, supervoxels: Uint32Array, target: MeshScene): void {
    const key = keyOf(supervoxels);
    const entry: Shown = {
      actor: createSegmentActor(),
      work: new AbortController(),
      version: 'none',
      key,
      hasFailed: false,
    };
    shown.set(segment, entry);
    entry.actor.actor.setVisibility(!isCovered);
    paint(segment, entry);
    load(supervoxels, entry, target).catch((error: unknown) => {
      if (entry.work.signal.aborted) return;
      entry.hasFailed = true;
      problem.value = (error as Error).message;
    });
  }

  function remove(segment: number): void {
    const entry = shown.get(segment);
    if (entry === undefined) return;
    entry.work.abort();
    // An undo takes an object away while its surface is asked for: the refusal says nothing of what is shown now.
    if (entry.hasFailed) problem.value = null;
    scene()?.remove(entry.actor.actor);
    entry.actor.delete();
    shown.delete(segment);
  }

  async function load(supervoxels: Uint32Array, entry: Shown, target: MeshScene): Promise<void> {
    const { signal } = entry.work;
    const request = { project: project.info!.id, supervoxels: new Uint32Array(supervoxels), joined: !isApart() };
    for (const level of ['first', 'full'] as const) {
      const name = `${entry.key} ${level}`;
      if (level === 'first' && cache.get(`${entry.key} full`) !== null) continue;
      const fragments = cache.get(name) ?? (await fetchFragments(client, { ...request, level }, signal));
      signal.throwIfAborted();
      cache.put(name, fragments);
      await show(entry, fragments, target);
      entry.version = level;
      problem.value = null;
      report();
    }
  }

  async function show(entry: Shown, fragments: readonly MeshFragment[], target: MeshScene): Promise<void> {
    const { signal } = entry.work;
    const geometry = await runInSlices(joinFragments(fragments, frame()!.centreNm, supervoxelColours()), signal);
    signal.throwIfAborted();
    entry.actor.setGeometry(geometry);
    target.add(entry.actor.actor);
  }

  /** Gives what is shown the colours of the sides as they are now. */
  async function recolour(): Promise<void> {
    const target = scene();
    for (const entry of shown.values()) {
      const fragments = cache.get(`${entry.key} ${entry.version}`);
      if (target === null || fragments === null) continue;
      // What was taken away meanwhile needs no colours.
      await show(entry, fragments, target).catch((error: unknown) => {
        if (!entry.work.signal.aborted) throw error;
      });
    }
  }

  function paint(segment: number, { actor }: Shown): void {
    const rgb = fromHex(view.colourOf(segment));
    const lift = view.hovered === segment ? 0.1 : 0;
    actor.setColour(rgb.map((part) => Math.min(1, part / 255 + lift)) as unknown as UnitRgb);
    const isGhost = view.dimOthers && segment !== view.current && !view.sides.has(segment);
    actor.setOpacity(isGhost ? GHOST_OPACITY : 1);
  }

  function paintAll(): void {
    for (const [segment, entry] of shown) paint(segment, entry);
    scene()?.draw();
  }

  function report(): void {
    const versions = [...shown.values()].map(({ version }) => version);
    pending.value = versions.includes('none') ? 'none' : versions.includes('first') ? 'first' : null;
  }

  function reload(): void {
    for (const segment of [...shown.keys()]) remove(segment);
    update();
  }

  watch([scene, frame], update);
  watch([() => view.selected, () => view.hidden], update);
  watch(() => project.assignment, update);
  watch(
    () => project.supervoxels,
    () => {
      cache.clear();
      reload();
    },
  );
  watch(
    () => project.info?.id,
    () => {
      cache.clear();
      reload();
    },
  );
  watch([() => view.hovered, () => view.fixedColours, () => view.overlay.salt], paintAll);
  watch([() => view.dimOthers, () => view.current], paintAll);
  watch([() => view.sides, () => view.previewAssignment], () => {
    update();
    paintAll();
    if (isCut()) void recolour();
  });
  watch([() => view.overlay.colourBySupervoxel, () => view.overlay.colourBySupervoxel && view.overlay.salt], reload);
  onBeforeUnmount(() => {
    for (const segment of [...shown.keys()]) remove(segment);
  });

  return {
    problem,
    pending,
    /** Segments that are drawn as they would be, instead of those selected; null while nothing else is looked at. */
    previewed: preview.segments,
    /** Small supervoxels that are not drawn while others are looked at, since there are too many. */
    leftOut: preview.leftOut,
    retry: reload,
    /** The segment that an actor of the scene draws; 0 for any other. */
    segmentOf(actor: unknown): number {
      for (const [segment, entry] of shown) if (entry.actor.actor === actor) return segment;
      return sides.segmentOf(actor);
    },
  };
}

function fromHex(colour: string): Rgb {
  const value = Number.parseInt(colour.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}
