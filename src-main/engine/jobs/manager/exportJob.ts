import type { ExportReport, ExportRequest } from '#contract/routes/exports.ts';
import type { Job, JobStage, JobState } from '#contract/routes/jobs.ts';
import { exportInChild } from '#engine/export/exportProcess.ts';
import { EXPORT_STAGES } from '#engine/export/exportProgress.ts';
import type { ExportProgress } from '#engine/export/exportProgress.ts';
import { isStorageFailure } from '#engine/project/databaseErrors.ts';
import { endJob, writeJobProgress, writeJobState } from '#engine/project/jobs.ts';
import { describeFailure } from '#engine/segmentation/projectJob.ts';

import { EXPORT_TITLE } from './jobFacts.ts';
import type { JobProgress } from './jobProgress.ts';
import type { LiveJob, LiveJobOptions } from './liveJob.ts';

export type ExportJobOptions = Pick<LiveJobOptions, 'id' | 'open' | 'record' | 'log' | 'now' | 'onChange'>;

/**
 * A job that writes files of a project. It has no place to go on from: what was paused or cancelled begins anew, with the state that the
 * project has then.
 */
export function createExportJob({ id, open, record, log, now, onChange }: ExportJobOptions): LiveJob {
  const { database, paths } = open.project;
  const request = record.request as ExportRequest;
  const stages = plannedStages(request);
  const controller = new AbortController();
  let state: JobState = 'queued';
  let error: Job['error'] = null;
  let startedAt = record.startedAt;
  let endedAt: string | null = null;
  let facts: Job['facts'] = [];
  let stageBegan = 0;
  let stopAs: 'paused' | 'cancelled' | null = null;
  let ended: Promise<void> = Promise.resolve();

  const fraction = (): number =>
    stages.reduce((sum, stage) => sum + (stage.total > 0 ? Math.min(1, stage.done / stage.total) : 0), 0) /
    stages.length;
  const progress = (): JobProgress => ({
    ...{
      title: EXPORT_TITLE,
      detail: detailOf(request),
      voxels: 0,
      stages,
      fraction: state === 'done' ? 1 : fraction(),
    },
    ...{ blocks: [], throughput: [], provider: null, facts },
  });

  function report({ stage: title, done, total, unit }: ExportProgress): void {
    const at = stages.findIndex((stage) => stage.title === title);
    const stage = stages[at];
    if (stage === undefined) return;
    const isNew = stage.state !== 'running';
    if (isNew) {
      stageBegan = now();
      for (const before of stages.slice(0, at)) before.state = 'done';
      log.add('info', `${title} begins`);
    }
    Object.assign(stage, { state: 'running', done, total, unit, seconds: (now() - stageBegan) / 1000 });
    onChange(isNew);
  }

  function end(as: JobState, write: () => void): void {
    state = as;
    endedAt = as === 'paused' ? null : new Date(now()).toISOString();
    for (const stage of stages)
      if (as === 'done') Object.assign(stage, { state: 'done', done: stage.total });
      else if (stage.state === 'running') stage.state = as === 'failed' ? 'failed' : 'waiting';
    try {
      database.transaction(() => {
        writeJobProgress(database, record.id, progress());
        write();
      })();
    } catch (failure) {
      if (!isStorageFailure(failure)) throw failure;
      log.add('warn', `The end of this job could not be written down: ${(failure as Error).message}`);
    }
    onChange(true);
  }

  function stopped(as: 'paused' | 'cancelled'): void {
    log.add('info', `${as}; nothing was written`);
    end(as, () =>
      as === 'paused'
        ? writeJobState(database, record.id, 'paused')
        : endJob(database, record.id, 'cancelled', {
            kind: 'cancelled',
            message: 'It was cancelled; nothing was written.',
          }),
    );
  }

  async function runOnce(): Promise<void> {
    state = 'running';
    startedAt = new Date(now()).toISOString();
    try {
      writeJobState(database, record.id, 'running', new Date(now()));
      log.add('info', 'started');
      onChange(true);
      const result = await exportInChild(paths.directory, request, { signal: controller.signal, onProgress: report });
      facts = factsOfReport(result);
      log.add('info', `finished: ${result.files} files`);
      end('done', () => endJob(database, record.id, 'done', result));
    } catch (failure) {
      if (stopAs !== null) stopped(stopAs);
      else {
        error = describeFailure(failure);
        log.add('error', error!.message);
        end('failed', () => endJob(database, record.id, 'failed', error));
      }
    }
    await log.flush();
  }

  return {
    id,
    project: open.id,
    givesWay: false,
    get state() {
      return state;
    },
    present: () => ({
      ...{ id, project: open.id, kind: 'export' as const, title: EXPORT_TITLE, detail: detailOf(request), state },
      stages: stages.map((stage) => ({ ...stage })),
      fraction: state === 'done' ? 1 : fraction(),
      ...{ secondsLeft: null, voxelsPerSecond: null, provider: null, facts, error },
      resume: state === 'done' ? null : 'it begins anew, with the segments as they are then',
      ...{ queuedAt: record.queuedAt, startedAt, endedAt },
    }),
    course: async () => ({
      ...{ throughput: [], throughputUnit: 'blocks/s', blocks: [], blockSeconds: [] },
      log: await log.lines(),
    }),
    run: () => (ended = runOnce()),
    async stop(as) {
      if (state === 'queued') return stopped(as);
      if (state !== 'running') return;
      stopAs = as;
      controller.abort();
      await ended;
    },
  };
}

/** The stages that a request needs, all waiting. */
function plannedStages({ labels, meshes, tables }: ExportRequest): JobStage[] {
  const isNeeded = {
    'Reading the project': true,
    Labels: labels !== null,
    Meshes: meshes !== null || labels?.withMeshes === true,
    Tables: tables !== null,
    Hashes: true,
  };
  return EXPORT_STAGES.filter((stage) => isNeeded[stage]).map((title): JobStage => ({
    ...{ title, state: 'waiting', done: 0, total: 0, unit: 'blocks', seconds: 0 },
  }));
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
