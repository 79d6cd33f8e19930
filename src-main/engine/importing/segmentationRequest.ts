import { REQUESTED_PROVIDERS } from '#compute/providers.ts';
import type { RequestedProvider } from '#compute/providers.ts';
import type { NewProject } from '#contract/routes/projects.ts';
import { FascicleError } from '#domain/errors.ts';
import type { SegmentationRequest } from '#engine/segmentation/request.ts';

/** What the import wizard decided, as the engine runs it and as the project keeps it. @throws FascicleError 'bad-request' */
export function segmentationRequest({ raw, axes, voxelSizeNm, region, method }: NewProject): SegmentationRequest {
  const sources = { raw, axes, voxelSizeNm, region };
  switch (method.kind) {
    case 'network':
      if (raw === null) throw new FascicleError('bad-request', 'A network needs a raw volume. Name one.');
      return { ...sources, method: { ...method, provider: requireProvider(method.provider) } };
    case 'affinities':
      return { ...sources, method };
    case 'labels':
      return { ...sources, method: { ...method, threshold: null } };
  }
}

function requireProvider(name: string): RequestedProvider {
  const found = REQUESTED_PROVIDERS.find((provider) => provider === name);
  if (found === undefined)
    throw new FascicleError(
      'bad-request',
      `There is no execution provider '${name}'; accepted: ${REQUESTED_PROVIDERS.join(', ')}.`,
    );
  return found;
}
