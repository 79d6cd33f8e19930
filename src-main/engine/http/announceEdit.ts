import { describeCuts, describeEntry, describeTraits } from '#engine/editing/describeHistory.ts';
import { deltaOf } from '#engine/editing/describeProposal.ts';
import type { EditSession } from '#engine/editing/editSession.ts';
import type { EditEvent } from '#engine/editing/editWriter.ts';

import type { EventHub } from './eventHub.ts';

/** Tells every window of an edit that is durable, with what it changed. */
export function announceEdit(events: EventHub, project: string, session: EditSession, event: EditEvent): void {
  const { entry, change, tables, voxels, traits } = event;
  const { head, undoTarget, redoTarget } = session.log.tree;
  events.publish({
    type: 'assignment',
    project,
    projectRevision: entry.revision,
    changed: change.kind === 'all' ? null : deltaOf(change),
    segments: session.live.segmentCount,
    traits: describeTraits(traits),
    ...{ tables, voxels },
    entry: describeEntry(entry, session.log),
    ...{ head, undoTarget, redoTarget },
    cuts: describeCuts(session.state),
  });
}
