import type { EditChange, SegmentTrait } from '#domain/editChange.ts';
import { invertChange } from '#domain/editChange.ts';
import type { StateFold } from '#domain/editState.ts';
import { FascicleError } from '#domain/errors.ts';
import type { Box } from '#domain/geometry.ts';
import type { ProjectDatabase } from '#engine/project/database.ts';
import { appendEntry } from '#engine/project/editLog.ts';
import type { EditLog, LogEntry, NewEntry } from '#engine/project/editLog.ts';
import { orientSteps, writeTableChange } from '#engine/project/tableChange.ts';
import type { AppliedChange, AssignmentChange, LiveSegmentation } from '#engine/proofreading/liveSegmentation.ts';

import { inheritTraits } from './inheritTraits.ts';
import { joinAssignmentChanges } from './joinAssignmentChanges.ts';
import type { PreparedEdit } from './prepareEdit.ts';
import { unwrittenVoxels } from './voxels/catchUp.ts';
import type { ChunkDelta } from './voxels/chunkDelta.ts';
import type { SessionVoxels } from './voxels/sessionVoxels.ts';
import { insertDeltas } from './voxels/voxelLog.ts';

/** What the world is told after an edit is durable. */
export interface EditEvent {
  readonly entry: LogEntry;
  readonly change: AssignmentChange;
  /** The box of the voxels that have other supervoxels now; null where none have. */
  readonly voxels: Box | null;
  /** Segments whose colour or lead is another now; null for those that have none of their own any more. */
  readonly traits: ReadonlyMap<number, SegmentTrait | null>;
  /** Rows of supervoxels were replaced. */
  readonly tables: boolean;
}

/** What belongs to an edit, in its transaction. */
export interface WriteOptions {
  /** Writes more; gets the new revision. */
  readonly also?: (revision: number) => void;
}

/** What an edit is written to, each at the state of the log. */
export interface EditTargets {
  readonly database: ProjectDatabase;
  readonly log: EditLog;
  readonly fold: StateFold;
  readonly live: LiveSegmentation;
  readonly voxels: SessionVoxels;
  readonly onEdit: (event: EditEvent) => void;
}

/** Makes edits durable and keeps memory, disk and the log in agreement. Not more than one call may be under way. */
export interface EditWriter {
  /** After a failure that could not be taken back in memory: nothing may be written any more. */
  readonly isBroken: boolean;
  /**
   * Applies changes to the live state, then writes the entry with its rows and voxels; a refusal by the live state leaves the disk
   * untouched, a failure of the disk is taken back in memory. The edit is durable then; its voxels are brought into the volume after it,
   * or when the project is opened again.
   *
   * @param changes what the entry comes to, in order
   * @throws FascicleError 'conflict', 'bad-request', 'storage': nothing has changed then, or the message says that the edit is kept
   */
  write(
    entry: NewEntry,
    changes: readonly EditChange[],
    options?: WriteOptions & { readonly deltas?: readonly ChunkDelta[] },
  ): Promise<EditEvent>;
  /** Writes a prepared edit with the voxels that it changes. @throws FascicleError as `write` */
  writePrepared(
    prepared: Omit<PreparedEdit, 'link' | 'alternatives' | 'divides'>,
    options?: WriteOptions,
  ): Promise<EditEvent>;
  /**
   * Writes the voxels that could not be written before, and tells the world of them with the last entry.
   *
   * @throws FascicleError 'storage' where they still cannot be written
   */
  catchUp(): Promise<void>;
}

export function createEditWriter({ database, log, fold, live, voxels, onEdit }: EditTargets): EditWriter {
  let isBroken = false;

  const write: EditWriter['write'] = async (entry, changes, { also, deltas = [] } = {}) => {
    await voxels.requireRoom(changes.reduce((sum, change) => sum + (change.voxels?.chunks ?? 0), 0));
    const applied: EditChange[] = [];
    const parts: AppliedChange[] = [];
    let written = changes;
    let kept: LogEntry;
    try {
      for (const change of changes) {
        parts.push(live.apply(change));
        applied.push(change);
      }
      const rows = (revision: number): void => {
        for (const { tables } of changes) if (tables) writeTableChange(database, tables);
        insertDeltas(database, revision, deltas);
        also?.(revision);
      };
      if (entry.type === 'edit') {
        const change = withTraits(entry.change, parts[0]);
        entry = { ...entry, change };
        written = [change];
      }
      kept = appendEntry(database, log, entry, { also: rows });
    } catch (error) {
      takeBack(applied);
      throw error;
    }
    for (const change of written) fold.apply(change);
    const [followed] = await Promise.allSettled([
      changes.some((change) => change.voxels) ? voxels.follow(log) : Promise.resolve(null),
    ]);
    const event = {
      entry: kept,
      change: joinAssignmentChanges(parts),
      voxels: followed.status === 'fulfilled' ? followed.value : null,
      tables: changes.some(({ tables }) => tables),
      traits: traitsOf(written),
    };
    // The edit is in the log whatever became of its voxels: windows go on from it.
    onEdit(event);
    if (followed.status === 'rejected')
      throw unwrittenVoxels('The edit is kept, but its voxels could not be written', followed.reason);
    return event;
  };

  /** The change of a new edit with what follows from it for the traits of segments. */
  function withTraits({ traits: _, ...change }: EditChange, applied: AppliedChange): EditChange {
    const members = (segment: number): Uint32Array => live.members(segment);
    const traits = inheritTraits(applied, change, fold.state, {
      assignment: live.assignment,
      sizes: live.sizes,
      members,
    });
    return traits.length === 0 ? change : { ...change, traits };
  }

  /** The present traits of the segments whose traits changes name. */
  function traitsOf(changes: readonly EditChange[]): Map<number, SegmentTrait | null> {
    const segments = changes.flatMap(({ traits = [] }) => traits.map(({ segment }) => segment));
    return new Map(segments.map((segment) => [segment, fold.state.traits.get(segment) ?? null]));
  }

  function takeBack(applied: readonly EditChange[]): void {
    try {
      for (const change of [...applied].reverse()) live.apply(invertChange(change));
    } catch (cause) {
      isBroken = true;
      throw new FascicleError(
        'internal',
        'The segmentation in memory no longer agrees with the log. Every acknowledged edit is on disk; open the project again.',
        { cause },
      );
    }
  }

  return {
    get isBroken() {
      return isBroken;
    },
    write,
    async writePrepared({ kind, summary, change: prepared, place, voxels: patches }, options = {}) {
      const deltas = await voxels.deltasOf(patches);
      const tables = prepared.tables && { tables: orientSteps(database, prepared.tables) };
      const change = { ...prepared, ...tables, ...(deltas.length > 0 && { voxels: { chunks: deltas.length } }) };
      return write({ type: 'edit', kind, summary, change, place }, [change], { ...options, deltas });
    },
    async catchUp() {
      if (!voxels.isBehind) return;
      let box: Box | null;
      try {
        box = await voxels.follow(log);
      } catch (cause) {
        throw unwrittenVoxels('Nothing was changed, for the voxels of the last edit could not be written yet', cause);
      }
      const change = { kind: 'some', supervoxels: new Uint32Array(), segments: new Uint32Array() } as const;
      onEdit({ entry: log.entries.at(-1)!, change, voxels: box, tables: false, traits: new Map() });
    },
  };
}
