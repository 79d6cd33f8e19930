import { onBeforeUnmount, watch } from 'vue';

import type { MeshFragment } from '#contract/meshFragments.ts';
import { createLatest } from '#renderer/engine/latest.ts';
import { supervoxelsOf, useProjectStore } from '#renderer/features/project/index.ts';
import { useViewStore } from '#renderer/features/view/index.ts';
import type { MeshScene } from '#renderer/rendering/meshes/meshScene.ts';
import { createSegmentActor } from '#renderer/rendering/meshes/segmentActor.ts';
import type { SegmentActor, UnitRgb } from '#renderer/rendering/meshes/segmentActor.ts';

import type { SceneFrame } from '../model/geometry.ts';
import { joinFragments, runInSlices } from '../model/joinFragments.ts';

/** A cut that is only passed over keeps the surfaces of its supervoxels. */
const REST_MS = 200;

/**
 * One surface for each side of a cut that is looked at for a moment. The surfaces of single supervoxels, which take new colours at once,
 * have a groove at every border; these come later and are smooth.
 *
 * @param options.read the joined surface of supervoxels
 * @param options.setCovered told when these surfaces stand in for those of the supervoxels
 */
export function useSideMeshes(options: {
  scene: () => MeshScene | null;
  frame: () => SceneFrame | null;
  isCut: () => boolean;
  read: (supervoxels: Uint32Array, signal: AbortSignal) => Promise<readonly MeshFragment[]>;
  setCovered: (isCovered: boolean) => void;
}) {
  const { scene, frame, isCut, read, setCovered } = options;
  const project = useProjectStore();
  const view = useViewStore();
  const latest = createLatest({ delayMs: REST_MS });
  let actors: { readonly actor: SegmentActor; readonly segment: number }[] = [];

  function clear(): void {
    if (actors.length === 0) return;
    for (const { actor } of actors) {
      scene()?.remove(actor.actor);
      actor.delete();
    }
    actors = [];
    setCovered(false);
  }

  async function make(): Promise<void> {
    clear();
    if (!isCut()) return latest.cancel();
    const assignment = view.previewAssignment!;
    // Supervoxels that the cut makes have no surface yet: the divided one is whole, on the side of its largest part.
    const known = assignment.subarray(0, project.assignment?.length ?? 0);
    const sides = [...view.sides].map(([side, colour]) => ({ colour, members: supervoxelsOf(known, side) }));
    // The surfaces of the supervoxels stay where these cannot be read.
    const surfaces = await latest
      .run((signal) =>
        Promise.all(
          sides.map(async ({ members }) => {
            if (members.length === 0) return null;
            const fragments = await read(members, signal);
            return runInSlices(joinFragments(fragments, frame()!.centreNm, null), signal);
          }),
        ),
      )
      .catch(() => undefined);
    const target = scene();
    if (surfaces === undefined || target === null) return;
    actors = surfaces.flatMap((geometry, i) => {
      if (geometry === null) return [];
      const actor = createSegmentActor();
      actor.setGeometry(geometry);
      actor.setColour(unitRgb(sides[i].colour));
      target.add(actor.actor);
      return [{ actor, segment: project.assignment?.[sides[i].members[0]] ?? 0 }];
    });
    setCovered(true);
  }

  watch([() => view.sides, () => view.previewAssignment, scene], () => void make());
  onBeforeUnmount(() => {
    latest.cancel();
    clear();
  });

  return {
    /** The segment of the project that an actor draws a side of; 0 for any other. */
    segmentOf: (actor: unknown): number => actors.find((each) => each.actor.actor === actor)?.segment ?? 0,
  };
}

function unitRgb(colour: string): UnitRgb {
  const value = Number.parseInt(colour.slice(1), 16);
  return [(value >> 16) / 255, ((value >> 8) & 255) / 255, (value & 255) / 255];
}
