import { defineStore } from 'pinia';
import { computed, reactive, ref, shallowRef, watch } from 'vue';

import type { Plane } from '#contract/values.ts';
import type { ImageLayerSettings, OverlaySettings } from '#contract/viewState.ts';
import type { VoxelPatch } from '#contract/voxelPatches.ts';
import type { Zyx } from '#domain/geometry.ts';
import { segmentHex } from '#domain/segmentColour.ts';
import { useProjectStore } from '#renderer/features/project/index.ts';

import { clampToShape, middleOf } from './model/position.ts';
import type { ViewTool } from './model/viewTool.ts';
import { FIRST_NM_PER_PIXEL, firstImages, firstOverlay, rememberView } from './rememberView.ts';

/** A slice or the 3D view; 'maximised' is one of them or none. */
export type Panel = Plane | '3d';

/** A layer under the overlay. */
export type ImageLayerId = 'raw' | 'affinities' | 'foreground';

/**
 * What the window looks at: shared by the slices, the 3D view, the lists and the commands. None of it is an edit and none of it is
 * undone.
 */
export const useViewStore = defineStore('view', () => {
  const project = useProjectStore();

  /** Where the cross-hair was put, by a user or by the window before; null where nobody has yet. */
  const place = shallowRef<Zyx | null>(null);
  /** The cross-hair, in voxels of the project, z, y, x; fractions are allowed, voxel i covers i to i + 1. At first in the middle of the volume. */
  const position = computed(() => place.value ?? middleOf(project.info?.shape ?? [0, 0, 0]));
  /** Nanometres on the screen for one CSS pixel, the same in the linked slices. */
  const nmPerPixel = ref(FIRST_NM_PER_PIXEL);
  /** The project was left at this scale; false where that of the first look is to be chosen. */
  const isScaled = ref(false);
  /** Rotation of the slices about the cross-hair as a unit quaternion w, x, y, z; null where they follow the axes. */
  const oblique = shallowRef<readonly [number, number, number, number] | null>(null);
  const maximised = ref<Panel | null>(null);
  const activePanel = ref<Panel>('xy');
  /** Of the voxel under the pointer; null off the volume. */
  const pointer = shallowRef<{ voxel: Zyx; raw: number | null; supervoxel: number; segment: number } | null>(null);

  /** Selected segments in the order of selection; the last is the one whose properties are shown. */
  const selected = shallowRef<readonly number[]>([]);
  const hovered = ref(0);
  /** Segments that are not drawn. */
  const hidden = shallowRef<ReadonlySet<number>>(new Set());
  /** Only selected segments are drawn. */
  const hideOthers = ref(false);
  /** Colour that a user fixed for a segment, '#rrggbb'. */
  const pinned = shallowRef<ReadonlyMap<number, string>>(new Map());

  const overlay = reactive<OverlaySettings>(firstOverlay());
  const images = reactive<Record<ImageLayerId, ImageLayerSettings>>(firstImages());
  /** Segments as they would be after an edit or at another threshold; drawn instead of those of the project while it is set. */
  const previewAssignment = shallowRef<Uint32Array | null>(null);
  /** Voxels that such an edit gives to other supervoxels. */
  const previewPatches = shallowRef<readonly VoxelPatch[]>([]);
  /** Sides of an edit that is being prepared: colour by segment (of the preview). */
  const sides = shallowRef<ReadonlyMap<number, string>>(new Map());
  /** An edit is being prepared: all but its sides lose their fill. */
  const dimOthers = ref(false);
  /** Drawn where two sides touch, '#rrggbb'; null for nothing. */
  const contactColour = ref<string | null>(null);
  /** Takes the clicks of the views; null while they only look. */
  const tool = shallowRef<ViewTool | null>(null);
  /** The segments that are drawn. */
  const shownAssignment = computed(() => previewAssignment.value ?? project.assignment);
  /** Slices are drawn in the 3D view. */
  const slicesIn3d = ref(true);
  /** While a key is held: the image alone. */
  const imageOnly = ref(false);
  const current = computed(() => selected.value.at(-1) ?? 0);

  /** Moves the cross-hair, within the volume. */
  function moveTo(voxel: Zyx): void {
    const shape = project.info?.shape;
    place.value = shape ? clampToShape(voxel, shape) : voxel;
  }

  function select(segment: number): void {
    selected.value = segment === 0 ? [] : [segment];
  }

  function toggle(segment: number): void {
    if (segment === 0) return;
    const rest = selected.value.filter((other) => other !== segment);
    selected.value = rest.length < selected.value.length ? rest : [...rest, segment];
  }

  function setHidden(segments: Iterable<number>, isHidden: boolean): void {
    const next = new Set(hidden.value);
    for (const segment of segments)
      if (isHidden) next.add(segment);
      else next.delete(segment);
    hidden.value = next;
  }

  /**
   * Draws other segments at once, without reading voxels again; null goes back to those of the project.
   *
   * @param patches voxels that are drawn as other supervoxels, in slices
   */
  function setPreviewAssignment(assignment: Uint32Array | null, patches: readonly VoxelPatch[] = []): void {
    previewAssignment.value = assignment;
    if (patches.length > 0 || previewPatches.value.length > 0) previewPatches.value = patches;
  }

  /** Deals the colours of segments anew. */
  function reshuffle(): void {
    overlay.salt = 1 + Math.floor(Math.random() * 0xfffffffe);
  }

  /** The colour in which a segment is drawn everywhere, '#rrggbb': the one that a user fixed, else its own. */
  function colourOf(segment: number): string {
    return pinned.value.get(segment) ?? segmentHex(project.traits.get(segment)?.colour ?? segment, overlay.salt);
  }

  /** Of the segments whose colour is not that of their id: those that a user fixed, and those that kept theirs through edits. */
  const fixedColours = computed<ReadonlyMap<number, string>>(() => {
    const kept = overlay.colourBySupervoxel ? [] : [...project.traits.keys()];
    return new Map([...kept.map((segment) => [segment, colourOf(segment)] as const), ...pinned.value]);
  });

  function pin(segment: number, colour: string | null): void {
    const next = new Map(pinned.value);
    if (colour === null) next.delete(segment);
    else next.set(segment, colour);
    pinned.value = next;
  }

  /** A segment is named by one of its supervoxels: what an edit made of it stays selected, before anything asks about the old one. */
  function followSegments(segmentOf: Uint32Array | null): void {
    if (segmentOf === null || selected.value.every((segment) => segmentOf[segment] === segment)) return;
    selected.value = [...new Set(selected.value.map((segment) => segmentOf[segment] ?? 0))].filter((id) => id !== 0);
  }
  watch(() => project.assignment, followSegments, { flush: 'sync' });
  rememberView({
    ...{ place, moveTo, nmPerPixel, isScaled, oblique, maximised, selected, hidden, hideOthers, pinned },
    ...{ overlay, tool, images, slicesIn3d },
  });

  return {
    position,
    nmPerPixel,
    isScaled,
    oblique,
    maximised,
    activePanel,
    pointer,
    selected,
    current,
    hovered,
    hidden,
    hideOthers,
    pinned,
    fixedColours,
    overlay,
    images,
    previewAssignment,
    previewPatches,
    shownAssignment,
    sides,
    dimOthers,
    contactColour,
    tool,
    slicesIn3d,
    imageOnly,
    moveTo,
    select,
    toggle,
    setHidden,
    setPreviewAssignment,
    reshuffle,
    pin,
    colourOf,
  };
});
