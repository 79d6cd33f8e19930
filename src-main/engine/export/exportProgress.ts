/** What an export does, in the order of its stages. */
export const EXPORT_STAGES = ['Reading the project', 'Labels', 'Meshes', 'Tables', 'Hashes'] as const;
export type ExportStage = (typeof EXPORT_STAGES)[number];

export interface ExportProgress {
  readonly stage: ExportStage;
  readonly done: number;
  readonly total: number;
  /** What is counted: 'blocks', 'segments', 'files'. */
  readonly unit: string;
}

/** How a part of an export is run. */
export interface Running {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: ExportProgress) => void) | undefined;
}
