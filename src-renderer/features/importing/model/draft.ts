import type { NewProject, Recommendation } from '#contract/routes/projects.ts';
import type { Box, VoxelSizeNm, Zyx } from '#domain/geometry.ts';
import { folderNameProblem, joinPath } from '#renderer/features/files/index.ts';

import { axesText, columnsOf, isChanged, shapeOf, voxelSizeOf } from './axes.ts';
import type { AxisColumn } from './axes.ts';
import { entryFor, mainEntry } from './datasets.ts';
import type { DatasetEntry } from './datasets.ts';
import { betaOf } from './postprocessing.ts';
import type { PostprocessingDraft } from './postprocessing.ts';
import { parseRegion } from './region.ts';
import type { RegionText } from './region.ts';

/** All that the wizard asks, as typed. */
export interface ImportDraft {
  readonly datasets: readonly DatasetEntry[];
  /** Of the main dataset. */
  readonly columns: readonly AxisColumn[];
  readonly region: RegionText;
  /** The network's id; null to start from labels or affinities. */
  readonly model: string | null;
  /** 'auto' or an execution provider. */
  readonly provider: string;
  /** As typed; empty for the network's own. */
  readonly threshold: string;
  readonly minSize: string;
  readonly postprocessing: PostprocessingDraft;
  /** What follows the chosen network unless the user says otherwise; null without one. */
  readonly recommended: Recommendation | null;
  readonly name: string;
  readonly parentDirectory: string;
}

export type DraftField = 'datasets' | 'axes' | 'voxelSize' | 'region' | 'method' | 'threshold' | 'minSize' | 'name';

export interface DraftProblem {
  readonly field: DraftField;
  readonly text: string;
}

/** What is described so far: each is null while something that it needs is open. */
export interface DraftVolume {
  readonly shape: Zyx | null;
  readonly voxelSizeNm: VoxelSizeNm | null;
  /** The part that is to be segmented; null for all. */
  readonly region: Box | null;
}

/** The volume as far as it is described. */
export function volumeOf(draft: ImportDraft): DraftVolume {
  const shape = shapeOf(draft.columns);
  const parsed = shape === null ? null : parseRegion(draft.region, shape);
  return {
    shape,
    voxelSizeNm: voxelSizeOf(draft.columns),
    region: parsed !== null && 'box' in parsed ? parsed.box : null,
  };
}

/** What keeps the project from being made, in the order of the form. Empty where nothing does. */
export function problemsOf(draft: ImportDraft): DraftProblem[] {
  const problems: DraftProblem[] = [];
  const found = (field: DraftField, text: string | null) => void (text !== null && problems.push({ field, text }));
  const image = entryFor(draft.datasets, 'image');
  const shape = shapeOf(draft.columns);
  found(
    'datasets',
    mainEntry(draft.datasets) === null ? 'Say which dataset is the image, the labels or the affinities.' : null,
  );
  if (mainEntry(draft.datasets) !== null) {
    found('axes', shape === null ? 'Say which stored axis is z, which y and which x.' : null);
    found('voxelSize', voxelSizeOf(draft.columns) === null ? 'Enter the voxel size along each axis.' : null);
  }
  const region = shape === null ? null : parseRegion(draft.region, shape);
  found('region', region !== null && 'problem' in region ? region.problem : null);
  if (draft.model !== null) found('method', image === null ? 'A network needs an image.' : null);
  else if (entryFor(draft.datasets, 'labels') === null && entryFor(draft.datasets, 'affinities') === null)
    found('method', 'Without a network, say which dataset holds labels or affinities.');
  found('threshold', isMulticut(draft) ? null : numberProblem(draft.threshold, 0, 1, 'A threshold between 0 and 1'));
  found('minSize', /^\d*$/.test(draft.minSize.trim()) ? null : 'A whole number of voxels');
  found('name', folderNameProblem(draft.name));
  return problems;
}

/** What is sent to the engine; null while there are problems. */
export function newProjectOf(draft: ImportDraft): NewProject | null {
  if (problemsOf(draft).length > 0) return null;
  const main = mainEntry(draft.datasets)!;
  const changed = isChanged(draft.columns, main.info);
  const { region, voxelSizeNm } = volumeOf(draft);
  const axes = axesText(draft.columns);
  return {
    directory: joinPath(draft.parentDirectory, draft.name.trim()),
    raw: entryFor(draft.datasets, 'image')?.spec ?? null,
    // What the file says is read by the engine from the file, so that a project knows which of the two it was.
    axes: axes === axesText(columnsOf(main.info)) ? null : axes,
    voxelSizeNm: changed ? voxelSizeNm : null,
    region,
    purpose: 'keep',
    truth: entryFor(draft.datasets, 'truth')?.spec ?? null,
    method: methodOf(draft),
  };
}

/** A multicut begins where it was solved: what was typed for means says nothing of it. */
function isMulticut({ postprocessing, recommended }: ImportDraft): boolean {
  return betaOf(postprocessing, recommended) !== null;
}

function methodOf(draft: ImportDraft): NewProject['method'] {
  const { supervoxels, score, foregroundRestriction, invert } = draft.postprocessing;
  const settings = {
    threshold: draft.threshold.trim() === '' || isMulticut(draft) ? null : Number(draft.threshold),
    minSize: draft.minSize.trim() === '' ? null : Number(draft.minSize),
    ...(score && { score }),
    ...(supervoxels && { supervoxels }),
  };
  if (draft.model !== null)
    return {
      ...{ kind: 'network', model: draft.model, provider: draft.provider, ...settings },
      ...(foregroundRestriction !== null && { foregroundRestriction }),
      ...(invert && { invert }),
    };
  const labels = entryFor(draft.datasets, 'labels');
  const affinities = entryFor(draft.datasets, 'affinities')?.spec ?? null;
  if (labels !== null) return { kind: 'labels', labels: labels.spec, affinities };
  return { kind: 'affinities', affinities: affinities!, ...settings };
}

function numberProblem(text: string, least: number, most: number, wanted: string): string | null {
  if (text.trim() === '') return null;
  const value = Number(text);
  return value >= least && value <= most ? null : wanted;
}
