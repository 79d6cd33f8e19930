import type { Proposal } from '#contract/routes/edits.ts';
import type { TableChange } from '#domain/editChange.ts';
import type { Zyx } from '#domain/geometry.ts';
import type { LiveSegmentation, Preview } from '#engine/proofreading/liveSegmentation.ts';
import type { SplitEditProposal } from '#engine/proofreading/proposeSplit.ts';
import { objectChangeOf } from '#engine/proofreading/segmentChange.ts';
import type { ContactPlace } from '#engine/proofreading/segmentContacts.ts';

import type { EditSession } from './editSession.ts';
import type { PreparedEdit } from './prepareEdit.ts';

/** Larger changes are read again as a whole. */
const MOST_DELTA = 50_000;
const MOST_RESULTS = 100;
const MOST_CONTACTS = 500;

/** What a prepared edit would do, in numbers and places. */
export function describeProposal(session: EditSession, edit: PreparedEdit): Proposal {
  const { live } = session;
  const { cut, decisions, facts, tables } = edit.change;
  const preview =
    decisions || tables ? live.previewChange({ ...(decisions && { decisions }), ...(tables && { tables }) }) : null;
  const known = preview && withoutNew(preview, live.assignment.length);
  const object = known && edit.anchor !== null ? changeOf(live, edit.anchor, known) : NOTHING;
  return {
    revision: session.revision,
    summary: edit.summary,
    delta: cut ? null : deltaOf(preview),
    results: preview && !facts ? resultsOf(live, preview, tables) : [],
    gained: object.gained,
    lost: object.lost,
    absorbed: known ? absorbedBy(live, edit.anchor, known) : 0,
    link: edit.link && linkOf(session, edit.link.link, edit.link.gapNm, edit.link.contacts),
    alternatives: edit.alternatives.map(alternativeOf),
    divides: [...edit.divides],
    decisionsKept: session.state.must.size + session.state.cannot.size,
  };
}

/** A preview of the supervoxels that there are already. */
function withoutNew({ flows, supervoxels, segments }: Preview, ids: number): Preview {
  return {
    flows,
    supervoxels: supervoxels.filter((id) => id < ids),
    segments: segments.filter((_, i) => supervoxels[i] < ids),
  };
}

const NOTHING = { gained: { supervoxels: 0, voxels: 0 }, lost: { supervoxels: 0, voxels: 0 } };

/** A delta as it crosses: null where it is too long. */
export function deltaOf(change: Pick<Preview, 'supervoxels' | 'segments'> | null): Proposal['delta'] {
  if (change === null) return { supervoxels: [], segments: [] };
  if (change.supervoxels.length > MOST_DELTA) return null;
  return { supervoxels: [...change.supervoxels], segments: [...change.segments] };
}

function changeOf(live: LiveSegmentation, anchor: number, preview: Preview) {
  return objectChangeOf(anchor, preview, live.assignment, live.sizes, (segment) => live.members(segment));
}

/** The segments that a change touches, as they come out of it. */
function resultsOf(live: LiveSegmentation, preview: Preview, tables: TableChange | undefined): Proposal['results'] {
  const resized = new Map(tables?.supervoxels.map(({ before, after }) => [(after ?? before)!.id, after?.size ?? 0]));
  const moved = new Map<number, number>();
  preview.supervoxels.forEach((id, i) => moved.set(id, preview.segments[i]));
  const before = new Set<number>();
  for (const id of [...moved.keys(), ...resized.keys()]) before.add(live.assignment[id] ?? 0);
  for (const segment of moved.values()) before.add(live.assignment[segment] ?? 0);
  before.delete(0);
  const members = new Set([...moved.keys(), ...[...before].flatMap((segment) => [...live.members(segment)])]);
  const totals = new Map<number, { voxels: number; supervoxels: number }>();
  for (const id of members) {
    const after = moved.get(id) ?? live.assignment[id];
    if (after === 0) continue;
    const total = totals.get(after) ?? { voxels: 0, supervoxels: 0 };
    const voxels = total.voxels + (resized.get(id) ?? live.sizes[id - 1]);
    totals.set(after, { voxels, supervoxels: total.supervoxels + 1 });
  }
  return [...totals]
    .map(([segment, total]) => ({ segment, ...total }))
    .sort((a, b) => b.voxels - a.voxels || a.segment - b.segment)
    .slice(0, MOST_RESULTS);
}

/** Objects that end because the one with `anchor` takes them in whole. */
function absorbedBy(live: LiveSegmentation, anchor: number | null, preview: Preview): number {
  if (anchor === null) return 0;
  const own = live.assignment[anchor];
  const moved = new Map<number, number>();
  preview.supervoxels.forEach((id, i) => moved.set(id, preview.segments[i]));
  const target = moved.get(anchor) ?? own;
  const others = new Set<number>();
  for (const id of [...moved.keys(), target]) {
    const segment = live.assignment[id];
    if (segment !== 0 && segment !== own) others.add(segment);
  }
  return [...others].filter((segment) =>
    live.members(segment).every((id) => (moved.get(id) ?? live.assignment[id]) === target),
  ).length;
}

function linkOf(
  session: EditSession,
  { u, v, contact }: ContactPlace,
  gapNm: number,
  contacts: { readonly affinity: number | null; readonly edges: number },
): Proposal['link'] {
  const from = contact ?? session.placeOf(u);
  return { from, to: contact ?? session.placeOf(v), gapNm, contacts: contacts.edges, score: contacts.affinity };
}

function alternativeOf({ cost, sides, cuts }: SplitEditProposal): Proposal['alternatives'][number] {
  const contacts = cuts
    .filter((cut): cut is ContactPlace & { contact: Zyx } => cut.contact !== null)
    .sort((a, b) => b.area - a.area)
    .slice(0, MOST_CONTACTS);
  return {
    cost,
    voxels: sides.map(({ voxels }) => voxels),
    sides: sides.map(({ supervoxels }) => [...supervoxels]),
    contacts: contacts.map(({ contact }) => contact),
  };
}
