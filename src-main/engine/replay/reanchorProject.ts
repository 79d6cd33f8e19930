import { NO_DECISIONS } from '#domain/editChange.ts';
import type { DecisionChange, FactChange, SupervoxelRow } from '#domain/editChange.ts';
import { FascicleError, isFascicleError } from '#domain/errors.ts';
import { boxesEqual } from '#domain/geometry.ts';
import type { Zyx } from '#domain/geometry.ts';
import { EditSession } from '#engine/editing/editSession.ts';
import { readEditLog } from '#engine/project/editLog.ts';
import type { EditEntry, EditLog } from '#engine/project/editLog.ts';
import { openProject } from '#engine/project/project.ts';
import type { Project } from '#engine/project/project.ts';
import { requireSegmentation } from '#engine/project/requireSegmentation.ts';
import { readSupervoxelRow } from '#engine/project/tableChange.ts';
import { SOURCE_ROLES, readSourceVolume } from '#engine/project/volumes.ts';

import { carryPaint, isOfPaint } from './carryPaint.ts';
import type { CarriedPaint } from './carryPaint.ts';
import { inCopy } from './copyProject.ts';
import { holderOf, overlapsOf } from './overlaps.ts';
import type { Overlaps } from './overlaps.ts';
import { createParting } from './partSupervoxel.ts';
import type { Parting } from './partSupervoxel.ts';
import { createDecisionTranslator, sharedBy } from './translateDecisions.ts';
import type { DecisionTranslator } from './translateDecisions.ts';

/** A decision, or a part of one, that the other segmentation has no place for. */
export interface LostDecision {
  /** Of the edit in the log that it comes from. */
  readonly revision: number;
  readonly summary: string;
  /** Where to look, z, y, x in voxels. */
  readonly place: Zyx | null;
  readonly reason: string;
}

export interface ReanchorReport {
  readonly directory: string;
  /** Edits of the present line, without the threshold that the segmentation came with. */
  readonly edits: number;
  /** Those that are edits of the other project now. */
  readonly carried: number;
  /** Those that hold there by themselves, wholly or in part. */
  readonly held: number;
  /** Supervoxels of the other segmentation that were divided, because people had parted what they hold. */
  readonly divided: number;
  readonly lost: readonly LostDecision[];
}

/**
 * Makes the decisions of people in one project again in another one of the same volume, whose supervoxels are others: each supervoxel that
 * a decision names is replaced by the one that holds most of its voxels; painted voxels are painted again. What cannot be carried over is
 * listed with the reason.
 *
 * @param onto the other project; it gets the edits itself unless `out` names a folder for a copy
 * @throws FascicleError 'conflict' where the two are not of the same volume and region, or one is in use; 'not-found', 'storage'; the reason
 *   of `options.signal`
 */
export async function reanchorProject(
  directory: string,
  onto: string,
  options: { readonly out?: string | undefined; readonly signal?: AbortSignal | undefined } = {},
): Promise<ReanchorReport> {
  const from = await openProject(directory, { readOnly: true });
  try {
    requireSegmentation(from);
    await requireSameVolume(from, onto);
    const carry = (target: Project) => carryOver(from, target, options.signal);
    if (options.out !== undefined) return await inCopy(onto, options.out, carry, options.signal);
    const target = await openProject(onto);
    try {
      return await carry(target);
    } finally {
      target.close();
    }
  } finally {
    from.close();
  }
}

/** By the fingerprint of a source that both know, and the part of it that they cover. */
async function requireSameVolume(from: Project, directory: string): Promise<void> {
  const onto = await openProject(directory, { readOnly: true });
  try {
    requireSegmentation(onto);
    const known = SOURCE_ROLES.map((role) => [from, onto].map(({ database }) => readSourceVolume(database, role)));
    const [a, b] = known.find(([ours, theirs]) => ours !== undefined && theirs !== undefined) ?? [];
    if (a?.fingerprint === undefined || a.fingerprint !== b?.fingerprint || !boxesEqual(a.region, b.region))
      throw new FascicleError(
        'conflict',
        `${from.paths.directory} and ${onto.paths.directory} are not segmentations of the same region of one volume. Nothing was changed.`,
      );
  } finally {
    onto.close();
  }
}

async function carryOver(from: Project, onto: Project, signal: AbortSignal | undefined): Promise<ReanchorReport> {
  const edits = editsToCarry(readEditLog(from.database));
  const session = await EditSession.open(onto);
  try {
    signal?.throwIfAborted();
    const strokes = edits.filter(isOfPaint);
    const rows = rowsOf(from, edits);
    const overlaps = new Map(await overlapsOf(from, onto, rows, signal));
    // Voxels first: what a decision names is looked for among the supervoxels as people painted them.
    const painted = await carryPaint(from.database, strokes, session, (id) => holderOf(overlaps, id), signal);
    if ([...painted.values()].includes('made'))
      for (const [id, now] of await overlapsOf(from, onto, rows, signal)) overlaps.set(id, now);
    const look = async (supervoxel: number): Promise<void> => {
      const concerned = rows.filter(({ id }) => overlaps.get(id)!.some((one) => one.supervoxel === supervoxel));
      for (const [id, now] of await overlapsOf(from, onto, concerned, signal)) overlaps.set(id, now);
    };
    const translator = createDecisionTranslator(overlaps, (anchor) => session.live.thresholdAt(anchor));
    const parted = await partShared(edits, overlaps, createParting(onto, session, look), signal);
    const report = { edits: edits.length, carried: 0, held: 0, divided: parted.divided, lost: [] as LostDecision[] };
    for (const edit of edits) {
      signal?.throwIfAborted();
      const { revision, summary, place } = edit;
      const paint = painted.get(revision);
      const done = paint === undefined ? await carryEdit(session, translator, edit) : asCarried(paint);
      report.carried += done.isMade ? 1 : 0;
      report.held += done.held > 0 ? 1 : 0;
      const reasons = [...(parted.reasons.get(revision) ?? []), ...done.lost];
      report.lost.push(...reasons.map((reason) => ({ revision, summary, place, reason })));
    }
    return { directory: onto.paths.directory, ...report };
  } finally {
    await session.close();
  }
}

function asCarried(paint: CarriedPaint): CarriedEdit {
  const isLost = typeof paint === 'object';
  return { isMade: paint === 'made', held: paint === 'held' ? 1 : 0, lost: isLost ? [paint.reason] : [] };
}

/** Edits on the way to the present state, but the threshold that a segmentation comes with. */
function editsToCarry({ tree, entries }: EditLog): EditEntry[] {
  const line = tree.lineOf(tree.head).map((revision) => entries[revision - 1] as EditEntry);
  return line.filter(({ revision, kind }) => !(revision === 1 && kind === 'threshold'));
}

/** The supervoxels that edits name, where the project still has them. */
function rowsOf({ database }: Project, edits: readonly EditEntry[]): SupervoxelRow[] {
  const named = new Set(
    edits.flatMap(({ kind, change: { decisions = NO_DECISIONS, facts = [], tables } }) => [
      ...(kind === 'paint' ? (tables?.supervoxels.flatMap(({ after }) => after?.id ?? []) ?? []) : []),
      ...[decisions.addMust, decisions.addCannot].flat(2),
      ...decisions.thresholds.map(({ anchor }) => anchor),
      ...facts.map(({ supervoxel }) => supervoxel),
    ]),
  );
  return [...named].flatMap((id) => {
    try {
      return [readSupervoxelRow(database, id)];
    } catch (error) {
      // Painted over since: nothing of it can be found in another segmentation.
      if (isFascicleError(error, 'bad-request')) return [];
      throw error;
    }
  });
}

interface CarriedEdit {
  readonly isMade: boolean;
  readonly held: number;
  readonly lost: readonly string[];
}

/** Divides, before anything is decided, the supervoxels that hold what people have parted: which ones there are is settled then. */
async function partShared(
  edits: readonly EditEntry[],
  overlaps: Overlaps,
  part: Parting,
  signal: AbortSignal | undefined,
): Promise<{ readonly divided: number; readonly reasons: ReadonlyMap<number, readonly string[]> }> {
  const reasons = new Map<number, string[]>();
  let divided = 0;
  for (const { revision, change } of edits)
    for (const pair of change.decisions?.addCannot ?? []) {
      signal?.throwIfAborted();
      const shared = sharedBy(overlaps, pair);
      if (shared === null) continue;
      const done = await part(shared);
      if (done === 'divided') divided++;
      else if (done !== 'parted') reasons.set(revision, [...(reasons.get(revision) ?? []), done.reason]);
    }
  return { divided, reasons };
}

async function carryEdit(
  session: EditSession,
  translator: DecisionTranslator,
  { kind, summary, place, change }: EditEntry,
): Promise<CarriedEdit> {
  const lost: string[] = [];
  let isMade = false;
  if (change.cut) {
    await session.commit({ kind: 'threshold', cut: change.cut.after }, session.revision);
    isMade = true;
  }
  const { decisions, held, lost: untranslated } = translator.translate(change.decisions ?? NO_DECISIONS);
  lost.push(...untranslated);
  const accepted = acceptable(session, decisions, lost);
  const facts = factsOf(session, translator, change.facts ?? [], lost);
  if (!isEmpty(accepted) || facts.length > 0) {
    await session.commitChange(
      { kind, summary, place, change: { decisions: accepted, ...(facts.length > 0 && { facts }) } },
      session.revision,
    );
    isMade = true;
  }
  return { isMade, held, lost };
}

/** Decisions that agree with those in force: all of them, or as many as can be taken one after the other. */
function acceptable({ live }: EditSession, decisions: DecisionChange, lost: string[]): DecisionChange {
  const refusalOf = (change: DecisionChange): string | null => {
    try {
      live.preview(change);
      return null;
    } catch (error) {
      if (!isFascicleError(error)) throw error;
      return error.message;
    }
  };
  if (refusalOf(decisions) === null) return decisions;
  const { addMust, addCannot, ...others } = decisions;
  let taken: DecisionChange = { ...others, addMust: [], addCannot: [] };
  const links = [
    ...addMust.map((pair) => ({ list: 'addMust' as const, pair })),
    ...addCannot.map((pair) => ({ list: 'addCannot' as const, pair })),
  ];
  for (const { list, pair } of links) {
    const more = { ...taken, [list]: [...taken[list], pair] };
    const why = refusalOf(more);
    if (why === null) taken = more;
    else lost.push(`supervoxels ${pair.join(' and ')} there: ${why}`);
  }
  return taken;
}

const isEmpty = (change: DecisionChange): boolean => Object.values(change).every((list) => list.length === 0);

function factsOf(
  { state }: EditSession,
  translator: DecisionTranslator,
  facts: readonly FactChange[],
  lost: string[],
): FactChange[] {
  return facts.flatMap(({ supervoxel: id, key, after }) => {
    const supervoxel = translator.supervoxelOf(id);
    if (supervoxel === null) lost.push(`supervoxel ${id} lies in no supervoxel of the other segmentation`);
    return supervoxel === null ? [] : [{ supervoxel, key, before: state.facts[key].get(supervoxel) ?? null, after }];
  });
}
