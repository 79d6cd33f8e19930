import { useProjectStore } from '#renderer/features/project/index.ts';
import { useViewStore } from '#renderer/features/view/index.ts';
import type { MeshScene } from '#renderer/rendering/meshes/meshScene.ts';

import { toVoxel } from '../model/geometry.ts';
import type { SceneFrame } from '../model/geometry.ts';

/** A rest of the pointer before the scene is asked what is under it: asking costs about a frame. */
const REST_MS = 90;
/** A press that moves farther is a drag. */
const CLICK_PX = 4;

/**
 * What the pointer does to meshes: resting highlights the segment everywhere, a double click toggles it, a short right click moves the
 * cross-hair to the place on the surface. Turning and moving is the scene's own.
 */
export function useMeshPointer(options: {
  scene: () => MeshScene | null;
  frame: () => SceneFrame | null;
  segmentOf: (actor: unknown) => number;
}) {
  const { scene, frame, segmentOf } = options;
  const project = useProjectStore();
  const view = useViewStore();
  let pressed: { x: number; y: number } | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const at = (event: MouseEvent) => {
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };

  async function hitAt({ x, y }: { x: number; y: number }) {
    const hit = await scene()?.pick(x, y);
    const place = frame();
    if (!hit || place === null) return null;
    return { segment: segmentOf(hit.actor), voxel: toVoxel(hit.positionNm, place) };
  }

  return {
    onPointerdown(event: PointerEvent): void {
      clearTimeout(timer);
      pressed = at(event);
    },
    /** A press that did not move is a click for a tool. */
    onPointerup(event: PointerEvent): void {
      const { tool } = view;
      const place = at(event);
      const { ctrlKey, metaKey, shiftKey: shift, altKey: alt } = event;
      if (tool === null || event.button !== 0 || pressed === null) return;
      if (Math.hypot(place.x - pressed.x, place.y - pressed.y) >= CLICK_PX) return;
      void hitAt(place).then((hit) => {
        if (hit === null || hit.segment === 0) return;
        tool.click({ panel: '3d', ...hit, supervoxel: 0 }, { ctrl: ctrlKey || metaKey, shift, alt });
      });
    },
    onPointermove(event: PointerEvent): void {
      clearTimeout(timer);
      if (event.buttons !== 0) return;
      const place = at(event);
      timer = setTimeout(() => void hitAt(place).then((hit) => (view.hovered = hit?.segment ?? 0)), REST_MS);
    },
    onPointerleave(): void {
      clearTimeout(timer);
      view.hovered = 0;
    },
    onDblclick(event: MouseEvent): void {
      if (view.tool) return;
      void hitAt(at(event)).then((hit) => hit && hit.segment !== 0 && view.toggle(hit.segment));
    },
    onContextmenu(event: MouseEvent): void {
      event.preventDefault();
      const place = at(event);
      const isClick = pressed !== null && Math.hypot(place.x - pressed.x, place.y - pressed.y) < CLICK_PX;
      if (isClick && project.info) void hitAt(place).then((hit) => hit && view.moveTo(hit.voxel));
    },
    stop: () => clearTimeout(timer),
  };
}
