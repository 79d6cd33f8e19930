import { z } from 'zod';

import { REVIEW_ANSWERS, REVIEW_KINDS } from '#domain/review.ts';

import { defineRoute } from '../defineRoute.ts';
import { boxSchema, projectIdSchema, zyxSchema } from '../values.ts';

import { editRequestSchema } from './edits.ts';
import { jobSchema } from './jobs.ts';

const project = z.strictObject({ project: projectIdSchema });

/** A question: may these two segments be one, or this segment two? */
export const reviewItemSchema = z.object({
  /** Names the question as long as it is the same one. */
  key: z.string(),
  kind: z.enum(REVIEW_KINDS),
  /** The same one twice where it may be two objects. */
  segments: z.tuple([z.int(), z.int()]),
  /** On the two sides of the contact. */
  supervoxels: z.tuple([z.int(), z.int()]),
  /** Where to look, z, y, x. */
  place: zyxSchema,
  /** Around the smaller segment. */
  box: boxSchema.nullable(),
  /** Of the smaller side. */
  voxels: z.number(),
  /** Mean affinity of the contact, 0..1. */
  score: z.number(),
  /** That the answer is yes, 0..1. */
  chance: z.number(),
  /** Bits of variation of information that asking is expected to change; below 0. */
  expectedVi: z.number(),
});
export type ReviewItem = z.infer<typeof reviewItemSchema>;

export const reviewSchema = z.object({
  revision: z.int(),
  /** Questions worth asking now, and what they are expected to change together. */
  open: z.int(),
  expectedVi: z.number(),
  /** Answers in force. */
  answered: z.object({ yes: z.int(), no: z.int(), skip: z.int(), flag: z.int() }),
  /** What these were expected to change when they were given. */
  answeredVi: z.number(),
  /** Best first. */
  items: z.array(reviewItemSchema),
});
export type Review = z.infer<typeof reviewSchema>;

/** Bits, bits, and 0..1; lower is better. Of a difference: below 0 is better. */
export const agreementScoresSchema = z.object({
  viSplit: z.number(),
  viMerge: z.number(),
  adaptedRandError: z.number(),
});
export type AgreementValues = z.infer<typeof agreementScoresSchema>;

export const groundTruthSchema = z.strictObject({
  /** A path as every volume is named: file.h5:/dataset. */
  source: z.string().min(1),
  /** Every connected part of an id is an object of its own, as on a crop. */
  components: z.boolean().default(false),
  /** Objects of fewer voxels are ignored like 0. */
  minSize: z.int().min(0).default(0),
  /** Where its first voxel lies in the project, z, y, x; null where it has the shape of the project or of the volume it was made from. */
  offset: z.tuple([z.int(), z.int(), z.int()]).nullable().default(null),
});

export const agreementSchema = z.object({
  revision: z.int(),
  truth: groundTruthSchema,
  scores: agreementScoresSchema,
  /** Segments that disagree most, and what each adds to the scores. */
  worst: z.array(z.object({ segment: z.int(), viSplit: z.number(), viMerge: z.number(), place: zyxSchema })),
});
export type Agreement = z.infer<typeof agreementSchema>;

export const reviewRoutes = {
  queue: defineRoute('GET /api/projects/:project/review', {
    summary: 'The questions that a review asks now, best first, and how far it is.',
    params: project,
    query: z.strictObject({ limit: z.coerce.number().int().min(1).max(1000).default(64) }),
    response: reviewSchema,
  }),
  answer: defineRoute('POST /api/projects/:project/review/answers', {
    summary: 'Answers a question: yes and no are edits, skip and flag are remembered.',
    params: project,
    body: z.strictObject({
      key: z.string().max(100),
      answer: z.enum(REVIEW_ANSWERS),
      /** How long it took. */
      milliseconds: z.int().min(0),
      /** The revision that the question was read at. */
      expected: z.int().min(0),
    }),
    response: z.object({ revision: z.int(), summary: z.string().nullable() }),
  }),
  agreement: defineRoute('GET /api/projects/:project/truth', {
    summary: 'Agreement with the attached ground truth, as it is now; null without any.',
    params: project,
    response: agreementSchema.nullable(),
  }),
  attach: defineRoute('POST /api/projects/:project/truth', {
    summary:
      'Starts the job that compares the project with ground truth and keeps the counts: the agreement follows every edit then.',
    params: project,
    body: groundTruthSchema,
    response: jobSchema,
  }),
  detach: defineRoute('DELETE /api/projects/:project/truth', {
    summary: 'Forgets the ground truth.',
    params: project,
    response: 'nothing',
  }),
  agreementAfter: defineRoute('POST /api/projects/:project/truth/preview', {
    summary: 'How an edit would change the agreement. Nothing changes; null without ground truth.',
    params: project,
    body: editRequestSchema,
    response: z.object({ revision: z.int(), change: agreementScoresSchema }).nullable(),
  }),
} as const;
