import { onBeforeUnmount, ref, watch } from 'vue';

import type { MeshFragment } from '#contract/meshFragments.ts';
import type { Rgb } from '#domain/segmentColour.ts';
import { useProjectStore } from '#renderer/features/project/index.ts';
import { useViewStore } from '#renderer/features/view/index.ts';
import type { MeshScene } from '#renderer/rendering/meshes/meshScene.ts';
import { createSegmentActor } from '#renderer/rendering/meshes/segmentActor.ts';
import type { SegmentActor } from '#renderer/rendering/meshes/segmentActor.ts';

import type { SceneFrame } from '../model/geometry.ts';
import { joinFragments, runInSlices } from '../model/joinFragments.ts';
import { largestMembers, previewMembers } from '../model/previewMembers.ts';

/** Surfaces of more supervoxels than this take longer than a preview lasts: the largest are drawn then. */
const MOST_SUPERVOXELS = 4000;

/**
 * The selected segments at another threshold or in an older state: the surfaces of their supervoxels in the colours of the segments that
 * they would be in, with those that would join them. One picture is worked out at a time and the newest question waits, so that a drag
 * shows as many as the machine can give; the finer version comes when nothing waits.
 *
 * @param options.visible the selected segments that are not hidden
 * @param options.read surfaces of single supervoxels
 * @param options.setCovered told when these surfaces stand in for those of the segments
 */
export function usePreviewMeshes(options: {
  scene: () => MeshScene | null;
  frame: () => SceneFrame | null;
  visible: () => readonly number[];
  read: (supervoxels: Uint32Array, level: 'first' | 'full', signal: AbortSignal) => Promise<readonly MeshFragment[]>;
  setCovered: (isCovered: boolean) => void;
}) {
  const { scene, frame, visible, read, setCovered } = options;
  const project = useProjectStore();
  const view = useViewStore();
  /** Segments that are drawn instead; null while those of the project are. */
  const segments = ref<number | null>(null);
  /** How many supervoxels are left out of it because there are too many. */
  const leftOut = ref(0);
  const closed = new AbortController();
  let actor: SegmentActor | null = null;
  let isBusy = false;
  let isWaiting = false;

  const isLooking = (): boolean => view.previewAssignment !== null && view.sides.size === 0;

  function clear(): void {
    if (actor === null) return;
    scene()?.remove(actor.actor);
    actor.delete();
    actor = null;
    segments.value = null;
    leftOut.value = 0;
    setCovered(false);
  }

  async function work(): Promise<void> {
    isBusy = true;
    while (isWaiting && !closed.signal.aborted) {
      isWaiting = false;
      // The segments as they are stay where surfaces cannot be read.
      await draw().catch(() => clear());
    }
    isBusy = false;
  }

  async function draw(): Promise<void> {
    const [present, preview] = [project.assignment, view.previewAssignment];
    if (!isLooking() || present === null || preview === null || frame() === null) return clear();
    const all = previewMembers(present, preview, visible());
    const members = largestMembers(all, project.supervoxels?.sizes ?? [], MOST_SUPERVOXELS);
    if (members.length === 0) return clear();
    const colours = new Map<number, Rgb>();
    for (const id of members)
      if (!colours.has(preview[id])) colours.set(preview[id], fromHex(view.colourOf(preview[id])));
    for (const level of ['first', 'full'] as const) {
      const fragments = await read(members, level, closed.signal);
      const colourOf = (id: number): Rgb => colours.get(preview[id])!;
      const geometry = await runInSlices(joinFragments(fragments, frame()!.centreNm, colourOf), closed.signal);
      const target = scene();
      if (target === null || !isLooking()) return clear();
      const isNew = actor === null;
      actor ??= createSegmentActor(false);
      actor.setGeometry(geometry);
      target.add(actor.actor);
      segments.value = colours.size;
      leftOut.value = all.length - members.length;
      if (isNew) setCovered(true);
      if (isWaiting) return;
    }
  }

  watch([() => view.previewAssignment, () => view.sides, () => view.selected, () => view.hidden, scene], () => {
    if (!isLooking() && actor === null) return;
    if (!isLooking()) clear();
    isWaiting = isLooking();
    if (isWaiting && !isBusy) void work();
  });
  onBeforeUnmount(() => {
    closed.abort();
    clear();
  });

  return { segments, leftOut };
}

function fromHex(colour: string): Rgb {
  const value = Number.parseInt(colour.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}
