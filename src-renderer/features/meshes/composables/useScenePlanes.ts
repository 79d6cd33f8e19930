import { onBeforeUnmount, watch } from 'vue';

import type { Layer } from '#contract/routes/projects.ts';
import { PLANES } from '#contract/values.ts';
import type { Plane } from '#contract/values.ts';
import { decodeVoxelBlock } from '#contract/voxelBlock.ts';
import type { Zyx } from '#domain/geometry.ts';
import { createLatest } from '#renderer/engine/latest.ts';
import { useEngine } from '#renderer/engine/useEngine.ts';
import { useProjectStore } from '#renderer/features/project/index.ts';
import { useViewStore } from '#renderer/features/view/index.ts';
import type { MeshScene } from '#renderer/rendering/meshes/meshScene.ts';
import type { UnitRgb } from '#renderer/rendering/meshes/segmentActor.ts';
import { createSliceActor } from '#renderer/rendering/meshes/sliceActor.ts';
import type { SliceActor } from '#renderer/rendering/meshes/sliceActor.ts';

import { sliceCorners } from '../model/geometry.ts';
import type { SceneFrame } from '../model/geometry.ts';
import { toGrey } from '../model/toGrey.ts';

/** Texels a side: the slices are there to find one's way, not to read membranes. */
const MOST_TEXELS = 512;
const DELAY_MS = 60;

/** Index in z, y, x of the axis that a plane cuts, its rows and its columns. */
const AXES: Readonly<Record<Plane, readonly [cut: 0 | 1 | 2, rows: 0 | 1 | 2, columns: 0 | 1 | 2]>> = {
  xy: [0, 1, 2],
  xz: [1, 0, 2],
  yz: [2, 0, 1],
};

/** Draws the three slices through `place` (z, y, x in voxels) in the scene. The frame moves at once, the image follows. */
export function useScenePlanes(
  scene: () => MeshScene | null,
  frame: () => SceneFrame | null,
  place: () => Zyx,
  tintOf: (plane: Plane) => UnitRgb,
) {
  const { client } = useEngine();
  const project = useProjectStore();
  const view = useViewStore();
  const actors = new Map<Plane, SliceActor>();
  /** What the image of each plane was read from; a step along one axis leaves the images of the other planes as they are. */
  const shown = new Map<Plane, string>();
  const latest = new Map(PLANES.map((plane) => [plane, createLatest({ delayMs: DELAY_MS })]));

  const rawLayer = (): Layer | undefined => project.info?.layers.find(({ id }) => id === 'raw');

  function update(): void {
    const target = scene();
    const at = frame();
    const shape = project.info?.shape;
    if (target === null || at === null || !shape || !view.slicesIn3d || !rawLayer()) return clear();
    for (const plane of PLANES) {
      let actor = actors.get(plane);
      if (actor === undefined) {
        actor = createSliceActor(tintOf(plane));
        actors.set(plane, actor);
        for (const part of actor.actors) target.add(part);
      }
      actor.setCorners(sliceCorners(plane, place(), shape, at));
    }
    target.draw();
    void fetchImages([...actors]).then((haveCome) => haveCome && target.draw());
  }

  /** All three in one go, so that the scene is drawn once for them; false where a newer place has taken over. */
  async function fetchImages(wanted: [Plane, SliceActor][]): Promise<boolean> {
    const isSet = await Promise.all(wanted.map(([plane, actor]) => fetchImage(plane, actor)));
    return isSet.includes(true);
  }

  async function fetchImage(plane: Plane, actor: SliceActor): Promise<boolean> {
    const layer = rawLayer()!;
    const level = Math.max(
      0,
      layer.levels.findIndex(({ shape }) => AXES[plane].slice(1).every((axis) => shape[axis] <= MOST_TEXELS)),
    );
    const { shape, factor } = layer.levels[level];
    const [cut, rowAxis, columnAxis] = AXES[plane];
    const position = Math.min(shape[cut] - 1, Math.floor(place()[cut] / factor[cut]));
    const [rows, columns] = [Math.min(shape[rowAxis], 4096), Math.min(shape[columnAxis], 4096)];
    const limits = view.images.raw.limits ?? layer.limits ?? [0, 255];
    const source = [level, position, ...limits].join();
    if (shown.get(plane) === source) {
      latest.get(plane)!.cancel();
      return false;
    }
    const bytes = await latest
      .get(plane)!
      .run((signal) =>
        client.voxels.slice(
          {
            params: { project: project.info!.id, layer: 'raw', level, plane, position },
            query: { column: 0, row: 0, columns, rows },
          },
          { signal },
        ),
      )
      // The slices themselves say what is wrong with the volume; here the last image stays.
      .catch(() => undefined);
    if (bytes === undefined || actors.get(plane) !== actor) return false;
    shown.set(plane, source);
    actor.setImage(toGrey(decodeVoxelBlock(bytes).voxels, limits), columns, rows);
    return true;
  }

  function clear(): void {
    for (const [plane, actor] of actors) {
      latest.get(plane)!.cancel();
      for (const part of actor.actors) scene()?.remove(part);
      actor.delete();
    }
    actors.clear();
    shown.clear();
  }

  watch([scene, frame, place, () => view.slicesIn3d, () => view.images.raw.limits], update);
  watch([() => project.info?.id, () => project.info?.layers.length], () => {
    clear();
    update();
  });
  onBeforeUnmount(clear);
}
