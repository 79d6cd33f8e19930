import { foldChanges } from '#domain/editState.ts';
import type { EditState } from '#domain/editState.ts';
import { currentAssignment } from '#engine/project/assignment.ts';
import { changesTo, readEditLog } from '#engine/project/editLog.ts';
import type { Project } from '#engine/project/project.ts';
import { countRows } from '#engine/project/tables.ts';

import { EditSession } from './editSession.ts';
import type { EditEvent } from './editWriter.ts';

/** The editing of an open project, loaded at the first request: a project may have no segmentation yet. */
export interface LazyEditing {
  /** @throws as `EditSession.open`; it is tried again at the next call */
  open(): Promise<EditSession>;
  /** The session where it is loaded. */
  readonly current: EditSession | null;
  /** The segments as they are now, without loading more than that takes. */
  assignment(): Promise<{ readonly revision: number; readonly assignment: Uint32Array }>;
  /** The traits of segments as they are now. */
  traits(): { readonly revision: number; readonly traits: EditState['traits'] };
  /** Calls back after each edit, in order. */
  onEdit(listener: (event: EditEvent) => void): void;
  close(): Promise<void>;
}

/** @param onVoxels is called when voxels have changed on disk, before anyone is told of the edit */
export function createLazyEditing(project: Project, onVoxels?: () => Promise<void>): LazyEditing {
  let opened: Promise<EditSession> | null = null;
  let current: EditSession | null = null;
  let kept: { revision: number; assignment: Promise<Uint32Array> } | null = null;
  const listeners = new Set<(event: EditEvent) => void>();

  return {
    get current() {
      return current;
    },
    open() {
      if (opened !== null) return opened;
      const opening = EditSession.open(project, {
        onVoxels,
        onEdit: (event) => listeners.forEach((tell) => tell(event)),
      });
      opened = opening;
      opening.then(
        (session) => {
          current = session;
          kept = null;
        },
        () => (opened = null),
      );
      return opening;
    },
    async assignment() {
      if (current !== null) return { revision: current.revision, assignment: current.live.assignment.slice() };
      const revision = countRows(project.database, 'edits');
      if (kept?.revision !== revision) kept = { revision, assignment: currentAssignment(project) };
      return { revision, assignment: await kept.assignment };
    },
    traits() {
      if (current !== null) return { revision: current.revision, traits: current.state.traits };
      const log = readEditLog(project.database);
      return { revision: log.tree.revision, traits: foldChanges(changesTo(log)).traits };
    },
    onEdit: (listener) => void listeners.add(listener),
    async close() {
      await opened?.catch(() => null);
      await current?.close();
      current = null;
    },
  };
}
