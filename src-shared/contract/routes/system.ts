import { z } from 'zod';

import { defineRoute } from '../defineRoute.ts';

export const systemSchema = z.object({
  version: z.string(),
  platform: z.string(),
  processors: z.int(),
  memoryBytes: z.number(),
  memoryBudgetBytes: z.number(),
  /** Resident memory of the engine and its compute processes. */
  memoryUsedBytes: z.number(),
  /** What runs networks here, best first; a provider that cannot be had says why. */
  providers: z.array(z.object({ name: z.string(), available: z.boolean(), detail: z.string() })),
  /** Where new projects go unless another folder is named. */
  projectsDirectory: z.string(),
  freeDiskBytes: z.number().nullable(),
  logsDirectory: z.string(),
  modelsDirectory: z.string(),
});
export type SystemInfo = z.infer<typeof systemSchema>;

const preferenceValues = {
  theme: z.enum(['dark', 'light', 'system']),
  /** 0.8 to 2. */
  scale: z.number().min(0.8).max(2),
  keymap: z.enum(['neuroglancer', 'webknossos', 'paintera']),
  /** Keys instead of the keymap's, by command id; null for none. */
  keys: z.record(z.string(), z.string().nullable()),
  tourSeen: z.boolean(),
  memoryBudgetBytes: z.number().positive().nullable(),
  projectsDirectory: z.string().nullable(),
};

/** What a user prefers on this machine; a missing value is the default. */
export const preferencesSchema = z.strictObject({
  theme: preferenceValues.theme.default('system'),
  scale: preferenceValues.scale.default(1),
  keymap: preferenceValues.keymap.default('neuroglancer'),
  keys: preferenceValues.keys.default({}),
  tourSeen: preferenceValues.tourSeen.default(false),
  memoryBudgetBytes: preferenceValues.memoryBudgetBytes.default(null),
  projectsDirectory: preferenceValues.projectsDirectory.default(null),
});
export type Preferences = z.infer<typeof preferencesSchema>;

/** Preferences to be changed. Not the schema above made partial: its defaults would overwrite what is not named. */
export const preferenceChangesSchema = z.strictObject(preferenceValues).partial();
export type PreferenceChanges = z.infer<typeof preferenceChangesSchema>;

export const fileEntrySchema = z.object({
  name: z.string(),
  path: z.string(),
  /** What opening it would mean, by its name and folder contents; files are not read for a listing. */
  kind: z.enum(['folder', 'volume', 'project', 'other']),
  sizeBytes: z.number().nullable(),
  modifiedAt: z.string().nullable(),
});
export type FileEntry = z.infer<typeof fileEntrySchema>;

export const systemRoutes = {
  info: defineRoute('GET /api/system', {
    summary: 'The program, the machine and its execution providers.',
    response: systemSchema,
  }),
  preferences: defineRoute('GET /api/preferences', { summary: 'What the user prefers.', response: preferencesSchema }),
  setPreferences: defineRoute('PUT /api/preferences', {
    summary: 'Changes the named preferences and keeps the others.',
    body: preferenceChangesSchema,
    response: preferencesSchema,
  }),
  files: defineRoute('GET /api/files', {
    summary: "A folder of the engine's machine, folders first; the home folder where none is named.",
    query: z.strictObject({ directory: z.string().optional() }),
    response: z.object({ directory: z.string(), parent: z.string().nullable(), entries: z.array(fileEntrySchema) }),
  }),
  upload: defineRoute('POST /api/uploads', {
    summary: 'Takes a file that was dropped into a browser, whose path is not known, and keeps it beside the projects.',
    query: z.strictObject({ name: z.string().min(1).max(255) }),
    body: 'bytes',
    response: z.object({ path: z.string(), sizeBytes: z.number() }),
  }),
  report: defineRoute('POST /api/reports', {
    summary: 'Writes an error of the page into the log.',
    body: z.strictObject({ message: z.string().max(4000), stack: z.string().max(16000).nullable() }),
    response: 'nothing',
  }),
} as const;
