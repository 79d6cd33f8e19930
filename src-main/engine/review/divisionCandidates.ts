import type { Box, Zyx } from '#domain/geometry.ts';
import { mapZyx } from '#domain/geometry.ts';
import { chanceOfFalseMerge, isSelfTouching } from '#domain/review.ts';
import type { DivisionEvidence, DivisionKind } from '#domain/review.ts';
import type { LinkEvidence } from '#native/reviewEvidence.ts';

import type { Candidate, RankingScale } from './candidate.ts';
import { isOversize } from './segmentShapes.ts';
import type { SegmentShape } from './segmentShapes.ts';

/** Questions that one segment asks at a time: the others rest on the same evidence and are asked again once it is answered. */
const MOST_PER_SEGMENT = 2;

/** A question whose place is still to be looked up, and the row that it comes from. */
export interface DivisionQuestion extends Omit<Candidate, 'place' | 'kind'> {
  readonly evidence: DivisionEvidence;
  readonly row: number;
}

/**
 * Where a segment may be two objects: the links of its merges that part it, by the affinity of all contacts across and how much is on
 * either side; the best few.
 *
 * @param rows of the links of this segment: from, to
 * @param unit what the sums of affinities count in: 1 / unit
 * @param doubt of what was found right before: 1, and less for each time that a person kept this segment as it is
 */
export function divisionQuestions(
  links: LinkEvidence,
  [from, to]: readonly [number, number],
  segment: SegmentShape & { readonly segment: number },
  unit: number,
  scale: RankingScale,
  doubt: number,
): DivisionQuestion[] {
  const found: DivisionQuestion[] = [];
  for (let row = from; row < to; row++) {
    const evidence = evidenceOf(links, row, unit);
    const stake = links.stake[row];
    const chance = doubt * chanceOfFalseMerge(evidence, scale.threshold);
    const gain = chance * stake;
    if (gain < scale.leastGain) continue;
    const [u, v] = [links.inside[row], links.outside[row]];
    const below = links.voxels[row];
    found.push({
      ...{
        u,
        v,
        segments: [segment.segment, segment.segment],
        score: evidence.affinity,
        chance,
        stake,
        gain,
        evidence,
      },
      ...{ voxels: Math.min(below, segment.voxels - below), box: segment.box, row },
      seeds: [seeds(u, links.largestInside[row]), seeds(v, links.largestOutside[row])],
    });
  }
  return found.sort((a, b) => b.gain - a.gain || a.u - b.u || a.v - b.v).slice(0, MOST_PER_SEGMENT);
}

/** What speaks for two objects: that the parts touch each other elsewhere, that the whole is far too large, or the link alone. */
export function divisionKind(evidence: DivisionEvidence, voxels: number, scale: RankingScale): DivisionKind {
  if (isSelfTouching(evidence, scale.threshold)) return 'self-touching';
  return isOversize(voxels, scale) ? 'oversize' : 'false-merge';
}

/** Around the joint, wide enough for the place away from it where the parts touch. */
export function boxAroundJoint(joint: Zyx, touch: Zyx): Box {
  const reach = mapZyx((axis) => Math.ceil(Math.abs(touch[axis] - joint[axis])) + 1);
  return { min: mapZyx((axis) => joint[axis] - reach[axis]), max: mapZyx((axis) => joint[axis] + reach[axis] + 1) };
}

/** The middle of the contacts away from the joint. */
export function touchOf({ awayPlaces }: LinkEvidence, row: number): Zyx {
  return [awayPlaces[3 * row], awayPlaces[3 * row + 1], awayPlaces[3 * row + 2]];
}

function evidenceOf(links: LinkEvidence, row: number, unit: number): DivisionEvidence {
  const { affinitySum, contactArea, awayAffinitySum, awayArea, score } = links;
  return {
    affinity: contactArea[row] > 0 ? affinitySum[row] / contactArea[row] / unit : score[row],
    awayAffinity: awayArea[row] > 0 ? awayAffinitySum[row] / awayArea[row] / unit : null,
  };
}

/** The supervoxel next to the contact, and the largest of its side. */
function seeds(atContact: number, largest: number): readonly number[] {
  return largest === atContact ? [atContact] : [atContact, largest];
}
