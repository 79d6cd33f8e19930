import { NO_DECISIONS } from '#domain/editChange.ts';
import type { DecisionChange, SupervoxelPair } from '#domain/editChange.ts';

import { holderOf } from './overlaps.ts';
import type { Overlap, Overlaps } from './overlaps.ts';

/** Two places that must be parted and lie in one supervoxel of the other segmentation. */
export interface SharedSupervoxel {
  readonly supervoxel: number;
  readonly voxels: readonly [Overlap['place'], Overlap['place']];
}

/** A decision in the words of the other segmentation, and what of it has no words there. */
export interface Translation {
  readonly decisions: DecisionChange;
  /** Links that hold by themselves, since both ends are one supervoxel. */
  readonly held: number;
  /** Why a decision is left out. */
  readonly lost: readonly string[];
}

/** Translates the decisions of edits, one after the other: what a later edit takes back is known from the earlier one. */
export interface DecisionTranslator {
  translate(change: DecisionChange): Translation;
  /** The supervoxel that holds most of one of ours; null where most of it is in none. */
  supervoxelOf(supervoxel: number): number | null;
}

/** @param thresholdOf the threshold that is anchored on a supervoxel of the other segmentation now */
export function createDecisionTranslator(
  overlaps: Overlaps,
  thresholdOf: (anchor: number) => number | null,
): DecisionTranslator {
  const links = { must: createLinks(), cannot: createLinks() };

  const supervoxelOf = (id: number): number | null => holderOf(overlaps, id);

  return {
    supervoxelOf,
    translate({ addMust, removeMust, addCannot, removeCannot, thresholds }) {
      const lost: string[] = [];
      let held = 0;
      const translated = (pair: SupervoxelPair): SupervoxelPair | null => {
        const [a, b] = pair.map(supervoxelOf);
        if (a && b) return a === b ? null : [a, b];
        lost.push(`supervoxel ${a ? pair[1] : pair[0]} lies in no supervoxel of the other segmentation`);
        return null;
      };
      const must = addMust.map((pair) => {
        if (sharedBy(overlaps, pair) !== null) held++;
        return links.must.add(pair, translated(pair));
      });
      const cannot = addCannot.map((pair) => links.cannot.add(pair, translated(pair)));
      const given = anchorsOf(thresholds, supervoxelOf, thresholdOf);
      lost.push(...given.lost);
      const [mustAfter, mustBefore] = withoutCommon(must, removeMust.map(links.must.remove));
      const [cannotAfter, cannotBefore] = withoutCommon(cannot, removeCannot.map(links.cannot.remove));
      const decisions = {
        ...NO_DECISIONS,
        ...{ addMust: mustAfter, removeMust: mustBefore, addCannot: cannotAfter, removeCannot: cannotBefore },
        thresholds: given.thresholds,
      };
      return { decisions, held, lost: [...new Set(lost)] };
    },
  };
}

/** Links that were translated, by what they were: several edits may have made the same one. */
function createLinks() {
  const made = new Map<string, (SupervoxelPair | null)[]>();
  const keyOf = ([u, v]: SupervoxelPair): string => `${Math.min(u, v)} ${Math.max(u, v)}`;
  return {
    add(pair: SupervoxelPair, link: SupervoxelPair | null): SupervoxelPair | null {
      const key = keyOf(pair);
      made.set(key, [...(made.get(key) ?? []), link]);
      return link;
    },
    remove: (pair: SupervoxelPair): SupervoxelPair | null => made.get(keyOf(pair))?.pop() ?? null,
  };
}

/** The supervoxel that holds most of both ends of a pair, and where; null where they are in two, or in none. */
export function sharedBy(overlaps: Overlaps, [u, v]: SupervoxelPair): SharedSupervoxel | null {
  const [a, b] = [overlaps.get(u)?.[0], overlaps.get(v)?.[0]];
  if (a === undefined || b === undefined || a.supervoxel === 0 || a.supervoxel !== b.supervoxel) return null;
  return { supervoxel: a.supervoxel, voxels: [a.place, b.place] };
}

function anchorsOf(
  thresholds: DecisionChange['thresholds'],
  supervoxelOf: (id: number) => number | null,
  thresholdOf: (anchor: number) => number | null,
): { thresholds: DecisionChange['thresholds']; lost: string[] } {
  const after = new Map<number, number | null>();
  const lost: string[] = [];
  for (const threshold of thresholds) {
    const anchor = supervoxelOf(threshold.anchor);
    if (anchor === null) lost.push(`supervoxel ${threshold.anchor} lies in no supervoxel of the other segmentation`);
    else after.set(anchor, threshold.after);
  }
  const changed = [...after].map(([anchor, value]) => ({ anchor, before: thresholdOf(anchor), after: value }));
  return { thresholds: changed.filter((change) => change.before !== change.after), lost };
}

/** Links that are made and taken back at once cancel out. */
function withoutCommon(
  made: readonly (SupervoxelPair | null)[],
  takenBack: readonly (SupervoxelPair | null)[],
): [SupervoxelPair[], SupervoxelPair[]] {
  const after = made.filter((pair) => pair !== null);
  const before: SupervoxelPair[] = [];
  for (const pair of takenBack) {
    if (pair === null) continue;
    const at = after.findIndex(([a, b]) => (a === pair[0] && b === pair[1]) || (a === pair[1] && b === pair[0]));
    if (at < 0) before.push(pair);
    else after.splice(at, 1);
  }
  return [after, before];
}
