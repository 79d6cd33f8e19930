import type { Zyx } from './geometry.ts';

/**
 * What edits are made of. Every kind of edit is a bundle of reversible changes, so that undo, redo and replay are one mechanism for all
 * kinds. Changes are stated in supervoxels, plain JSON, and hold what was there before as well as what is there after.
 */

export const EDIT_KINDS = [
  'threshold',
  'object-threshold',
  'merge',
  'split',
  'isolate',
  'paint',
  'keep',
  'name',
  'status',
  'note',
  'revert',
] as const;
export type EditKind = (typeof EDIT_KINDS)[number];

/** Where the merge tree is cut. */
export interface Cut {
  /** 0..1; null merges nothing. */
  readonly threshold: number | null;
  /** Voxels below which a segment goes to its strongest neighbour; 0 keeps every fragment. */
  readonly minSize: number;
}

/** The cut of a project without a threshold edit: every supervoxel is a segment. */
export const NO_CUT: Cut = { threshold: null, minSize: 0 };

export type SupervoxelPair = readonly [u: number, v: number];

/** Decisions taken and taken back. They are counted: two edits may take the same one, and taking one back leaves the other. */
export interface DecisionChange {
  readonly addMust: readonly SupervoxelPair[];
  readonly removeMust: readonly SupervoxelPair[];
  readonly addCannot: readonly SupervoxelPair[];
  readonly removeCannot: readonly SupervoxelPair[];
  /** The threshold of the object that holds a supervoxel; null for none of its own. */
  readonly thresholds: readonly {
    readonly anchor: number;
    readonly before: number | null;
    readonly after: number | null;
  }[];
}

export const NO_DECISIONS: DecisionChange = {
  addMust: [],
  removeMust: [],
  addCannot: [],
  removeCannot: [],
  thresholds: [],
};

/** What people write down about the object that holds a supervoxel. */
export const FACT_KEYS = ['name', 'status', 'note'] as const;
export type FactKey = (typeof FACT_KEYS)[number];

export interface FactChange {
  readonly supervoxel: number;
  readonly key: FactKey;
  readonly before: string | null;
  readonly after: string | null;
}

/** What stays with an object whatever the id of its segment: it goes with the larger side of a merge or a split. */
export interface SegmentTrait {
  /** The id that its colour is made from. */
  readonly colour: number;
  /** The supervoxel whose name, state and note hold; 0 where those on the largest do. */
  readonly lead: number;
}

/** Null for a segment that has nothing but its id: its colour is made from that. */
export interface TraitChange {
  readonly segment: number;
  readonly before: SegmentTrait | null;
  readonly after: SegmentTrait | null;
}

/** Everything that one edit changes. Voxels are kept beside the log, by revision: `voxels` says that there are some. */
export interface EditChange {
  readonly cut?: { readonly before: Cut; readonly after: Cut };
  readonly decisions?: DecisionChange;
  readonly facts?: readonly FactChange[];
  /** Worked out from the rest when the edit is made; it follows, and decides nothing. */
  readonly traits?: readonly TraitChange[];
  readonly tables?: TableChange;
  readonly voxels?: { readonly chunks: number };
}

/** Rows of the segmentation that an edit replaces: supervoxels divided or painted, and their contacts. Null where a row comes or goes. */
export interface TableChange {
  readonly supervoxels: readonly RowChange<SupervoxelRow>[];
  readonly edges: readonly RowChange<EdgeRow>[];
  /** Ends of merge steps that move to another supervoxel; `step` counts from 0. */
  readonly steps: readonly { readonly step: number; readonly before: SupervoxelPair; readonly after: SupervoxelPair }[];
}

export interface RowChange<Row> {
  readonly before: Row | null;
  readonly after: Row | null;
}

export interface SupervoxelRow {
  readonly id: number;
  readonly size: number;
  readonly boxMin: Zyx;
  readonly boxMax: Zyx;
  readonly centroid: Zyx;
  /** The id that it was imported with, in decimals; absent for one made here. */
  readonly originalId?: string;
}

export interface EdgeRow {
  readonly u: number;
  readonly v: number;
  readonly affinitySum: number;
  readonly contactArea: number;
  readonly affinityMax: number;
  readonly contact: Zyx;
}

/** What takes a change back. */
export function invertChange({ cut, decisions, facts, traits, tables, voxels }: EditChange): EditChange {
  return {
    ...(cut && { cut: { before: cut.after, after: cut.before } }),
    ...(decisions && { decisions: invertDecisions(decisions) }),
    ...(facts && { facts: facts.map(swap).reverse() }),
    ...(traits && { traits: traits.map(swap) }),
    ...(tables && {
      tables: {
        supervoxels: tables.supervoxels.map(swap),
        edges: tables.edges.map(swap),
        steps: tables.steps.map(swap),
      },
    }),
    ...(voxels && { voxels }),
  };
}

function invertDecisions({ addMust, removeMust, addCannot, removeCannot, thresholds }: DecisionChange): DecisionChange {
  return {
    addMust: removeMust,
    removeMust: addMust,
    addCannot: removeCannot,
    removeCannot: addCannot,
    thresholds: thresholds.map(swap).reverse(),
  };
}

function swap<Change extends { readonly before: unknown; readonly after: unknown }>(change: Change): Change {
  return { ...change, before: change.after, after: change.before };
}
