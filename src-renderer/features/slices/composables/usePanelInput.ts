import { useEventListener, useRafFn } from '@vueuse/core';
import { onScopeDispose, watch } from 'vue';
import type { Ref } from 'vue';

import type { Plane } from '#contract/values.ts';
import type { Zyx } from '#domain/geometry.ts';
import { useProjectStore } from '#renderer/features/project/index.ts';
import { useViewStore } from '#renderer/features/view/index.ts';
import type { ToolHit, ToolKeys } from '#renderer/features/view/index.ts';
import type { Picked } from '#renderer/rendering/slices/pick.ts';

import { grabOf } from '../model/crosshair.ts';
import { createWheelCounter, zoomOfTurn } from '../model/wheel.ts';
import { useSlicesStore } from '../store.ts';

/** A request for the menu of a place. */
export interface PanelMenuRequest {
  /** Of the window, CSS pixels. */
  readonly clientX: number;
  readonly clientY: number;
  /** What is there, z, y, x with fractions; null off the volume. */
  readonly voxel: Zyx | null;
  /** 0 for none. */
  readonly segment: number;
}

/** A press of the second button longer than this, or one that moves, is for the menu. */
const LONG_PRESS_MS = 350;
const CLICK_SLOP_PX = 4;

type Drag =
  | { readonly kind: 'pan' }
  | { readonly kind: 'turn' }
  | { readonly kind: 'stroke' }
  | { readonly kind: 'contrast' }
  | { readonly kind: 'crosshair'; readonly x: number; readonly y: number };

/** Mouse, pen and wheel on a panel; the keys are commands. */
export function usePanelInput(
  element: Readonly<Ref<HTMLElement | null>>,
  plane: () => Plane,
  options: {
    pick: (x: number, y: number) => Picked | null;
    segmentOf: (label: number) => number;
    pinColour: (segment: number) => void;
    openMenu: (request: PanelMenuRequest) => void;
  },
): { refreshPointer: () => void } {
  const slices = useSlicesStore();
  const project = useProjectStore();
  const view = useViewStore();
  const countSlices = createWheelCounter();
  let drag: Drag | null = null;
  let last: readonly [number, number] = [0, 0];
  let pointer: readonly [number, number] | null = null;
  let press: { readonly x: number; readonly y: number; readonly timer: number } | null = null;
  let isPointerStale = false;
  /** Where the first button went down, while it has not moved: a click for a tool. */
  let click: readonly [number, number] | null = null;

  const placeIn = (event: MouseEvent): readonly [number, number] => {
    const { left, top } = element.value!.getBoundingClientRect();
    return [event.clientX - left, event.clientY - top];
  };

  // Once for a frame at most, however many events a fast mouse sends.
  const { pause, resume } = useRafFn(
    () => {
      pause();
      if (isPointerStale) lookUnderPointer();
      isPointerStale = false;
    },
    { immediate: false },
  );
  function refreshPointer(): void {
    if (pointer === null) return;
    isPointerStale = true;
    resume();
  }
  function lookUnderPointer(): void {
    const found = pointer && options.pick(...pointer);
    if (!found) {
      view.pointer = null;
      view.hovered = 0;
      return;
    }
    const segment = options.segmentOf(found.label);
    view.pointer = { voxel: found.voxel, raw: found.raw, supervoxel: found.label, segment };
    view.hovered = segment;
  }
  watch(() => slices.viewports[plane()], refreshPointer);

  useEventListener(element, 'pointerdown', (event: PointerEvent) => {
    const place = placeIn(event);
    element.value!.focus({ preventScroll: true });
    if (event.button === 2) return startPress(event, place);
    if (event.button !== 0 && event.button !== 1) return;
    // The middle button would start the browser's own scrolling.
    event.preventDefault();
    element.value!.setPointerCapture(event.pointerId);
    element.value!.focus({ preventScroll: true });
    last = place;
    click = event.button === 0 ? place : null;
    if (event.button === 0 && view.tool?.takesStroke(keysOf(event))) {
      drag = { kind: 'stroke' };
      return strokeAt(place);
    }
    const crosshair = slices.crosshairOf(plane());
    const grab = crosshair && grabOf(...crosshair, ...place);
    if (event.button === 1) drag = { kind: 'contrast' };
    else if (event.shiftKey) drag = { kind: 'turn' };
    else if (grab) drag = { kind: 'crosshair', x: grab.horizontally ? 1 : 0, y: grab.vertically ? 1 : 0 };
    else drag = { kind: 'pan' };
  });

  useEventListener(element, 'pointermove', (event: PointerEvent) => {
    const place = placeIn(event);
    pointer = place;
    view.activePanel = plane();
    if (press && Math.hypot(place[0] - press.x, place[1] - press.y) > CLICK_SLOP_PX) endPress();
    if (drag === null) return refreshPointer();
    if (drag.kind === 'stroke') {
      refreshPointer();
      return strokeAt(place);
    }
    if (click && Math.hypot(place[0] - click[0], place[1] - click[1]) <= CLICK_SLOP_PX && view.tool) return;
    click = null;
    const [dx, dy] = [place[0] - last[0], place[1] - last[1]];
    last = place;
    if (drag.kind === 'pan') slices.pan(plane(), dx, dy);
    else if (drag.kind === 'contrast') slices.dragLimits(dx, dy);
    else if (drag.kind === 'turn') slices.turn(plane(), dx, dy);
    else if (drag.kind === 'crosshair') slices.dragCrosshair(plane(), dx * drag.x, dy * drag.y);
  });

  const endDrag = (): void => {
    drag = null;
    click = null;
  };
  useEventListener(element, 'pointerup', (event: PointerEvent) => {
    if (event.button === 2) clickSecond(event);
    else if (drag?.kind === 'stroke') view.tool?.endStroke?.(false);
    else if (event.button === 0 && click) clickTool(event, click);
    endDrag();
  });
  const giveUpDrag = (): void => {
    if (drag?.kind === 'stroke') view.tool?.endStroke?.(true);
    endDrag();
  };
  useEventListener(element, 'pointercancel', giveUpDrag);
  useEventListener(element, 'lostpointercapture', giveUpDrag);
  useEventListener(element, 'pointerleave', () => {
    pointer = null;
    endPress();
    view.pointer = null;
    view.hovered = 0;
  });

  useEventListener(element, 'dblclick', (event: MouseEvent) => {
    if (view.tool) return;
    const found = options.pick(...placeIn(event));
    if (found) view.toggle(options.segmentOf(found.label));
  });

  function hitAt(place: readonly [number, number]): ToolHit | null {
    const found = options.pick(...place);
    if (!found || view.overlay.source === 'labels') return null;
    const segment = project.assignment?.[found.label] ?? 0;
    return { panel: plane(), voxel: found.voxel, supervoxel: found.label, segment };
  }
  function clickTool(event: MouseEvent, place: readonly [number, number]): void {
    const hit = view.tool && hitAt(place);
    if (hit) view.tool!.click(hit, keysOf(event));
  }
  function strokeAt(place: readonly [number, number]): void {
    const hit = hitAt(place);
    if (hit) view.tool?.stroke(hit);
  }

  function startPress({ clientX, clientY }: PointerEvent, [x, y]: readonly [number, number]): void {
    endPress();
    const timer = window.setTimeout(() => {
      press = null;
      openMenu(clientX, clientY, x, y);
    }, LONG_PRESS_MS);
    press = { x, y, timer };
  }
  function openMenu(clientX: number, clientY: number, x: number, y: number): void {
    const found = options.pick(x, y);
    const segment = found ? options.segmentOf(found.label) : 0;
    options.openMenu({ clientX, clientY, voxel: found?.voxel ?? null, segment });
  }
  function endPress(): void {
    if (press !== null) window.clearTimeout(press.timer);
    press = null;
  }
  /** A short press of the second button: to the middle, or with Ctrl the colour. */
  function clickSecond(event: PointerEvent): void {
    if (press === null) return;
    endPress();
    const place = placeIn(event);
    if (event.ctrlKey || event.metaKey) {
      const found = options.pick(...place);
      const segment = found ? options.segmentOf(found.label) : 0;
      if (segment !== 0) options.pinColour(segment);
      return;
    }
    const voxel = slices.voxelAt(plane(), ...place);
    if (voxel) slices.centre(voxel);
  }

  useEventListener(element, 'contextmenu', (event: MouseEvent) => {
    event.preventDefault();
    // From the mouse it is decided by the length of the press; from the menu key it opens at the cross-hair.
    if (event.button === 2) return;
    const { left, top } = element.value!.getBoundingClientRect();
    const [x, y] = slices.crosshairOf(plane()) ?? [0, 0];
    openMenu(left + x, top + y, x, y);
  });

  useEventListener(
    element,
    'wheel',
    (event: WheelEvent) => {
      event.preventDefault();
      const turn = event.deltaY === 0 ? event.deltaX : event.deltaY;
      if (view.tool?.wheel?.(Math.sign(turn), keysOf(event))) return;
      if (event.ctrlKey || event.metaKey) return slices.zoom(plane(), zoomOfTurn(event), placeIn(event));
      const steps = countSlices(event);
      if (steps !== 0) slices.step(plane(), steps);
    },
    { passive: false },
  );

  useEventListener(element, 'focus', () => (view.activePanel = plane()));
  onScopeDispose(endPress);
  return { refreshPointer };
}

function keysOf({ ctrlKey, metaKey, shiftKey, altKey }: MouseEvent): ToolKeys {
  return { ctrl: ctrlKey || metaKey, shift: shiftKey, alt: altKey };
}
