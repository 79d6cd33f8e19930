import { createClient } from '#contract/client.ts';
import type { EngineAccess } from '#renderer/engine/useEngine.ts';

import { createSliceRenderer } from './sliceRenderer.ts';
import type { SliceRenderer } from './sliceRenderer.ts';
import { createTileReader } from './tiles/readTile.ts';
import type { FromWorker, ToWorker } from './worker/protocol.ts';
import { createRemoteRenderer } from './worker/remoteRenderer.ts';

/**
 * A renderer of slices in a thread of its own; in the window's where the browser cannot draw in workers, or gives the page no shared
 * memory because it came from another machine without encryption.
 *
 * @throws Error where the browser has no WebGL 2
 */
export async function openSliceRenderer(access: EngineAccess): Promise<SliceRenderer> {
  const worker = await startWorker(access);
  return worker ? createRemoteRenderer(worker) : createSliceRenderer({ read: createTileReader(createClient(access)) });
}

/** The worker once it can draw; null where it cannot. */
async function startWorker(access: EngineAccess): Promise<Worker | null> {
  if (!crossOriginIsolated || !('transferControlToOffscreen' in HTMLCanvasElement.prototype)) return null;
  const worker = new Worker(new URL('./worker/sliceWorker.ts', import.meta.url), { type: 'module' });
  const isReady = await new Promise<boolean>((resolve) => {
    worker.onmessage = ({ data }: MessageEvent<FromWorker>) => resolve(data.type === 'ready');
    worker.onerror = () => resolve(false);
    const start: ToWorker = { type: 'start', access };
    worker.postMessage(start);
  });
  if (isReady) return worker;
  worker.terminate();
  return null;
}
