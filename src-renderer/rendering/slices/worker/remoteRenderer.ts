import type { VoxelBlock } from '#contract/voxelBlock.ts';
import type { Viewport } from '#renderer/rendering/slices/geometry/viewport.ts';
import { SHARP } from '#renderer/rendering/slices/panel.ts';
import type { PanelStatus } from '#renderer/rendering/slices/panel.ts';
import { planSlice } from '#renderer/rendering/slices/panelPlan.ts';
import { pick } from '#renderer/rendering/slices/pick.ts';
import type { SliceScene } from '#renderer/rendering/slices/scene.ts';
import type { SliceRenderer, SliceUsage } from '#renderer/rendering/slices/sliceRenderer.ts';

import { createOutbox } from './outbox.ts';
import type { FromWorker, ToWorker } from './protocol.ts';

interface Panel {
  viewport: Viewport | null;
  /** What the newest look asks for. */
  slice: string | null;
  looks: number;
  /** The first look at `slice`; until the worker has drawn it, the picture is behind. */
  sliceLook: number;
  status: PanelStatus;
  readonly onStatus: (status: PanelStatus) => void;
}
interface Awaited {
  resolve(value: SliceUsage | ImageBitmap): void;
  reject(reason: Error): void;
}

/**
 * The window's end of a renderer in a worker that has said that it is ready. Only what is under the pointer is answered here, from
 * the memory of the worker's tiles, since it must not wait for a frame that is being drawn.
 */
export function createRemoteRenderer(worker: Worker): SliceRenderer {
  const outbox = createOutbox({ post: (message, transfer) => worker.postMessage(message, transfer) });
  const panels = new Map<number, Panel>();
  const blocks = new Map<string, VoxelBlock>();
  const awaited = new Map<number, Awaited>();
  let scene: SliceScene | null = null;
  let panelCount = 0;
  let requestCount = 0;

  worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
    if (data.type === 'status') {
      const panel = panels.get(data.panel);
      if (panel === undefined) return;
      tell(panel, data.look < panel.sliceLook ? { ...data.status, isBehind: true } : data.status);
    } else if (data.type === 'blocks') {
      for (const [key, block] of data.blocks)
        if (block === null) blocks.delete(key);
        else blocks.set(key, block);
    } else if (data.type === 'answer') {
      awaited.get(data.request)?.resolve(data.value);
      awaited.delete(data.request);
    } else if (data.type === 'refusal') {
      awaited.get(data.request)?.reject(data.reason);
      awaited.delete(data.request);
    }
  };
  // A defect, not a state of the picture: it goes where the window's own defects go.
  worker.onerror = ({ message }) => reportError(new Error(`The slices stopped: ${message}`));

  function tell(panel: Panel, status: PanelStatus): void {
    panel.status = status;
    panel.onStatus(status);
  }

  function ask<Value extends SliceUsage | ImageBitmap>(message: (request: number) => ToWorker): Promise<Value> {
    const request = requestCount++;
    const answer = new Promise<SliceUsage | ImageBitmap>((resolve, reject) =>
      awaited.set(request, { resolve, reject }),
    );
    outbox.send(message(request));
    return answer as Promise<Value>;
  }

  return {
    addPanel(canvas, onStatus) {
      const number = panelCount++;
      const panel: Panel = { viewport: null, slice: null, looks: 0, sliceLook: 0, status: SHARP, onStatus };
      panels.set(number, panel);
      const offscreen = canvas.transferControlToOffscreen();
      outbox.send({ type: 'addPanel', panel: number, canvas: offscreen }, [offscreen]);
      return {
        look(viewport) {
          panel.viewport = viewport;
          panel.looks++;
          const slice = scene && planSlice(scene, viewport).slice;
          if (slice === null || slice !== panel.slice) {
            panel.slice = slice;
            panel.sliceLook = panel.looks;
            if (!panel.status.isBehind) tell(panel, { ...panel.status, isBehind: true });
          }
          outbox.put(`look ${number}`, { type: 'look', panel: number, look: panel.looks, viewport });
        },
        pick(x, y) {
          if (scene === null || panel.viewport === null) return null;
          const plan = planSlice(scene, panel.viewport);
          return pick(scene, plan, panel.viewport, x, y, (key) => blocks.get(key));
        },
        picture: () => ask<ImageBitmap>((request) => ({ type: 'picture', request, panel: number })),
        get status() {
          return panel.status;
        },
        remove() {
          panels.delete(number);
          outbox.send({ type: 'removePanel', panel: number });
        },
      };
    },
    setScene(next) {
      scene = next;
      outbox.put('scene', { type: 'scene', scene: next });
    },
    setAssignment: (assignment) => outbox.put('assignment', { type: 'assignment', assignment }),
    setStyles({ selected, hidden, pinned, sides }) {
      // Any iterable is allowed here, but not all of them can be sent.
      const styles = { selected: Uint32Array.from(selected), hidden: Uint32Array.from(hidden), pinned, sides };
      outbox.put('styles', { type: 'styles', styles });
    },
    setPatches: (patches) => outbox.put('patches', { type: 'patches', patches }),
    retry: () => outbox.send({ type: 'retry' }),
    forget: (layer) => outbox.send({ type: 'forget', layer }),
    clear: () => outbox.send({ type: 'clear' }),
    usage: () => ask<SliceUsage>((request) => ({ type: 'usage', request })),
    simulateContextLoss() {
      outbox.send({ type: 'loseContext' });
      return { restore: () => outbox.send({ type: 'restoreContext' }) };
    },
    dispose() {
      outbox.dispose();
      worker.terminate();
      const reason = new Error('The slices were closed.');
      for (const { reject } of awaited.values()) reject(reason);
      awaited.clear();
      blocks.clear();
      panels.clear();
    },
  };
}
