import { existsSync } from 'node:fs';

import type { ExportEstimate, ExportRequest } from '#contract/routes/exports.ts';
import { isFascicleError } from '#domain/errors.ts';
import type { Project } from '#engine/project/project.ts';
import { freeDiskBytes } from '#engine/system/freeDisk.ts';

import { estimateBytes } from './estimateBytes.ts';
import { checkExport, targetsOf } from './exportProject.ts';
import { readExportState } from './exportState.ts';
import { isReviewed } from './labelIds.ts';

/**
 * What an export would write, and why it would be refused. Writes nothing.
 *
 * @throws FascicleError 'not-found' before there is a segmentation
 */
export async function estimateExport(project: Project, request: ExportRequest): Promise<ExportEstimate> {
  const state = await readExportState(project);
  const refusal = await checkExport(project, state, request).then(
    () => null,
    (error: unknown) => {
      if (isFascicleError(error)) return error.message;
      throw error;
    },
  );
  const bytes = regionIsFine(refusal, request) ? estimateBytes(state, request) : null;
  const targets = targetsOf(request).map(({ what, path }) => ({
    ...{ what, path, bytes: bytes?.[what] ?? 0, exists: existsSync(path) },
  }));
  const free = await Promise.all(targets.map(({ path }) => freeDiskBytes(path)));
  const known = free.filter((value) => value !== null);
  return {
    targets,
    bytes: targets.reduce((sum, target) => sum + target.bytes, 0),
    freeBytes: known.length === 0 ? null : Math.min(...known),
    segments: state.segments.length,
    reviewed: state.segments.filter((segment) => isReviewed(state, segment)).length,
    hasOriginalIds: state.supervoxels.originalIds !== null,
    refusal,
  };
}

/** Nothing is counted in a region that lies outside. */
function regionIsFine(refusal: string | null, { region }: ExportRequest): boolean {
  return region === null || refusal?.startsWith('The region') !== true;
}
