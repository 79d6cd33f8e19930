import { encodeAssignment } from '#contract/assignmentTable.ts';
import type { Committed } from '#contract/routes/edits.ts';
import { encodeVoxelPatches } from '#contract/voxelPatches.ts';
import { FACT_KEYS } from '#domain/editChange.ts';
import { writeCheckpoint } from '#engine/editing/checkpoints.ts';
import { describeHistory } from '#engine/editing/describeHistory.ts';
import { deltaOf, describeProposal } from '#engine/editing/describeProposal.ts';
import type { EditSession } from '#engine/editing/editSession.ts';
import type { EditEvent } from '#engine/editing/editWriter.ts';
import { ownPreview, thresholdCurve } from '#engine/editing/thresholdCurve.ts';
import { solvedBeta } from '#engine/segmentation/solvedBeta.ts';

import type { EngineContext } from '../engineContext.ts';
import type { Handlers } from '../handlers.ts';

/** Proofreading: proposals, edits, history, previews of thresholds. */
export function createEditsHandlers(engine: EngineContext): Handlers['edits'] {
  const session = (id: string): Promise<EditSession> => engine.projects.get(id).editing.open();
  const history = async (id: string) => {
    const editing = await session(id);
    // What a window reads after this is of the revision that it is told.
    await editing.voxelsFollowed();
    const { log, state } = editing;
    return describeHistory(engine.projects.get(id).project.database, log, state);
  };

  return {
    history: ({ params }) => history(params.project),
    async propose({ params, body, signal }) {
      const editing = await session(params.project);
      return describeProposal(editing, await editing.prepare(body, signal));
    },
    async proposeVoxels({ params, body, signal }) {
      const editing = await session(params.project);
      return encodeVoxelPatches((await editing.prepare(body, signal)).voxels);
    },
    async commit({ params, body, signal }) {
      const editing = await session(params.project);
      return committed(editing, await editing.commit(body.edit, body.expected, signal));
    },
    async undo({ params, body }) {
      const editing = await session(params.project);
      return committed(editing, await editing.undo(body.expected));
    },
    async redo({ params, body }) {
      const editing = await session(params.project);
      return committed(editing, await editing.redo(body.expected));
    },
    async goTo({ params, body }) {
      const editing = await session(params.project);
      return committed(editing, await editing.goTo(body.to, body.expected));
    },
    async revert({ params, body }) {
      const editing = await session(params.project);
      return committed(editing, await editing.revert(body.edit, body.expected));
    },
    async assignmentAt({ params }) {
      const editing = await session(params.project);
      return encodeAssignment({ revision: params.edit, assignment: await editing.assignmentOf(params.edit) });
    },
    async assignmentAtCut({ params, query }) {
      const editing = await session(params.project);
      const { threshold = null, minSize, anchor } = query;
      const assignment =
        anchor === undefined ? editing.previewCut({ threshold, minSize }) : ownPreview(editing, anchor, threshold);
      return encodeAssignment({ revision: editing.revision, assignment });
    },
    async curve({ params, query, signal }) {
      const editing = await session(params.project);
      const { project, review } = engine.projects.get(params.project);
      const attached = await review.agreementUnlessAttaching(signal);
      const request = {
        anchor: query.anchor ?? null,
        solvedBeta: solvedBeta(project.database),
        truth: attached?.live.rows ?? null,
      };
      return { points: await thresholdCurve(editing, request, signal) };
    },
    async checkpoint({ params, body }) {
      const editing = await session(params.project);
      writeCheckpoint(engine.projects.get(params.project).project.database, body.name, editing.log.tree.head);
      return history(params.project);
    },
    async facts({ params }) {
      const { facts } = (await session(params.project)).state;
      return FACT_KEYS.flatMap((key) => [...facts[key]].map(([supervoxel, value]) => ({ supervoxel, key, value })));
    },
  };
}

function committed({ live, log }: EditSession, { entry, change }: EditEvent): Committed {
  return {
    revision: entry.revision,
    head: log.tree.head,
    summary: entry.type === 'edit' ? entry.summary : '',
    delta: change.kind === 'all' ? null : deltaOf(change),
    segments: live.segmentCount,
  };
}
