import type { Job, JobCourse, JobState } from '#contract/routes/jobs.ts';
import { ERROR_KINDS } from '#domain/errors.ts';
import type { ErrorKind } from '#domain/errors.ts';
import type { JobRecord } from '#engine/project/jobs.ts';
import type { SegmentationRequest } from '#engine/segmentation/request.ts';

import { EXPORT_TITLE, TRUTH_TITLE, VIEW_DATA_TITLE, titleOf } from './jobFacts.ts';
import { jobIdOf } from './jobId.ts';
import { openJobLog } from './jobLog.ts';
import { presentThroughput, resumeLine } from './jobProgress.ts';
import type { JobProgress } from './jobProgress.ts';
import { VIEW_DATA_JOB } from './viewData.ts';

/** A job as its project remembers it, of which this engine has nothing under way: one left 'running' was interrupted. */
export function presentStored(project: string, record: JobRecord): Job {
  const progress = record.progress as JobProgress | null;
  const state = storedState(record);
  const isDone = state === 'done';
  return {
    id: jobIdOf(project, record),
    project,
    kind: record.kind as Job['kind'],
    title: progress?.title ?? titleOfRecord(record),
    detail: progress?.detail ?? '',
    state,
    // What ran when its process died runs no more.
    stages: (progress?.stages ?? []).map((stage) =>
      stage.state === 'running' ? { ...stage, state: 'waiting' } : stage,
    ),
    fraction: isDone ? 1 : (progress?.fraction ?? 0),
    secondsLeft: null,
    voxelsPerSecond: null,
    provider: progress?.provider ?? null,
    facts: progress?.facts.slice() ?? [],
    error: state === 'failed' ? storedError(record.report) : null,
    resume: isDone || record.request === null ? null : resumeLine(progress),
    queuedAt: record.queuedAt,
    startedAt: record.startedAt,
    endedAt: record.endedAt,
  };
}

/** The course of such a job. @param logPath of its log */
export async function storedCourse({ progress }: JobRecord, logPath: string): Promise<JobCourse> {
  const { throughput = [], blocks = [] } = (progress as JobProgress | null) ?? {};
  const log = await openJobLog(logPath).lines();
  return {
    ...presentThroughput(throughput.slice()),
    blocks: blocks.slice(),
    blockSeconds: blocks.map(() => null),
    log,
  };
}

export function storedState({ state }: Pick<JobRecord, 'state'>): JobState {
  return state === 'running' || state === 'queued' ? 'interrupted' : state;
}

function storedError(report: unknown): Job['error'] {
  const { kind, message } = (report ?? {}) as { kind?: string; message?: string };
  return {
    kind: ERROR_KINDS.includes(kind as ErrorKind) ? (kind as ErrorKind) : 'internal',
    message: message ?? 'It failed, and the reason was not written down.',
  };
}

function titleOfRecord({ request, kind }: JobRecord): string {
  if (kind === 'export') return EXPORT_TITLE;
  if (kind === 'truth') return TRUTH_TITLE;
  if (kind === VIEW_DATA_JOB) return VIEW_DATA_TITLE;
  if (request !== null) return titleOf(request as SegmentationRequest);
  return kind === 'graph' ? 'Read the labels' : 'Segment the volume';
}
