import { useDevicePixelRatio } from '@vueuse/core';
import { defineStore } from 'pinia';
import { computed, shallowReactive, watch } from 'vue';

import { PLANES } from '#contract/values.ts';
import type { Plane } from '#contract/values.ts';
import { mapZyx } from '#domain/geometry.ts';
import type { Zyx } from '#domain/geometry.ts';
import { useProjectStore } from '#renderer/features/project/index.ts';
import { useViewStore } from '#renderer/features/view/index.ts';
import { PLANE_AXES } from '#renderer/rendering/slices/geometry/planeAxes.ts';
import {
  composeRotations,
  isNoRotation,
  NO_ROTATION,
  rotationAbout,
} from '#renderer/rendering/slices/geometry/quaternion.ts';
import { fromFrame, sliceFrame, toFrame } from '#renderer/rendering/slices/geometry/sliceFrame.ts';
import { addScaled, divideZyx, multiplyZyx } from '#renderer/rendering/slices/geometry/vectors.ts';
import { centreAfterZoom, placeOf, pointAt } from '#renderer/rendering/slices/geometry/viewport.ts';
import type { PanelStatus } from '#renderer/rendering/slices/panel.ts';
import type { SlicePanel } from '#renderer/rendering/slices/sliceRenderer.ts';
import type { Viewport } from '#renderer/rendering/slices/geometry/viewport.ts';
import { clampScale, scaleToFit } from '#renderer/rendering/slices/geometry/zoomLimits.ts';

import { dragContrast } from './model/dragContrast.ts';
import { limitsOf } from './model/sceneOf.ts';
import { stepSlices } from './model/stepVoxel.ts';

/** Shows all of a slice, or fills the panel with it. */
type FitMode = 'contain' | 'cover';

interface Volume {
  /** Voxels, z, y, x. */
  readonly shape: Zyx;
  readonly voxelSizeNm: Zyx;
}

const RADIANS_PER_PX = 0.005;
const NOWHERE: readonly [number, number] = [0, 0];

/**
 * Where the slice panels look and how they move. The cross-hair, the scale and the rotation are the window's (features/view); each
 * panel adds its size and how far the cross-hair was dragged from its middle.
 */
export const useSlicesStore = defineStore('slices', () => {
  const project = useProjectStore();
  const view = useViewStore();
  const { pixelRatio } = useDevicePixelRatio();

  /** Width and height of each panel, CSS pixels; none while it is not on the screen. */
  const sizes = shallowReactive<Record<Plane, readonly [width: number, height: number] | null>>({
    xy: null,
    xz: null,
    yz: null,
  });
  /** From the cross-hair to the middle of the panel, nanometres to the right and down. */
  const offsets = shallowReactive<Partial<Record<Plane, readonly [right: number, down: number]>>>({});

  /** The panel that was fitted last, and the scale that came of it: while that is the scale, the panel stays fitted when its size changes. */
  let fitted: { readonly plane: Plane; readonly mode: FitMode; readonly nmPerPixel: number } | null = null;
  watch(sizes, () => {
    if (fitted?.nmPerPixel === view.nmPerPixel) fitScale(fitted.plane, fitted.mode);
  });

  /** What there is to say about each panel's picture; null while it is not on the screen. */
  const statuses = shallowReactive<Record<Plane, PanelStatus | null>>({ xy: null, xz: null, yz: null });

  /** What draws each panel; null while it is not on the screen. */
  const panels = shallowReactive<Record<Plane, SlicePanel | null>>({ xy: null, xz: null, yz: null });

  const volume = computed((): Volume | null => {
    const { shape, voxelSizeNm } = project.info ?? {};
    return shape && voxelSizeNm ? { shape, voxelSizeNm } : null;
  });
  const frames = computed(() => ({
    xy: sliceFrame('xy', view.oblique),
    xz: sliceFrame('xz', view.oblique),
    yz: sliceFrame('yz', view.oblique),
  }));

  /** What a panel shows; null without a volume or before the panel has a size. */
  const viewports = computed(() => {
    const all = {} as Record<Plane, Viewport | null>;
    for (const plane of PLANES) all[plane] = viewportOf(plane);
    return all;
  });

  function viewportOf(plane: Plane): Viewport | null {
    const size = sizes[plane];
    if (volume.value === null || size === null || size[0] < 1 || size[1] < 1) return null;
    const frame = frames.value[plane];
    const [right, down] = offsets[plane] ?? NOWHERE;
    const positionNm = multiplyZyx(view.position, volume.value.voxelSizeNm);
    return {
      frame,
      centreNm: addScaled(addScaled(positionNm, frame.right, right), frame.down, down),
      nmPerPixel: view.nmPerPixel,
      width: size[0],
      height: size[1],
      pixelRatio: pixelRatio.value,
    };
  }

  /** Where the cross-hair lies on a panel, CSS pixels. */
  function crosshairOf(plane: Plane): readonly [x: number, y: number] | null {
    const viewport = viewports.value[plane];
    if (viewport === null || volume.value === null) return null;
    return placeOf(viewport, multiplyZyx(view.position, volume.value.voxelSizeNm));
  }

  function voxelAt(plane: Plane, x: number, y: number): Zyx | null {
    const viewport = viewports.value[plane];
    return viewport && volume.value && divideZyx(pointAt(viewport, x, y), volume.value.voxelSizeNm);
  }

  /** Moves the picture with the pointer; at the edge of the volume it stays. */
  function pan(plane: Plane, dx: number, dy: number): void {
    moveInPlane(plane, -dx * view.nmPerPixel, -dy * view.nmPerPixel);
  }

  function moveInPlane(plane: Plane, rightNm: number, downNm: number): void {
    if (volume.value === null) return;
    const { voxelSizeNm } = volume.value;
    const { right, down } = frames.value[plane];
    view.moveTo(
      mapZyx((axis) => view.position[axis] + (rightNm * right[axis] + downNm * down[axis]) / voxelSizeNm[axis]),
    );
  }

  /** Moves the cross-hair while the picture stays. */
  function dragCrosshair(plane: Plane, dx: number, dy: number): void {
    if (volume.value === null) return;
    const { voxelSizeNm } = volume.value;
    const frame = frames.value[plane];
    const before = toFrame(frame, multiplyZyx(view.position, voxelSizeNm));
    moveInPlane(plane, dx * view.nmPerPixel, dy * view.nmPerPixel);
    const after = toFrame(frame, multiplyZyx(view.position, voxelSizeNm));
    const [right, down] = offsets[plane] ?? NOWHERE;
    offsets[plane] = [right - (after[0] - before[0]), down - (after[1] - before[1])];
  }

  /** Goes through the slices of a panel. */
  function step(plane: Plane, steps: number): void {
    if (volume.value === null) return;
    view.moveTo(stepSlices(view.position, frames.value[plane], steps, volume.value.voxelSizeNm));
  }

  /** Magnifies (factor below 1) about a place of a panel, whose voxel stays under it; about the middle where none is named. */
  function zoom(plane: Plane, factor: number, at?: readonly [x: number, y: number]): void {
    const viewport = viewports.value[plane];
    if (viewport === null || volume.value === null) return;
    const { shape, voxelSizeNm } = volume.value;
    const nmPerPixel = clampScale(view.nmPerPixel * factor, shape, voxelSizeNm);
    const [x, y] = at ?? [viewport.width / 2, viewport.height / 2];
    const centreNm = centreAfterZoom(viewport, x, y, nmPerPixel);
    // The cross-hair keeps its place on the panel, as far as the volume lets it; what is left over moves the picture.
    const [right, down] = (offsets[plane] ?? NOWHERE).map((nm) => nm * (nmPerPixel / view.nmPerPixel));
    const { frame } = viewport;
    const [u, v] = toFrame(frame, centreNm);
    const w = toFrame(frame, multiplyZyx(view.position, voxelSizeNm))[2];
    view.nmPerPixel = nmPerPixel;
    view.moveTo(divideZyx(fromFrame(frame, u - right, v - down, w), voxelSizeNm));
    const [reachedU, reachedV] = toFrame(frame, multiplyZyx(view.position, voxelSizeNm));
    offsets[plane] = [u - reachedU, v - reachedV];
  }

  /** Puts the cross-hair on a voxel, in the middle of every panel. */
  function centre(voxel: Zyx): void {
    for (const plane of PLANES) offsets[plane] = NOWHERE;
    view.moveTo(voxel);
  }

  /** Shows the whole slice of a panel, or fills the panel with it. */
  function fit(plane: Plane = 'xy', mode: FitMode = 'contain'): void {
    if (volume.value === null || !fitScale(plane, mode)) return;
    const { shape } = volume.value;
    const { column, row } = PLANE_AXES[plane];
    centre(mapZyx((axis) => (axis === column || axis === row ? shape[axis] / 2 : view.position[axis])));
  }

  /** @returns false where the panel is not on the screen */
  function fitScale(plane: Plane, mode: FitMode): boolean {
    const size = sizes[plane];
    if (volume.value === null || size === null) return false;
    const { shape, voxelSizeNm } = volume.value;
    view.nmPerPixel = scaleToFit(mode, plane, shape, voxelSizeNm, size);
    fitted = { plane, mode, nmPerPixel: view.nmPerPixel };
    return true;
  }

  /** Turns all slices about the cross-hair: sideways about the panel's upright, up and down about its level line. */
  function turn(plane: Plane, dx: number, dy: number): void {
    const { right, down } = frames.value[plane];
    const turned = composeRotations(
      composeRotations(rotationAbout(down, dx * RADIANS_PER_PX), rotationAbout(right, -dy * RADIANS_PER_PX)),
      view.oblique ?? NO_ROTATION,
    );
    view.oblique = isNoRotation(turned) ? null : turned;
  }

  /** Changes the contrast of the image by a drag of so many pixels. */
  function dragLimits(dx: number, dy: number): void {
    const layer = project.info?.layers.find(({ id }) => id === 'raw');
    if (layer === undefined) return;
    const limits = limitsOf(layer, view.images.raw);
    const finest = layer.type === 'float32' ? (limits[1] - limits[0]) / 1e3 : 1;
    view.images.raw.limits = dragContrast(limits, dx, dy, finest);
  }

  function snapToAxes(): void {
    view.oblique = null;
  }

  /** The first look at a project: at the scale it was left at, else filling the XY panel. Where it looks is not for the panels to say. */
  function start({ shape, voxelSizeNm }: Volume): void {
    fitted = null;
    for (const plane of PLANES) offsets[plane] = NOWHERE;
    if (view.isScaled) view.nmPerPixel = clampScale(view.nmPerPixel, shape, voxelSizeNm);
    else fitScale('xy', 'cover');
  }

  /** The project that was looked at first; panels that are opened again leave it as the user did. */
  let startedAt: string | undefined;
  watch(
    () => [project.info?.id, volume.value, sizes.xy !== null] as const,
    ([id, shown, hasPanel]) => {
      if (id === undefined) startedAt = undefined;
      else if (id !== startedAt && shown !== null && hasPanel) {
        startedAt = id;
        start(shown);
      }
    },
    // Before anything is drawn, and before a user can have moved or zoomed.
    { flush: 'sync' },
  );

  return {
    sizes,
    statuses,
    panels,
    volume,
    frames,
    viewports,
    crosshairOf,
    voxelAt,
    pan,
    dragCrosshair,
    step,
    zoom,
    centre,
    fit,
    turn,
    dragLimits,
    snapToAxes,
  };
});
