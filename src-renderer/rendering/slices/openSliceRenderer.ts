import { createClient } from '#contract/client.ts';
import type { EngineAccess } from '#renderer/engine/useEngine.ts';

import type { Drawing } from './gpu/openGraphics.ts';
import { createSliceRenderer } from './sliceRenderer.ts';
import type { SliceRenderer } from './sliceRenderer.ts';
import { createTileReader } from './tiles/readTile.ts';
import type { FromWorker, ToWorker } from './worker/protocol.ts';
import { createRemoteRenderer } from './worker/remoteRenderer.ts';

/**
 * A renderer of slices in a thread of its own; in the window's where the browser cannot draw in workers, or gives the page no shared
 * memory because it came from another machine without encryption.
 *
 * @param drawing what makes the pictures
 */
export async function openSliceRenderer(access: EngineAccess, drawing: Drawing): Promise<SliceRenderer> {
  const worker = await startWorker(access, drawing);
  if (worker !== null) return createRemoteRenderer(worker);
  return createSliceRenderer({ read: createTileReader(createClient(access)), drawing });
}

/** The worker once it can draw; null where it cannot. */
async function startWorker(access: EngineAccess, drawing: Drawing): Promise<Worker | null> {
  if (!crossOriginIsolated || !('transferControlToOffscreen' in HTMLCanvasElement.prototype)) return null;
  const worker = new Worker(new URL('./worker/sliceWorker.ts', import.meta.url), { type: 'module' });
  const isReady = await new Promise<boolean>((resolve) => {
    worker.onmessage = ({ data }: MessageEvent<FromWorker>) => resolve(data.type === 'ready');
    worker.onerror = () => resolve(false);
    const start: ToWorker = { type: 'start', access, drawing };
    worker.postMessage(start);
  });
  if (isReady) return worker;
  worker.terminate();
  return null;
}
