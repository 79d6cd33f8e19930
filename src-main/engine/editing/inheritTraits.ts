import type { EditChange, SegmentTrait, TraitChange } from '#domain/editChange.ts';
import type { EditState } from '#domain/editState.ts';
import { holdingFirst } from '#domain/holdingFirst.ts';
import type { AppliedChange } from '#engine/proofreading/liveSegmentation.ts';

/** The segmentation after an edit. */
export interface EditedSegments {
  readonly assignment: Uint32Array;
  /** Voxels of supervoxel i + 1. */
  readonly sizes: Float64Array;
  members(segment: number): Uint32Array;
}

/**
 * What an edit does to the traits of segments: colour and notes go with the larger side. A segment inherits from the one that most of its
 * voxels were in, where it holds most of what became of that one; every other segment is new. Costs as much as the segments that
 * changed are large.
 *
 * Colours are kept apart: where the id of a new segment already gives another one its colour, the two change places.
 *
 * A new cut moves everything, and every segment begins anew.
 *
 * @param applied what moved
 * @param state before the edit
 */
export function inheritTraits(
  applied: AppliedChange,
  change: EditChange,
  { traits, facts }: Pick<EditState, 'traits' | 'facts'>,
  live: EditedSegments,
): TraitChange[] {
  if (applied.kind === 'all')
    return [...traits].map(([segment, before]) => ({ segment, before, after: null })).sort(bySegment);
  const flows = flowsOf(applied, change, live);
  if (flows.size === 0) return [];
  const heirs = heirsOf(flows);
  const touched = new Set([...flows.keys(), ...[...flows.values()].flatMap((to) => [...to.keys()])]);
  const segments = [...touched].filter((segment) => live.assignment[segment] === segment).sort((a, b) => a - b);
  const leads = leadsOf(heirs, applied, { traits, facts }, live);
  const colours = coloursOf(segments, heirs, traits, touched);
  const changes: TraitChange[] = [];
  for (const segment of touched) {
    const before = traits.get(segment) ?? null;
    const after = { colour: colours.get(segment) ?? segment, lead: leads.get(segment) ?? 0 };
    const isPlain = after.colour === segment && after.lead === 0;
    const next = isPlain || live.assignment[segment] !== segment ? null : after;
    if (next?.colour !== before?.colour || next?.lead !== before?.lead) changes.push({ segment, before, after: next });
  }
  return changes.sort(bySegment);
}

const bySegment = (a: TraitChange, b: TraitChange): number => a.segment - b.segment;

/** Voxels that went from each segment that changed to each that came of it, those that stayed included. */
function flowsOf(
  { supervoxels, segments, before }: Extract<AppliedChange, { kind: 'some' }>,
  change: EditChange,
  { assignment, sizes, members }: EditedSegments,
): Map<number, Map<number, number>> {
  const flows = new Map<number, Map<number, number>>();
  const add = (from: number, to: number, voxels: number): void => {
    const out = flows.get(from) ?? flows.set(from, new Map()).get(from)!;
    out.set(to, (out.get(to) ?? 0) + voxels);
  };
  const divided = originOfAdded(change, supervoxels, before, assignment);
  const moved = new Set(supervoxels);
  supervoxels.forEach((id, i) => {
    const from = before[i] === 0 ? divided : before[i]!;
    const to = segments[i]!;
    if (from !== 0 && to !== 0) add(from, to, sizes[id - 1]!);
  });
  const ids = new Set([...before, ...segments]);
  for (const segment of ids) {
    if (segment === 0 || assignment[segment] !== segment) continue;
    let stayed = 0;
    for (const id of members(segment)) if (!moved.has(id)) stayed += sizes[id - 1]!;
    if (stayed > 0) add(segment, segment, stayed);
  }
  return flows;
}

/** The one object whose supervoxels were divided, which the added ones came from; 0 where none or several were. */
function originOfAdded(
  { tables }: EditChange,
  supervoxels: Uint32Array,
  before: Uint32Array,
  assignment: Uint32Array,
): number {
  const shrunken = (tables?.supervoxels ?? []).flatMap(({ before: old, after }) =>
    old !== null && (after === null || after.size < old.size) ? [old.id] : [],
  );
  const origins = new Set(
    shrunken.map((id) => {
      const place = supervoxels.indexOf(id);
      return place === -1 ? assignment[id]! : before[place]!;
    }),
  );
  return origins.size === 1 ? [...origins][0]! : 0;
}

/** The segment that each segment inherits from: each is what the other has most of. */
function heirsOf(flows: ReadonlyMap<number, ReadonlyMap<number, number>>): Map<number, number> {
  const into = new Map<number, Map<number, number>>();
  for (const [from, out] of flows)
    for (const [to, voxels] of out) (into.get(to) ?? into.set(to, new Map()).get(to)!).set(from, voxels);
  const heirs = new Map<number, number>();
  for (const [to, sources] of into) {
    const from = largestOf(sources);
    if (largestOf(flows.get(from)!) === to) heirs.set(to, from);
  }
  return heirs;
}

/** The key of the largest value, the lowest of equals. */
function largestOf(voxels: ReadonlyMap<number, number>): number {
  let best = 0;
  for (const [id, count] of voxels) {
    const most = voxels.get(best) ?? -1;
    if (count > most || (count === most && id < best)) best = id;
  }
  return best;
}

function coloursOf(
  segments: readonly number[],
  heirs: ReadonlyMap<number, number>,
  traits: ReadonlyMap<number, SegmentTrait>,
  touched: ReadonlySet<number>,
): Map<number, number> {
  const colours = new Map<number, number>();
  /** The segment that a colour belongs to, where that is not the one of its id. */
  const owners = new Map<number, number>();
  for (const [segment, { colour }] of traits) if (!touched.has(segment)) owners.set(colour, segment);
  const give = (segment: number, colour: number): void => {
    colours.set(segment, colour);
    if (colour !== segment) owners.set(colour, segment);
  };
  for (const segment of segments) {
    const from = heirs.get(segment);
    if (from !== undefined) give(segment, traits.get(from)?.colour ?? from);
  }
  for (const segment of segments) {
    if (heirs.has(segment)) continue;
    let colour = segment;
    for (let owner = owners.get(colour); owner !== undefined; owner = owners.get(colour)) colour = owner;
    give(segment, colour);
  }
  return colours;
}

/** For segments in which other notes would hold than those of the one that they inherit from: the supervoxel with those. */
function leadsOf(
  heirs: ReadonlyMap<number, number>,
  { supervoxels, before }: Extract<AppliedChange, { kind: 'some' }>,
  { traits, facts }: Pick<EditState, 'traits' | 'facts'>,
  { assignment, sizes }: EditedSegments,
): Map<number, number> {
  const noted = [...new Set(Object.values(facts).flatMap((written) => [...written.keys()]))].map((supervoxel) => ({
    supervoxel,
  }));
  const leads = new Map<number, number>();
  if (noted.length < 2) return leads;
  const origin = new Map<number, number>();
  const isNoted = new Set(noted.map(({ supervoxel }) => supervoxel));
  supervoxels.forEach((id, i) => isNoted.has(id) && origin.set(id, before[i]!));
  const originOf = (id: number): number => origin.get(id) ?? assignment[id] ?? 0;
  const plain = holdingFirst(noted, { assignment, sizes, traits: new Map() });
  for (const [segment, from] of heirs) {
    const lead = traits.get(from)?.lead ?? 0;
    const own = plain.filter(({ supervoxel }) => assignment[supervoxel] === segment);
    const held =
      own.find(({ supervoxel }) => supervoxel === lead) ?? own.find(({ supervoxel }) => originOf(supervoxel) === from);
    if (held !== undefined && held !== own[0]) leads.set(segment, held.supervoxel);
  }
  return leads;
}
