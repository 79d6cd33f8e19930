import { FascicleError } from '#domain/errors.ts';
import type { Project } from '#engine/project/project.ts';

import { projectFromLabels, segmentFromAffinities } from './projectFromVolumes.ts';
import type { ProjectReport } from './projectJob.ts';
import type { RunOptions, SegmentationRequest } from './request.ts';
import { segmentVolume } from './segmentVolume.ts';
import { settingsWithoutNetwork } from './settings.ts';

/**
 * Fills a project as a request says. The same request goes on where an earlier run stopped.
 *
 * @throws as `segmentVolume`, `segmentFromAffinities` and `projectFromLabels`
 */
export function runSegmentation(
  project: Project,
  request: SegmentationRequest,
  options: RunOptions,
): Promise<ProjectReport> {
  const { raw, axes, voxelSizeNm, region, method } = request;
  const running = { ...options, axes, voxelSizeNm };
  switch (method.kind) {
    case 'network':
      if (raw === null)
        throw new FascicleError('bad-request', 'A network needs a raw volume. Name one, or start from affinities.');
      return segmentVolume(project, { ...running, ...method, raw, roi: region });
    case 'affinities': {
      const { affinities, foreground } = method;
      const settings = settingsWithoutNetwork(method);
      return segmentFromAffinities(project, { affinities, foreground, raw, region }, settings, running);
    }
    case 'labels':
      return projectFromLabels(project, { ...method, raw, region }, method.threshold, running);
  }
}
