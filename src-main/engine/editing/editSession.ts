import type { EditRequest } from '#contract/routes/edits.ts';
import type { Cut, EditChange, FactKey, SegmentTrait } from '#domain/editChange.ts';
import { invertChange } from '#domain/editChange.ts';
import { createStateFold, foldChanges } from '#domain/editState.ts';
import type { EditState, StateFold } from '#domain/editState.ts';
import { FascicleError } from '#domain/errors.ts';
import type { Box, Zyx } from '#domain/geometry.ts';
import { assignmentAtState } from '#engine/project/assignment.ts';
import { appendEntry, changesTo, readEditLog, requireRevision } from '#engine/project/editLog.ts';
import type { EditEntry, EditLog, LogEntry } from '#engine/project/editLog.ts';
import type { Project } from '#engine/project/project.ts';
import { orientSteps, readSupervoxelRow, writeTableChange } from '#engine/project/tableChange.ts';
import type { AppliedChange, AssignmentChange, LiveSegmentation } from '#engine/proofreading/liveSegmentation.ts';
import { loadLiveSegmentation } from '#engine/proofreading/loadLiveSegmentation.ts';
import { proposeSplit } from '#engine/proofreading/proposeSplit.ts';

import { dependsOn } from './dependsOn.ts';
import { inheritTraits } from './inheritTraits.ts';
import { joinAssignmentChanges } from './joinAssignmentChanges.ts';
import { prepareEdit } from './prepareEdit.ts';
import type { EditContext, PreparedEdit } from './prepareEdit.ts';
import { rememberSplit } from './rememberSplit.ts';
import { unwrittenVoxels } from './voxels/catchUp.ts';
import type { ChunkDelta } from './voxels/chunkDelta.ts';
import { preparePainted } from './voxels/paint/preparePaint.ts';
import type { PaintedVoxels } from './voxels/paint/preparePaint.ts';
import { createSessionVoxels } from './voxels/sessionVoxels.ts';
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

export interface EditSessionOptions {
  readonly onEdit?: ((event: EditEvent) => void) | undefined;
  /** Called when voxels have changed on disk, before anyone is told of the edit. */
  readonly onVoxels?: (() => Promise<void>) | undefined;
}

/**
 * Proofreading of one open project: proposes edits, commits them durably at a known revision, takes them back. The log in SQLite is
 * the truth; the live segmentation is a cache of what it comes to. Edits are made one after the other; proposals may run beside them.
 */
export class EditSession {
  readonly live: LiveSegmentation;
  readonly #project: Project;
  readonly #log: EditLog;
  readonly #onEdit: (event: EditEvent) => void;
  readonly #voxels: SessionVoxels;
  readonly #fold: StateFold;
  readonly #splitWays = rememberSplit(
    (sides, signal) => {
      const { live, sources, rowOf } = this.#context();
      return proposeSplit(live, sources, sides, rowOf, signal && { signal });
    },
    () => this.revision,
  );
  #last: Promise<unknown> = Promise.resolve();
  #isBroken = false;
  #isClosed = false;

  private constructor(
    project: Project,
    log: EditLog,
    fold: StateFold,
    live: LiveSegmentation,
    options: EditSessionOptions,
  ) {
    this.#project = project;
    this.#log = log;
    this.#fold = fold;
    this.live = live;
    this.#onEdit = options.onEdit ?? (() => undefined);
    this.#voxels = createSessionVoxels(project, options.onVoxels);
  }

  /**
   * Reads the log and loads the live segmentation.
   *
   * @throws FascicleError 'not-found' before the segmentation is finished, 'bad-file' for a damaged log
   */
  static async open(project: Project, options: EditSessionOptions = {}): Promise<EditSession> {
    const log = readEditLog(project.database);
    const fold = createStateFold();
    for (const change of changesTo(log)) fold.apply(change);
    return new EditSession(project, log, fold, await loadLiveSegmentation(project, fold.state), options);
  }

  get revision(): number {
    return this.#log.tree.revision;
  }

  /** The log; not to be changed. */
  get log(): EditLog {
    return this.#log;
  }

  /** The cut, the decisions and the notes in force. */
  get state(): EditState {
    return this.#fold.state;
  }

  /** Resolves when the voxels of the edits in the log are in the volume, or could not be written, which is tried once more. */
  async voxelsFollowed(): Promise<void> {
    await this.#caughtUp().catch(() => null);
  }

  /** The middle of a supervoxel, z, y, x in voxels. */
  placeOf(supervoxel: number): Zyx {
    return this.#project.database
      .prepare('SELECT centroid_z, centroid_y, centroid_x FROM supervoxels WHERE id = ?')
      .raw()
      .get(supervoxel) as unknown as Zyx;
  }

  /**
   * What a request would change on the state as it is.
   *
   * @throws FascicleError as `prepareEdit`; 'storage' while voxels of the last edit cannot be written
   */
  async prepare(request: EditRequest, signal?: AbortSignal): Promise<PreparedEdit> {
    await this.#caughtUp();
    return prepareEdit(this.#context(), request, signal);
  }

  #context(): EditContext {
    return {
      live: this.live,
      sources: this.#voxels.sources(),
      voxelSizeNm: () => this.#voxels.voxelSizeNm(),
      rowOf: (supervoxel: number) => readSupervoxelRow(this.#project.database, supervoxel),
      splitWays: this.#splitWays,
      factOf: (supervoxel: number, key: FactKey) => this.state.facts[key].get(supervoxel) ?? null,
    };
  }

  /**
   * Makes an edit at a known revision.
   *
   * @param options.also writes what belongs to the edit, in its transaction; gets the new revision
   * @throws FascicleError 'conflict' where the project is at another revision, 'bad-request', 'storage': nothing has changed then
   */
  commit(
    request: EditRequest,
    expected: number,
    signal?: AbortSignal,
    options: { readonly also?: (revision: number) => void } = {},
  ): Promise<EditEvent> {
    return this.#inTurn(async () => {
      requireRevision(this.#log, expected);
      return this.#writePrepared(await prepareEdit(this.#context(), request, signal), options);
    });
  }

  /**
   * Gives voxels to a supervoxel, to a new one or to none: voxels that were painted elsewhere.
   *
   * @returns null where all of it is so already, and nothing was written
   * @throws FascicleError as `commit`
   */
  commitPainted(painted: PaintedVoxels, expected: number, signal?: AbortSignal): Promise<EditEvent | null> {
    return this.#inTurn(async () => {
      requireRevision(this.#log, expected);
      const prepared = await preparePainted(this.#context(), painted, signal);
      return prepared && this.#writePrepared(prepared);
    });
  }

  /**
   * Makes an edit whose change of decisions and notes is worked out already: one that is carried over from elsewhere.
   *
   * @throws FascicleError as `commit`; 'conflict' where its decisions contradict those in force
   */
  commitChange(
    edit: Pick<EditEntry, 'kind' | 'summary' | 'place'> & { readonly change: Pick<EditChange, 'decisions' | 'facts'> },
    expected: number,
  ): Promise<EditEvent> {
    return this.#inTurn(async () => {
      requireRevision(this.#log, expected);
      const { kind, summary, place, change } = edit;
      return this.#write({ type: 'edit', kind, summary, place, change }, [change]);
    });
  }

  /** Takes the last edit back. @throws FascicleError as `commit` */
  undo(expected: number): Promise<EditEvent> {
    const { undoTarget } = this.#log.tree;
    if (undoTarget === null) throw new FascicleError('bad-request', 'There is nothing to undo.');
    return this.goTo(undoTarget, expected);
  }

  /** Makes the edit again that was taken back last. @throws FascicleError as `commit` */
  redo(expected: number): Promise<EditEvent> {
    const { redoTarget } = this.#log.tree;
    if (redoTarget === null) throw new FascicleError('bad-request', 'There is nothing to redo.');
    return this.goTo(redoTarget, expected);
  }

  /** Goes to the state of an edit; 0 is the state before the first. @throws FascicleError as `commit` */
  goTo(to: number, expected: number): Promise<EditEvent> {
    return this.#inTurn(async () => {
      requireRevision(this.#log, expected);
      this.#requireState(to);
      return this.#write({ type: 'move', to }, this.#changesTo(to));
    });
  }

  /**
   * Takes an older edit back and keeps those after it.
   *
   * @throws FascicleError 'conflict' where later edits depend on it
   */
  revert(edit: number, expected: number): Promise<EditEvent> {
    return this.#inTurn(async () => {
      requireRevision(this.#log, expected);
      const { tree, entries } = this.#log;
      if (!tree.lineOf(tree.head).includes(edit))
        throw new FascicleError('bad-request', `Edit ${edit} is not part of the present state.`);
      const { change: original, summary, place } = entries[edit - 1] as EditEntry;
      const change = invertChange(original);
      this.#requireNoneDepends(change, edit);
      try {
        const deltas = original.voxels ? await this.#voxels.inverseOf(edit) : [];
        const entry = { type: 'edit', kind: 'revert', summary: `Take back: ${summary}`, change, place } as const;
        return await this.#write(entry, [change], { deltas });
      } catch (cause) {
        if (!(cause instanceof FascicleError) || cause.kind === 'storage') throw cause;
        throw new FascicleError(
          'conflict',
          `Later edits depend on this one (${cause.message}). Take those back first, or go to the state before it.`,
          { cause },
        );
      }
    });
  }

  /** The assignment in the state of an edit, to look at. @throws FascicleError 'bad-request' where there is no such edit */
  async assignmentOf(edit: number): Promise<Uint32Array> {
    this.#requireState(edit);
    if (edit === this.#log.tree.head) return this.live.assignment.slice();
    return assignmentAtState(this.#project, foldChanges(changesTo(this.#log, edit)));
  }

  /** The assignment at another cut, under the decisions in force. */
  previewCut(cut: Cut): Uint32Array {
    return this.live.previewCut(cut);
  }

  /** Waits for the edit under way; closing again is no error. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#last;
    this.#isBroken = true;
    this.live.close();
    await this.#voxels.close();
  }

  /** Changes from the present state to another, in order. */
  #changesTo(to: number): EditChange[] {
    const { tree, entries } = this.#log;
    const changeOf = (edit: number) => (entries[edit - 1] as EditEntry).change;
    const { takeBack, apply } = tree.pathTo(to);
    return [...takeBack.map((edit) => invertChange(changeOf(edit))), ...apply.map(changeOf)];
  }

  /** @throws FascicleError 'conflict' where an edit after `edit` has changed a value that taking it back would change */
  #requireNoneDepends(inverse: EditChange, edit: number): void {
    const { tree, entries } = this.#log;
    const later = tree.lineOf(tree.head).filter((revision) => revision > edit);
    if (later.some((revision) => dependsOn((entries[revision - 1] as EditEntry).change, inverse)))
      throw new FascicleError('conflict', 'A later edit has changed the same value. Change it anew instead.');
  }

  #requireState(edit: number): void {
    if (!this.#log.tree.isState(edit))
      throw new FascicleError(
        'bad-request',
        `The log has no edit ${edit} to go to. Choose one of the history; an undo or a redo has no state of its own.`,
      );
  }

  async #writePrepared(
    { kind, summary, change: prepared, place, voxels }: Omit<PreparedEdit, 'link' | 'alternatives' | 'divides'>,
    options: { readonly also?: (revision: number) => void } = {},
  ): Promise<EditEvent> {
    const deltas = await this.#voxels.deltasOf(voxels);
    const tables = prepared.tables && { tables: orientSteps(this.#project.database, prepared.tables) };
    const change = { ...prepared, ...tables, ...(deltas.length > 0 && { voxels: { chunks: deltas.length } }) };
    return this.#write({ type: 'edit', kind, summary, change, place }, [change], { ...options, deltas });
  }

  /**
   * Applies changes to the live state, then writes the entry with its rows and voxels; a refusal by the live state leaves the disk
   * untouched, a failure of the disk is taken back in memory. The edit is durable then; its voxels are brought into the volume after it,
   * or when the project is opened again.
   */
  async #write(
    entry: Parameters<typeof appendEntry>[2],
    changes: readonly EditChange[],
    { also, deltas = [] }: { readonly also?: (revision: number) => void; readonly deltas?: readonly ChunkDelta[] } = {},
  ): Promise<EditEvent> {
    const { database } = this.#project;
    await this.#voxels.requireRoom(changes.reduce((sum, { voxels }) => sum + (voxels?.chunks ?? 0), 0));
    const applied: EditChange[] = [];
    const parts: AppliedChange[] = [];
    let written = changes;
    let kept: LogEntry;
    try {
      for (const change of changes) {
        parts.push(this.live.apply(change));
        applied.push(change);
      }
      const rows = (revision: number): void => {
        for (const { tables } of changes) if (tables) writeTableChange(database, tables);
        insertDeltas(database, revision, deltas);
        also?.(revision);
      };
      if (entry.type === 'edit') {
        const change = this.#withTraits(entry.change, parts[0]);
        entry = { ...entry, change };
        written = [change];
      }
      kept = appendEntry(database, this.#log, entry, { also: rows });
    } catch (error) {
      this.#takeBack(applied);
      throw error;
    }
    for (const change of written) this.#fold.apply(change);
    const [followed] = await Promise.allSettled([
      changes.some(({ voxels }) => voxels) ? this.#voxels.follow(this.#log) : Promise.resolve(null),
    ]);
    const event = {
      entry: kept,
      change: joinAssignmentChanges(parts),
      voxels: followed.status === 'fulfilled' ? followed.value : null,
      tables: changes.some(({ tables }) => tables),
      traits: this.#traitsOf(written),
    };
    // The edit is in the log whatever became of its voxels: windows go on from it.
    this.#onEdit(event);
    if (followed.status === 'rejected')
      throw unwrittenVoxels('The edit is kept, but its voxels could not be written', followed.reason);
    return event;
  }

  /** The change of a new edit with what follows from it for the traits of segments. */
  #withTraits({ traits: _, ...change }: EditChange, applied: AppliedChange): EditChange {
    const { live, state } = this;
    const members = (segment: number): Uint32Array => live.members(segment);
    const traits = inheritTraits(applied, change, state, { assignment: live.assignment, sizes: live.sizes, members });
    return traits.length === 0 ? change : { ...change, traits };
  }

  /** The present traits of the segments whose traits changes name. */
  #traitsOf(changes: readonly EditChange[]): Map<number, SegmentTrait | null> {
    const segments = changes.flatMap(({ traits = [] }) => traits.map(({ segment }) => segment));
    return new Map(segments.map((segment) => [segment, this.state.traits.get(segment) ?? null]));
  }

  /** Writes the voxels that could not be written before, and tells the world of them with the last entry. */
  async #catchUp(): Promise<void> {
    if (!this.#voxels.isBehind) return;
    let voxels: Box | null;
    try {
      voxels = await this.#voxels.follow(this.#log);
    } catch (cause) {
      throw unwrittenVoxels('Nothing was changed, for the voxels of the last edit could not be written yet', cause);
    }
    const change = { kind: 'some', supervoxels: new Uint32Array(), segments: new Uint32Array() } as const;
    this.#onEdit({ entry: this.#log.entries.at(-1)!, change, voxels, tables: false, traits: new Map() });
  }

  /** Resolves when the volume holds the voxels of the log. @throws FascicleError 'storage' where they cannot be written */
  async #caughtUp(): Promise<void> {
    if (this.#voxels.isBehind) await this.#inTurn(() => Promise.resolve());
  }

  #takeBack(applied: readonly EditChange[]): void {
    try {
      for (const change of [...applied].reverse()) this.live.apply(invertChange(change));
    } catch (cause) {
      this.#isBroken = true;
      throw new FascicleError(
        'internal',
        'The segmentation in memory no longer agrees with the log. Every acknowledged edit is on disk; open the project again.',
        { cause },
      );
    }
  }

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const mine = this.#last.then(async () => {
      if (this.#isBroken) throw new FascicleError('conflict', 'The project was closed. Open it again.');
      await this.#catchUp();
      return work();
    });
    this.#last = mine.catch(() => undefined);
    return mine;
  }
}
