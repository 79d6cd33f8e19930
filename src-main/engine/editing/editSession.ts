import type { EditRequest } from '#contract/routes/edits.ts';
import type { Cut, EditChange, FactKey } from '#domain/editChange.ts';
import { createStateFold, foldChanges } from '#domain/editState.ts';
import type { EditState, StateFold } from '#domain/editState.ts';
import { FascicleError } from '#domain/errors.ts';
import type { Zyx } from '#domain/geometry.ts';
import { assignmentAtState } from '#engine/project/assignment.ts';
import { changesTo, readEditLog, requireRevision } from '#engine/project/editLog.ts';
import type { EditEntry, EditLog } from '#engine/project/editLog.ts';
import type { Project } from '#engine/project/project.ts';
import { readSupervoxelRow } from '#engine/project/tableChange.ts';
import type { LiveSegmentation } from '#engine/proofreading/liveSegmentation.ts';
import { loadLiveSegmentation } from '#engine/proofreading/loadLiveSegmentation.ts';
import { proposeSplit } from '#engine/proofreading/proposeSplit.ts';

import { createEditWriter } from './editWriter.ts';
import type { EditEvent, EditWriter, WriteOptions } from './editWriter.ts';
import { changesFromHead, inverseOfEdit, requireState } from './history.ts';
import { prepareEdit } from './prepareEdit.ts';
import type { EditContext, PreparedEdit } from './prepareEdit.ts';
import { rememberSplit } from './rememberSplit.ts';
import { preparePainted } from './voxels/paint/preparePaint.ts';
import type { PaintedVoxels } from './voxels/paint/preparePaint.ts';
import { createSessionVoxels } from './voxels/sessionVoxels.ts';
import type { SessionVoxels } from './voxels/sessionVoxels.ts';

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
  readonly #voxels: SessionVoxels;
  readonly #fold: StateFold;
  readonly #writer: EditWriter;
  readonly #splitWays = rememberSplit(
    (sides, signal) => {
      const { live, sources, rowOf } = this.#context();
      return proposeSplit(live, sources, sides, rowOf, signal && { signal });
    },
    () => this.revision,
  );
  #last: Promise<unknown> = Promise.resolve();
  #isClosing = false;
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
    const voxels = createSessionVoxels(project, options.onVoxels);
    this.#voxels = voxels;
    const { database } = project;
    this.#writer = createEditWriter({ database, log, fold, live, voxels, onEdit: options.onEdit ?? (() => undefined) });
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
  commit(request: EditRequest, expected: number, signal?: AbortSignal, options: WriteOptions = {}): Promise<EditEvent> {
    return this.#inTurn(async () => {
      requireRevision(this.#log, expected);
      return this.#writer.writePrepared(await prepareEdit(this.#context(), request, signal), options);
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
      return prepared && this.#writer.writePrepared(prepared);
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
      return this.#writer.write({ type: 'edit', kind, summary, place, change }, [change]);
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
      return this.#writer.write({ type: 'move', to }, changesFromHead(this.#log, to));
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
      const { original, inverse: change } = inverseOfEdit(this.#log, edit);
      const { summary, place } = original;
      try {
        const deltas = original.change.voxels ? await this.#voxels.inverseOf(edit) : [];
        const entry = { type: 'edit', kind: 'revert', summary: `Take back: ${summary}`, change, place } as const;
        return await this.#writer.write(entry, [change], { deltas });
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
    requireState(this.#log, edit);
    if (edit === this.#log.tree.head) return this.live.assignment.slice();
    return assignmentAtState(this.#project, foldChanges(changesTo(this.#log, edit)));
  }

  /** The assignment at another cut, under the decisions in force. */
  previewCut(cut: Cut): Uint32Array {
    return this.live.previewCut(cut);
  }

  /** Waits for the edit under way; closing again is no error. */
  async close(): Promise<void> {
    if (this.#isClosing) return;
    this.#isClosing = true;
    await this.#last;
    this.#isClosed = true;
    this.live.close();
    await this.#voxels.close();
  }

  /** Resolves when the volume holds the voxels of the log. @throws FascicleError 'storage' where they cannot be written */
  async #caughtUp(): Promise<void> {
    if (this.#voxels.isBehind) await this.#inTurn(() => Promise.resolve());
  }

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const mine = this.#last.then(async () => {
      if (this.#isClosed || this.#writer.isBroken)
        throw new FascicleError('conflict', 'The project was closed. Open it again.');
      await this.#writer.catchUp();
      return work();
    });
    this.#last = mine.catch(() => undefined);
    return mine;
  }
}
