import { loadModel } from '#engine/inference/packages/loadModel.ts';
import type { ModelPackage } from '#engine/inference/packages/modelPackage.ts';
import { openVolume } from '#volumes/openVolume.ts';
import { openOmeZarr } from '#volumes/zarr/index.ts';

import { benchInference } from './benchJob.ts';
import { checkModelOn } from './checkJob.ts';
import { runInference } from './inferJob.ts';
import { requestSchema } from './messages.ts';
import type { ComputeRequest, InferProgress, InferRequest } from './messages.ts';
import { serveJob } from './serveJob.ts';

/**
 * Entry of the compute process that runs networks. It holds nothing that is not on disk or cannot be computed again.
 */

async function serve(request: ComputeRequest, onProgress: (progress: InferProgress) => void): Promise<unknown> {
  const model = await loadModel(request.modelDirectory);
  switch (request.type) {
    case 'infer':
      return infer(request, model, onProgress);
    case 'check':
      return checkModelOn(model, request.provider, request.threads);
    case 'bench':
      return benchInference(model, request);
  }
}

async function infer(
  request: InferRequest,
  model: ModelPackage,
  onProgress: (progress: InferProgress) => void,
): Promise<unknown> {
  const reader = await openVolume(request.source, { axes: request.axes });
  const affinities = await openOmeZarr(request.affinitiesPath);
  const foreground = request.foregroundPath === null ? null : await openOmeZarr(request.foregroundPath);
  try {
    const chunk = affinities.info.chunkShape;
    return await runInference({ reader, affinities, foreground, chunk }, model, request, onProgress);
  } finally {
    await Promise.all([reader.close(), affinities.close(), foreground?.close()]);
  }
}

serveJob<unknown, InferProgress, unknown>((message, onProgress) => serve(requestSchema.parse(message), onProgress));
