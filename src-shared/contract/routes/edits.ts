import { z } from 'zod';

import { EDIT_KINDS, FACT_KEYS } from '#domain/editChange.ts';

import { defineRoute } from '../defineRoute.ts';
import { boxSchema, planeSchema, projectIdSchema, timestampSchema, zyxSchema } from '../values.ts';

const supervoxelSchema = z.int().min(1).max(0xffffffff);
const placeSchema = zyxSchema.nullable().default(null);

export const cutSchema = z.strictObject({
  /** 0..1; null merges nothing. */
  threshold: z.number().min(0).max(1).nullable(),
  minSize: z.int().min(0),
});

/** A seed: a voxel that a person put on a side. */
export const seedSchema = z.strictObject({
  /** 0 to 8. */
  side: z.int().min(0).max(8),
  supervoxel: supervoxelSchema,
  /** z, y, x; decides where two sides share a supervoxel. */
  voxel: zyxSchema,
});
export type Seed = z.infer<typeof seedSchema>;

/**
 * Which voxels a tool takes; what becomes of them is said beside it. Points are in voxels, z, y, x, with fractions: voxel i covers i to
 * i + 1.
 */
export const paintToolSchema = z.discriminatedUnion('tool', [
  /** All voxels within a radius of a line of points: in one slice of the plane, or in space. */
  z.strictObject({
    tool: z.literal('brush'),
    /** The plane of the disc; null paints with a ball. The slice is that of the first point. */
    plane: planeSchema.nullable(),
    points: z.array(zyxSchema).min(1).max(4096).readonly(),
    radiusNm: z.number().positive().max(1_000_000),
  }),
  /** The voxels of a polygon in a slice, by the even-odd rule. */
  z.strictObject({
    tool: z.literal('lasso'),
    plane: planeSchema,
    /** Closed by itself; the slice is that of the first point. */
    points: z.array(zyxSchema).min(3).max(4096).readonly(),
  }),
  /** The voxels with the same supervoxel, or with none, that hang together with one, by faces, within a box. */
  z.strictObject({
    tool: z.literal('fill'),
    voxel: zyxSchema,
    /** The plane in which it is filled; null fills in space. */
    plane: planeSchema.nullable(),
    /** Null takes 256 voxels about the one in each direction. */
    box: boxSchema.nullable().default(null),
  }),
  /** The slices between two that hold some of the target: its outlines go over from one into the other. */
  z.strictObject({
    tool: z.literal('interpolate'),
    plane: planeSchema,
    slices: z.tuple([z.int().min(0), z.int().min(0)]),
  }),
]);
export type PaintTool = z.infer<typeof paintToolSchema>;

/**
 * What a person asks for. It is stated in supervoxels, and means the same at the same revision: proposing it and committing it give the
 * same change.
 */
export const editRequestSchema = z.discriminatedUnion('kind', [
  /** Joins the objects that hold these supervoxels; where two, the contact between them is used. */
  z.strictObject({
    kind: z.literal('merge'),
    supervoxels: z.array(supervoxelSchema).min(2).max(10_000),
    place: placeSchema,
  }),
  z.strictObject({
    kind: z.literal('split'),
    seeds: z.array(seedSchema).min(2).max(1000),
    /** Which of the ranked ways, from 0. */
    alternative: z.int().min(0).default(0),
    place: placeSchema,
  }),
  /** Makes an object of its own of supervoxels of one object. */
  z.strictObject({
    kind: z.literal('isolate'),
    supervoxels: z.array(supervoxelSchema).min(1).max(10_000),
    place: placeSchema,
  }),
  /** Writes down that two supervoxels are, or are not, of one object, as they are now: no threshold changes it any more. */
  z.strictObject({
    kind: z.literal('keep'),
    supervoxels: z.tuple([supervoxelSchema, supervoxelSchema]),
    as: z.enum(['one', 'two']),
    place: placeSchema,
  }),
  z.strictObject({ kind: z.literal('threshold'), cut: cutSchema }),
  z.strictObject({
    kind: z.literal('object-threshold'),
    anchor: supervoxelSchema,
    /** Null goes back to the global one. */
    threshold: z.number().min(0).max(1).nullable(),
    place: placeSchema,
  }),
  /** Gives voxels to a supervoxel, to a new one, or to none. */
  z.strictObject({
    kind: z.literal('paint'),
    stroke: paintToolSchema,
    target: z.union([supervoxelSchema, z.literal('new'), z.literal('none')]),
    /** Which voxels may change: those without a supervoxel, those of the object of a supervoxel, or all. */
    over: z.union([z.literal('background'), z.literal('all'), z.strictObject({ object: supervoxelSchema })]),
    place: placeSchema,
  }),
  z.strictObject({
    kind: z.literal('fact'),
    supervoxel: supervoxelSchema,
    key: z.enum(FACT_KEYS),
    /** Null takes it away. */
    value: z.string().max(10_000).nullable(),
    place: placeSchema,
  }),
]);
export type EditRequest = z.infer<typeof editRequestSchema>;
export type EditRequestInput = z.input<typeof editRequestSchema>;

/** Supervoxels that would go, or went, to another segment, pairwise; null for so many that the whole is to be read again. */
export const assignmentDeltaSchema = z.object({ supervoxels: z.array(z.int()), segments: z.array(z.int()) }).nullable();

/** One way to part an object. */
export const cutAlternativeSchema = z.object({
  /** Sum of what is cut; alternatives come cheapest first. */
  cost: z.number(),
  /** Voxels of each side. */
  voxels: z.array(z.number()),
  /** Supervoxels of each side. */
  sides: z.array(z.array(z.int())),
  /** Voxels of the contacts that are cut, z, y, x, strongest first, at most 500. */
  contacts: z.array(zyxSchema),
});

/** What an edit would do. Nothing has changed. */
export const proposalSchema = z.object({
  revision: z.int(),
  /** In words: 'Merge 1 227 + 26 196'. */
  summary: z.string(),
  delta: assignmentDeltaSchema,
  /** Segments that come out, largest first, at most 100. */
  results: z.array(z.object({ segment: z.int(), voxels: z.number(), supervoxels: z.int() })),
  gained: z.object({ supervoxels: z.int(), voxels: z.number() }),
  lost: z.object({ supervoxels: z.int(), voxels: z.number() }),
  /** Other objects that would be taken in. */
  absorbed: z.int(),
  /** For a merge: the contact that is used, z, y, x of its two ends, and how far apart they are; gap 0 where they touch. */
  link: z
    .object({ from: zyxSchema, to: zyxSchema, gapNm: z.number(), contacts: z.int(), score: z.number().nullable() })
    .nullable(),
  /** For a split. */
  alternatives: z.array(cutAlternativeSchema),
  /** Supervoxels that would be divided because seeds of two sides lie in them. */
  divides: z.array(z.int()),
  /** Decisions of the user that hold whatever the threshold. */
  decisionsKept: z.int(),
});
export type Proposal = z.infer<typeof proposalSchema>;

export const historyEntrySchema = z.object({
  revision: z.int(),
  step: z.union([
    z.object({ type: z.literal('edit'), kind: z.enum(EDIT_KINDS), parent: z.int() }),
    z.object({ type: z.literal('move'), to: z.int() }),
  ]),
  summary: z.string(),
  author: z.string(),
  createdAt: timestampSchema,
  place: zyxSchema.nullable(),
});
export type HistoryEntry = z.infer<typeof historyEntrySchema>;

/** What decides where the merge tree is cut, in the state that the project is in. */
export const cutsSchema = z.object({
  cut: z.object({ threshold: z.number().nullable(), minSize: z.number() }),
  /** Thresholds of single objects, by a supervoxel of each. */
  objects: z.array(z.object({ anchor: z.int(), threshold: z.number() })),
});
export type Cuts = z.infer<typeof cutsSchema>;

export const historySchema = z.object({
  revision: z.int(),
  /** The edit whose state the project is in; 0 before the first. */
  head: z.int(),
  undoTarget: z.int().nullable(),
  redoTarget: z.int().nullable(),
  cuts: cutsSchema,
  entries: z.array(historyEntrySchema),
  checkpoints: z.array(z.object({ name: z.string(), revision: z.int(), createdAt: timestampSchema })),
});
export type History = z.infer<typeof historySchema>;

export const committedSchema = z.object({
  revision: z.int(),
  head: z.int(),
  summary: z.string(),
  delta: assignmentDeltaSchema,
  segments: z.int(),
});
export type Committed = z.infer<typeof committedSchema>;

/** What the project, or the supervoxels that one object has now, would be at a threshold. */
export const curvePointSchema = z.object({
  threshold: z.number(),
  segments: z.int(),
  /** Voxels of the largest. */
  largestVoxels: z.number(),
  /** Variation of information of the whole volume, bits; null without ground truth. */
  vi: z.object({ split: z.number(), merge: z.number() }).nullable(),
});
export type CurvePoint = z.infer<typeof curvePointSchema>;

const project = z.strictObject({ project: projectIdSchema });
/** The revision that the window shows; another one in the project is a conflict. */
const expected = { expected: z.int().min(0) };

export const editRoutes = {
  history: defineRoute('GET /api/projects/:project/edits', {
    summary: 'The log of edits and the place in it.',
    params: project,
    response: historySchema,
  }),
  propose: defineRoute('POST /api/projects/:project/edits/proposals', {
    summary: 'What an edit would do, with its numbers. Nothing changes.',
    params: project,
    body: editRequestSchema,
    response: proposalSchema,
  }),
  proposeVoxels: defineRoute('POST /api/projects/:project/edits/proposals/voxels', {
    summary: 'The voxels that an edit would give to other supervoxels; layout in voxelPatches.ts. Nothing changes.',
    params: project,
    body: editRequestSchema,
    response: 'bytes',
  }),
  commit: defineRoute('POST /api/projects/:project/edits', {
    summary: 'Makes an edit, durably, at a known revision.',
    params: project,
    body: z.strictObject({ ...expected, edit: editRequestSchema }),
    response: committedSchema,
  }),
  undo: defineRoute('POST /api/projects/:project/edits/undo', {
    summary: 'Takes the last edit back.',
    params: project,
    body: z.strictObject(expected),
    response: committedSchema,
  }),
  redo: defineRoute('POST /api/projects/:project/edits/redo', {
    summary: 'Makes the edit again that was taken back last.',
    params: project,
    body: z.strictObject(expected),
    response: committedSchema,
  }),
  goTo: defineRoute('POST /api/projects/:project/edits/place', {
    summary: 'Goes to the state of an edit; 0 is the state before the first.',
    params: project,
    body: z.strictObject({ ...expected, to: z.int().min(0) }),
    response: committedSchema,
  }),
  revert: defineRoute('POST /api/projects/:project/edits/revert', {
    summary: 'Takes an older edit back where nothing depends on it.',
    params: project,
    body: z.strictObject({ ...expected, edit: z.int().min(1) }),
    response: committedSchema,
  }),
  assignmentAt: defineRoute('GET /api/projects/:project/edits/:edit/assignment', {
    summary: 'The segments in the state of an edit, to look at; layout in assignmentTable.ts.',
    params: z.strictObject({ project: projectIdSchema, edit: z.coerce.number().int().min(0) }),
    response: 'bytes',
  }),
  assignmentAtCut: defineRoute('GET /api/projects/:project/assignment/preview', {
    summary: 'The segments at another threshold under the same decisions; layout in assignmentTable.ts.',
    params: project,
    query: z.strictObject({
      /** Absent: no merges. */
      threshold: z.coerce.number().min(0).max(1).optional(),
      minSize: z.coerce.number().int().min(0).default(0),
      /** A supervoxel whose object alone gets this threshold. */
      anchor: z.coerce.number().int().min(1).optional(),
    }),
    response: 'bytes',
  }),
  curve: defineRoute('GET /api/projects/:project/assignment/curve', {
    summary:
      'Number of segments, largest segment and agreement against the threshold, for one object or the whole volume.',
    params: project,
    query: z.strictObject({ anchor: z.coerce.number().int().min(1).optional() }),
    response: z.object({ points: z.array(curvePointSchema) }),
  }),
  checkpoint: defineRoute('POST /api/projects/:project/checkpoints', {
    summary: 'Gives the present state a name; a name that exists moves here.',
    params: project,
    body: z.strictObject({ name: z.string().min(1).max(100) }),
    response: historySchema,
  }),
  facts: defineRoute('GET /api/projects/:project/facts', {
    summary: 'Names, states and notes of objects, by the supervoxel that they were written on.',
    params: project,
    response: z.array(z.object({ supervoxel: z.int(), key: z.enum(FACT_KEYS), value: z.string() })),
  }),
} as const;
