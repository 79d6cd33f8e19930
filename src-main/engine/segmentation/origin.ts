import type { ProjectDatabase } from '#engine/project/database.ts';
import { readSetting } from '#engine/project/settings.ts';

import type { ScoreSetting } from './agglomerateGraph.ts';
import type { AffinityWatershedSettings, SupervoxelSettings } from './supervoxelSettings.ts';

/** Settings key: the parameters and the report of the job that filled the project. */
export const ORIGIN = 'origin';

/** What a project was made with, as this program writes it down. */
export interface Origin {
  readonly kind: string;
  readonly parameters: OriginParameters;
  readonly report: object;
}

/** The keys that are read again; jobs without a network have the settings beside their sources instead of under `settings`. */
export interface OriginParameters extends OriginSettings {
  readonly model?: { readonly id: string; readonly sha256: string };
  readonly settings?: OriginSettings;
  readonly invert?: boolean;
}

export interface OriginSettings {
  readonly foregroundRestriction?: boolean;
  readonly supervoxels?: SupervoxelSettings;
  readonly score?: ScoreSetting;
  readonly threshold?: number | null;
  readonly minSize?: number;
}

/** What a finished project was made with, whatever program wrote it down; undefined before the segmentation is finished. */
export function readOrigin(database: ProjectDatabase): Origin | undefined {
  const stored = readSetting<Omit<Origin, 'parameters'> & { parameters: object }>(database, ORIGIN);
  return stored && { ...stored, parameters: presentParameters(stored.parameters) };
}

/**
 * Parameters of a job as this program names them. Before there was a choice of supervoxels, `watershed` held the values of the one method.
 */
export function presentParameters(stored: object): OriginParameters {
  const { settings, ...rest } = stored as { settings?: object };
  return { ...presentSettings(rest), ...(settings && { settings: presentSettings(settings) }) };
}

function presentSettings(stored: object): OriginSettings {
  const { watershed, ...rest } = stored as { watershed?: Omit<AffinityWatershedSettings, 'method'> };
  return watershed === undefined ? rest : { ...rest, supervoxels: { method: 'watershed', ...watershed } };
}
