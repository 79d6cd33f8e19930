import { z } from 'zod';

import { cutsSchema, historyEntrySchema } from './routes/edits.ts';
import { jobSchema } from './routes/jobs.ts';
import { projectSchema } from './routes/projects.ts';
import { segmentTraitSchema } from './routes/segments.ts';
import { preferencesSchema } from './routes/system.ts';
import { boxSchema, projectIdSchema } from './values.ts';

/**
 * What the engine tells every window, as server-sent events at GET /api/events. `revision` rises by one with each event of an
 * engine's life; a window that reconnects names the last one it saw (`?since=`). The engine then repeats what it still has, or
 * sends 'reset': the window reads everything again. `engine` differs after a restart.
 */
export const eventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('reset'), revision: z.int(), engine: z.string() }),
  z.object({ type: z.literal('job'), revision: z.int(), job: jobSchema }),
  z.object({ type: z.literal('project'), revision: z.int(), project: projectSchema }),
  z.object({ type: z.literal('project-closed'), revision: z.int(), project: projectIdSchema }),
  z.object({ type: z.literal('projects'), revision: z.int() }),
  z.object({ type: z.literal('preferences'), revision: z.int(), preferences: preferencesSchema }),
  /** The queue of a review or the ground truth changed other than by an edit: read them again. */
  z.object({ type: z.literal('review'), revision: z.int(), project: projectIdSchema }),
  /** The questions of a review are being ranked anew: 0..1. */
  z.object({ type: z.literal('ranking'), revision: z.int(), project: projectIdSchema, fraction: z.number() }),
  /** Segments changed: supervoxels and their new segments, pairwise; null for so many that the whole is to be read again. */
  z.object({
    type: z.literal('assignment'),
    revision: z.int(),
    project: projectIdSchema,
    projectRevision: z.int(),
    changed: z.object({ supervoxels: z.array(z.int()), segments: z.array(z.int()) }).nullable(),
    segments: z.int(),
    /** Segments whose colour or lead is another now, as they are now. */
    traits: z.array(segmentTraitSchema),
    /** Supervoxels came, went or have other boxes: the table of supervoxels and the segments are to be read again. */
    tables: z.boolean(),
    /** The voxels whose supervoxel changed lie in this box; null where none did. What is shown there is to be read again. */
    voxels: boxSchema.nullable(),
    /** The entry of the log that did it, and the place in the tree after it. */
    entry: historyEntrySchema,
    head: z.int(),
    undoTarget: z.int().nullable(),
    redoTarget: z.int().nullable(),
    cuts: cutsSchema,
  }),
]);
export type EngineEvent = z.infer<typeof eventSchema>;
export type EngineEventOf<Type extends EngineEvent['type']> = Extract<EngineEvent, { type: Type }>;

export const EVENTS_PATH = '/api/events';
