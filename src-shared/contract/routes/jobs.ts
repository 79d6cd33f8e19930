import { z } from 'zod';

import { defineRoute } from '../defineRoute.ts';
import { errorSchema, jobIdSchema, projectIdSchema, timestampSchema } from '../values.ts';

export const JOB_STATES = ['queued', 'running', 'paused', 'interrupted', 'done', 'failed', 'cancelled'] as const;
export const jobStateSchema = z.enum(JOB_STATES);
export type JobState = z.infer<typeof jobStateSchema>;

export const jobStageSchema = z.object({
  title: z.string(),
  state: z.enum(['waiting', 'running', 'done', 'failed']),
  done: z.number(),
  total: z.number(),
  /** What is counted: 'blocks', 'tiles', 'edges'. */
  unit: z.string(),
  seconds: z.number(),
});
export type JobStage = z.infer<typeof jobStageSchema>;

export const jobSchema = z.object({
  id: jobIdSchema,
  project: projectIdSchema,
  kind: z.enum(['segment', 'graph', 'pyramid', 'meshes', 'export', 'truth', 'simulate']),
  title: z.string(),
  /** One line: network, shape, voxel size. */
  detail: z.string(),
  state: jobStateSchema,
  stages: z.array(jobStageSchema),
  /** Of the whole job, 0..1. */
  fraction: z.number(),
  secondsLeft: z.number().nullable(),
  voxelsPerSecond: z.number().nullable(),
  /** What really runs the network; null until it is known or without one. */
  provider: z
    .object({
      requested: z.string(),
      obtained: z.string(),
      /** Nodes of the graph by provider. */
      nodes: z.record(z.string(), z.number()),
      refused: z.array(z.object({ provider: z.string(), reason: z.string() })),
    })
    .nullable(),
  /** What makes the run repeatable, in the order of display. */
  facts: z.array(z.object({ name: z.string(), value: z.string() })),
  error: errorSchema.nullable(),
  /** What is true if it stops now: from where it goes on. */
  resume: z.string().nullable(),
  queuedAt: timestampSchema,
  startedAt: timestampSchema.nullable(),
  endedAt: timestampSchema.nullable(),
});
export type Job = z.infer<typeof jobSchema>;

/** The course of a job, for its plot, block map and log. */
export const jobCourseSchema = z.object({
  /** Work done per second of the running stage over time; a gap (null) is a pause. */
  throughput: z.array(z.object({ at: timestampSchema, perSecond: z.number().nullable() })),
  throughputUnit: z.string(),
  /** State of each block of the running stage: 0 to do, 1 running, 2 done, 3 retried. */
  blocks: z.array(z.int()),
  /** How long each of them has run, or ran; null where that is not known: it waits, or an earlier run did it. */
  blockSeconds: z.array(z.number().nullable()),
  log: z.array(z.object({ at: timestampSchema, level: z.enum(['info', 'warn', 'error']), text: z.string() })),
});
export type JobCourse = z.infer<typeof jobCourseSchema>;

const job = z.strictObject({ job: jobIdSchema });

export const jobRoutes = {
  list: defineRoute('GET /api/jobs', {
    summary: 'Jobs of this engine and unfinished or finished ones of open projects, newest first.',
    response: z.array(jobSchema),
  }),
  get: defineRoute('GET /api/jobs/:job', { summary: 'One job.', params: job, response: jobSchema }),
  course: defineRoute('GET /api/jobs/:job/course', {
    summary: 'Throughput, blocks and log of a job.',
    params: job,
    response: jobCourseSchema,
  }),
  cancel: defineRoute('POST /api/jobs/:job/cancel', {
    summary: 'Ends a job; finished blocks are kept.',
    params: job,
    response: jobSchema,
  }),
  pause: defineRoute('POST /api/jobs/:job/pause', {
    summary: 'Ends the compute process of a job and keeps its place.',
    params: job,
    response: jobSchema,
  }),
  resume: defineRoute('POST /api/jobs/:job/resume', {
    summary: 'Goes on with a paused, interrupted, failed or cancelled job.',
    params: job,
    response: jobSchema,
  }),
} as const;
