/** What a person does in the history: random undos, redos, jumps, edits taken back and names, so that the log branches. */
import { isFascicleError } from '#domain/errors.ts';
import { writeCheckpoint } from '#engine/editing/checkpoints.ts';
import type { EditSession } from '#engine/editing/editSession.ts';
import type { ProjectDatabase } from '#engine/project/database.ts';

/** Edits back from the last one that a jump or a take-back may name. */
const REACH = 40;

export type RandomMove =
  | { readonly kind: 'undo' | 'redo' }
  | { readonly kind: 'goTo'; readonly to: number }
  | { readonly kind: 'revert'; readonly edit: number }
  | { readonly kind: 'checkpoint'; readonly name: string };

const KINDS = ['undo', 'undo', 'redo', 'goTo', 'revert', 'checkpoint'] as const;

/**
 * A random move in the history; the project may refuse it.
 *
 * @param revision the last entry of the log
 */
export function randomMove(revision: number, random: () => number): RandomMove {
  const kind = KINDS[Math.floor(random() * KINDS.length)];
  const near = Math.max(1, revision - Math.floor(random() * REACH));
  switch (kind) {
    case 'undo':
    case 'redo':
      return { kind };
    case 'goTo':
      return { kind, to: near };
    case 'revert':
      return { kind, edit: near };
    case 'checkpoint':
      // A name that is used already would move.
      return { kind, name: `state ${revision} ${random()}` };
  }
}

/** Makes a move where it can be made. The state before the first edit, which is the segmentation's own, is not left behind. */
export async function makeMove(session: EditSession, database: ProjectDatabase, move: RandomMove): Promise<void> {
  const { revision, log } = session;
  try {
    switch (move.kind) {
      case 'undo':
        if (log.tree.head > 1) await session.undo(revision);
        return;
      case 'redo':
        await session.redo(revision);
        return;
      case 'goTo':
        await session.goTo(move.to, revision);
        return;
      case 'revert':
        if (move.edit > 1) await session.revert(move.edit, revision);
        return;
      case 'checkpoint':
        writeCheckpoint(database, move.name, log.tree.head);
        return;
    }
  } catch (error) {
    if (!isFascicleError(error, 'bad-request') && !isFascicleError(error, 'conflict')) throw error;
  }
}
