import { isFascicleError } from '#domain/errors.ts';
import { loadModel } from '#engine/inference/packages/loadModel.ts';
import { openVolume } from '#volumes/openVolume.ts';
import { openOmeZarr } from '#volumes/zarr/index.ts';

import { benchInference } from './benchJob.ts';
import { checkModelOn } from './checkJob.ts';
import { runInference } from './inferJob.ts';
import { requestSchema } from './messages.ts';
import type { ComputeEvent, ComputeRequest, InferRequest } from './messages.ts';

/**
 * The compute process: serves one request of its parent and ends. It may be killed at any time; it holds nothing that
 * is not on disk or cannot be computed again. It ends when its parent does.
 */

async function serve(request: ComputeRequest): Promise<unknown> {
  const model = await loadModel(request.modelDirectory);
  switch (request.type) {
    case 'infer':
      return infer(request, model);
    case 'check':
      return checkModelOn(model, request.provider, request.threads);
    case 'bench':
      return benchInference(model, request);
  }
}

async function infer(request: InferRequest, model: Awaited<ReturnType<typeof loadModel>>): Promise<unknown> {
  const reader = await openVolume(request.source);
  const affinities = await openOmeZarr(request.affinitiesPath);
  const foreground = request.foregroundPath === null ? null : await openOmeZarr(request.foregroundPath);
  try {
    const chunk = affinities.info.chunkShape;
    return await runInference({ reader, affinities, foreground, chunk }, model, request, (progress) =>
      send({ type: 'progress', progress }),
    );
  } finally {
    await Promise.all([reader.close(), affinities.close(), foreground?.close()]);
  }
}

function send(event: ComputeEvent): void {
  process.send?.(event);
}

function failure(error: unknown): ComputeEvent {
  if (isFascicleError(error)) return { type: 'failed', kind: error.kind, message: error.message };
  const message = error instanceof Error ? error.message : String(error);
  return { type: 'failed', kind: 'internal', message, stack: error instanceof Error ? error.stack : undefined };
}

process.once('message', (message) => {
  serve(requestSchema.parse(message)).then(
    (result) => process.send?.({ type: 'done', result } satisfies ComputeEvent, () => process.disconnect()),
    (error: unknown) => process.send?.(failure(error), () => process.disconnect()),
  );
});
process.once('disconnect', () => process.exit());
