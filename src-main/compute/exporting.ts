import type { ExportCall } from '#engine/export/exportProcess.ts';
import type { ExportProgress } from '#engine/export/exportProgress.ts';
import { exportProject } from '#engine/export/exportProject.ts';

import { serveJob } from './serveJob.ts';

/** Entry of the process that writes labels, meshes and tables. */
serveJob<ExportCall, ExportProgress, Awaited<ReturnType<typeof exportProject>>>(
  ({ directory, request, snapshot }, onProgress) => exportProject(directory, request, { snapshot, onProgress }),
);
