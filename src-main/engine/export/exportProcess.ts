import type { ExportReport, ExportRequest } from '#contract/routes/exports.ts';
import { runInChild } from '#engine/jobs/childJob.ts';

import { discardExport } from './exportProject.ts';
import type { ExportProgress, Running } from './exportProgress.ts';
import { newExportName, removeExportFolder } from './leftovers.ts';

/** What the export process is told. */
export interface ExportCall {
  readonly directory: string;
  readonly request: ExportRequest;
  readonly snapshot: string;
}

const ENTRY = new URL('../../compute/exporting.ts', import.meta.url);

/**
 * `exportProject` in a process of its own, which is killed to cancel it. What it leaves then is removed.
 *
 * @throws FascicleError what `exportProject` throws; 'cancelled'; 'storage' and 'internal' where the process died
 */
export async function exportInChild(
  directory: string,
  request: ExportRequest,
  { signal, onProgress }: Running = {},
): Promise<ExportReport> {
  const call: ExportCall = { directory, request, snapshot: newExportName() };
  try {
    return await runInChild<ExportCall, ExportProgress, ExportReport>(ENTRY, call, { signal, onProgress });
  } catch (error) {
    await discardExport(request);
    await removeExportFolder(directory, call.snapshot);
    throw error;
  }
}
