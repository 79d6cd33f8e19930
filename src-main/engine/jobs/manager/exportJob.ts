import type { ExportReport, ExportRequest } from '#contract/routes/exports.ts';
import type { Job } from '#contract/routes/jobs.ts';
import { exportInChild } from '#engine/export/exportProcess.ts';
import { EXPORT_STAGES } from '#engine/export/exportProgress.ts';

import { EXPORT_TITLE } from './jobFacts.ts';
import type { JobLifeOptions, LiveJob } from './jobLife.ts';
import { createStagedJob } from './stagedJob.ts';

/**
 * A job that writes files of a project. It has no place to go on from: what was paused or cancelled begins anew, with the state that the
 * project has then.
 */
export function createExportJob(options: JobLifeOptions): LiveJob {
  const request = options.record.request as ExportRequest;
  const { directory } = options.open.project.paths;
  return createStagedJob<ExportReport>(options, {
    title: EXPORT_TITLE,
    detail: detailOf(request),
    stages: stagesOf(request),
    stopped: 'nothing was written',
    resume: 'it begins anew, with the segments as they are then',
    run: (running) => exportInChild(directory, request, running),
    report: (result) => ({ words: `${result.files} files`, facts: factsOfReport(result) }),
  });
}

/** The stages that a request needs. */
function stagesOf({ labels, meshes, tables }: ExportRequest): string[] {
  const isNeeded = {
    'Reading the project': true,
    Labels: labels !== null,
    Meshes: meshes !== null || labels?.withMeshes === true,
    Tables: tables !== null,
    Hashes: true,
  };
  return EXPORT_STAGES.filter((stage) => isNeeded[stage]);
}

/** 'Labels as HDF5, meshes, tables'. */
function detailOf({ labels, meshes, tables }: ExportRequest): string {
  const parts = [labels && `labels as ${labels.format}`, meshes && `meshes as ${meshes.format}`, tables && 'tables'];
  const text = parts.filter(Boolean).join(', ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function factsOfReport({ targets, revision, segments, manifestSha256 }: ExportReport): Job['facts'] {
  return [
    ...targets.map(({ what, path }) => ({ name: what.charAt(0).toUpperCase() + what.slice(1), value: path })),
    { name: 'Edits', value: `revision ${revision}` },
    { name: 'Segments', value: String(segments) },
    ...(manifestSha256 === null ? [] : [{ name: 'Manifest', value: `sha256 ${manifestSha256}` }]),
  ];
}
