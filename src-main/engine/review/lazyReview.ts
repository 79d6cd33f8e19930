import type { LazyEditing } from '#engine/editing/lazyEditing.ts';
import type { EditSession } from '#engine/editing/editSession.ts';
import { attachedTruth, attachTruth, detachTruth, isTruthBehind, readTruthRows } from '#engine/metrics/groundTruth.ts';
import type { CountingOptions, GroundTruth } from '#engine/metrics/groundTruth.ts';
import { LiveAgreement } from '#engine/metrics/liveAgreement.ts';
import type { Project } from '#engine/project/project.ts';
import { createQueue } from '#engine/user/queue.ts';

import { changesBetween } from './editsBehind.ts';
import { ReviewQueue } from './reviewQueue.ts';

/** The queue and the agreement of an open project, made when they are first asked for, and kept up to date from then on. */
export interface LazyReview {
  /** @throws as `LazyEditing.open` */
  queue(): Promise<ReviewQueue>;
  /** Null without ground truth. An edit of voxels makes the next call compare the volumes again. */
  agreement(signal?: AbortSignal): Promise<AttachedAgreement | null>;
  /** The same, but null while other ground truth is being attached. */
  agreementUnlessAttaching(signal?: AbortSignal): Promise<AttachedAgreement | null>;
  /** @throws as `attachTruth` */
  attach(truth: GroundTruth, options?: CountingOptions): Promise<AttachedAgreement>;
  detach(): Promise<void>;
}

export interface AttachedAgreement {
  readonly truth: GroundTruth;
  readonly live: LiveAgreement;
}

export function createLazyReview(project: Project, editing: LazyEditing): LazyReview {
  const inTurn = createQueue();
  let queue: ReviewQueue | null = null;
  let attached: AttachedAgreement | null = null;
  let isRead = false;
  /** The voxels of supervoxels are no longer those that were compared. */
  let isStale = false;
  let head: number | null = null;
  let attaching = 0;

  const open = async (): Promise<EditSession> => {
    const session = await editing.open();
    head ??= session.log.tree.head;
    return session;
  };
  editing.onEdit((event) => {
    const session = editing.current!;
    const changes = changesBetween(session, head ?? session.log.tree.head);
    head = session.log.tree.head;
    queue?.take(event);
    const hasVoxels = event.voxels !== null || changes.some(({ voxels }) => voxels !== undefined);
    if (hasVoxels || changes.some(({ tables }) => tables !== undefined)) isStale = true;
    else attached?.live.take(event.change, session.live.assignment);
  });
  const attach = async (truth: GroundTruth, options: CountingOptions = {}): Promise<AttachedAgreement> => {
    const session = await open();
    const { revision } = session;
    const rows = await attachTruth(project, truth, options);
    attached = { truth, live: new LiveAgreement(rows, session.live.assignment) };
    // Voxels that were edited while they were read are read again.
    isStale &&= session.revision !== revision;
    isRead = true;
    return attached;
  };
  const read = async (signal?: AbortSignal): Promise<AttachedAgreement | null> => {
    const session = await open();
    if (!isRead) {
      const truth = attachedTruth(project);
      attached = truth && { truth, live: new LiveAgreement(readTruthRows(project), session.live.assignment) };
      isStale ||= isTruthBehind(project);
      isRead = true;
    }
    while (isStale && attached !== null) await attach(attached.truth, { signal });
    return attached;
  };

  return {
    async queue() {
      const session = await open();
      return (queue ??= new ReviewQueue(project, session));
    },
    agreement: (signal) => inTurn(() => read(signal)),
    agreementUnlessAttaching: (signal) => (attaching > 0 ? Promise.resolve(null) : inTurn(() => read(signal))),
    async attach(truth, options) {
      attaching++;
      try {
        return await inTurn(() => attach(truth, options));
      } finally {
        attaching--;
      }
    },
    detach: () =>
      inTurn(() => {
        detachTruth(project);
        attached = null;
        isRead = true;
        return Promise.resolve();
      }),
  };
}
