import { chanceOfFalseMerge, viAtStake } from '#domain/review.ts';
import type { ContactPlace, LiveSegmentation } from '#engine/proofreading/liveSegmentation.ts';

import type { Candidate, RankingScale } from './candidate.ts';
import { DECIDED, segmentTree } from './segmentTree.ts';
import type { SegmentTree } from './segmentTree.ts';

/** Questions that one segment asks at a time: the others rest on the same evidence and are asked again once it is answered. */
const MOST_PER_SEGMENT = 2;
/** Places of a segment whose contacts are looked at, and supervoxels of the smaller side up to which they are. */
const MOST_MEASURED = 8;
const MOST_SIDE = 4096;

/**
 * Where a segment may be two objects: the links of its merge tree that part it, by how weak they are and how much is on either side.
 * The best few are measured: all contacts between the two sides together, and not only the merge that joined them first.
 *
 * @param scores of the merge steps
 * @param doubt of what was found right before: 1, and less for each time that a person kept this segment as it is
 */
export function splitCandidates(
  live: LiveSegmentation,
  segment: number,
  scores: Float64Array,
  scale: RankingScale,
  doubt = 1,
): Candidate[] {
  const members = live.members(segment);
  const whole = live.voxelsOf(members);
  if (members.length < 2 || doubt * viAtStake(whole / 2, whole / 2, scale.voxels) < scale.leastGain) return [];
  const tree = segmentTree(live, members);
  const stakeOf = (node: number): number => viAtStake(tree.voxels[node], whole - tree.voxels[node], scale.voxels);
  const gainOf = (node: number, score: number): number =>
    doubt * stakeOf(node) * chanceOfFalseMerge(score, scale.threshold);
  const weakest = [...tree.steps.keys()]
    .filter((node) => tree.steps[node] !== DECIDED)
    .map((node) => ({ node, gain: gainOf(node, scores[tree.steps[node]]) }))
    .filter(({ gain }) => gain >= scale.leastGain)
    .sort((a, b) => b.gain - a.gain || a.node - b.node)
    .slice(0, MOST_MEASURED);
  // The sides of one segment share most of their supervoxels: each is looked up once.
  const known = new Map<number, readonly ContactPlace[]>();
  const contactsOf = (id: number): readonly ContactPlace[] => {
    const contacts = known.get(id) ?? live.contactsOf(id);
    known.set(id, contacts);
    return contacts;
  };
  return weakest
    .map(({ node }): Candidate => {
      const inside = sideOf(tree, node);
      const score = contactScore(live, contactsOf, members, inside) ?? scores[tree.steps[node]];
      const [u, v] = [tree.links[2 * node], tree.links[2 * node + 1]];
      const seeds = [
        seedsOf(live, u, (id) => inside.has(id), members),
        seedsOf(live, v, (id) => !inside.has(id), members),
      ] as const;
      const stake = stakeOf(node);
      const chance = doubt * chanceOfFalseMerge(score, scale.threshold);
      const place = contactsOf(u).find((contact) => contact.u === v || contact.v === v)?.contact ?? null;
      return {
        ...{ kind: 'false-merge', u, v, segments: [segment, segment], score, chance, stake, gain: chance * stake },
        ...{ voxels: Math.min(tree.voxels[node], whole - tree.voxels[node]), place, seeds },
      };
    })
    .filter(({ gain }) => gain >= scale.leastGain)
    .sort((a, b) => b.gain - a.gain || a.u - b.u)
    .slice(0, MOST_PER_SEGMENT);
}

/** A node's supervoxels with all below it. */
function sideOf({ supervoxels, parents }: SegmentTree, node: number): Set<number> {
  const isBelow = new Uint8Array(supervoxels.length);
  isBelow[node] = 1;
  const side = new Set([supervoxels[node]]);
  for (let at = node + 1; at < supervoxels.length; at++)
    if (isBelow[parents[at]] === 1 && parents[at] !== at) {
      isBelow[at] = 1;
      side.add(supervoxels[at]);
    }
  return side;
}

/** Mean affinity of all contacts between a side and the rest of a segment; null where that takes too long or there is none. */
function contactScore(
  { assignment }: LiveSegmentation,
  contactsOf: (supervoxel: number) => readonly ContactPlace[],
  members: Uint32Array,
  side: Set<number>,
): number | null {
  const other = members.filter((id) => !side.has(id));
  const smaller = other.length < side.size ? other : [...side];
  if (smaller.length > MOST_SIDE) return null;
  const isInside = other.length < side.size ? new Set(other) : side;
  const segment = assignment[members[0]];
  let affinity = 0;
  let area = 0;
  for (const id of smaller)
    for (const contact of contactsOf(id)) {
      const beyond = contact.u === id ? contact.v : contact.u;
      if (assignment[beyond] !== segment || isInside.has(beyond) || contact.affinity === null) continue;
      affinity += contact.affinity * contact.area;
      area += contact.area;
    }
  return area > 0 ? affinity / area : null;
}

/** The supervoxel next to the contact, and the largest of its side. */
function seedsOf(
  live: LiveSegmentation,
  atContact: number,
  isOnSide: (id: number) => boolean,
  members: Uint32Array,
): number[] {
  let largest = atContact;
  for (const id of members) if (isOnSide(id) && live.sizes[id - 1] > live.sizes[largest - 1]) largest = id;
  return largest === atContact ? [atContact] : [atContact, largest];
}
