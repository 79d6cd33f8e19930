/** What it takes to go from the present state of the log to another one. */
import { invertChange } from '#domain/editChange.ts';
import type { EditChange } from '#domain/editChange.ts';
import { FascicleError } from '#domain/errors.ts';
import type { EditEntry, EditLog } from '#engine/project/editLog.ts';

import { dependsOn } from './dependsOn.ts';

/** @throws FascicleError 'bad-request' where the log has no such edit */
export function requireState({ tree }: EditLog, edit: number): void {
  if (!tree.isState(edit))
    throw new FascicleError(
      'bad-request',
      `The log has no edit ${edit} to go to. Choose one of the history; an undo or a redo has no state of its own.`,
    );
}

/** Changes from the present state to that of an edit, in order. @throws FascicleError as `requireState` */
export function changesFromHead(log: EditLog, to: number): EditChange[] {
  requireState(log, to);
  const { takeBack, apply } = log.tree.pathTo(to);
  return [
    ...takeBack.map((edit) => invertChange(editOf(log, edit).change)),
    ...apply.map((edit) => editOf(log, edit).change),
  ];
}

/**
 * An older edit, and the change that takes it back and keeps those after it.
 *
 * @throws FascicleError 'bad-request' where it is not part of the present state, 'conflict' where a later edit has changed a value that
 *   taking it back would change
 */
export function inverseOfEdit(
  log: EditLog,
  edit: number,
): { readonly original: EditEntry; readonly inverse: EditChange } {
  const { tree } = log;
  const line = tree.lineOf(tree.head);
  if (!line.includes(edit)) throw new FascicleError('bad-request', `Edit ${edit} is not part of the present state.`);
  const original = editOf(log, edit);
  const inverse = invertChange(original.change);
  const later = line.filter((revision) => revision > edit);
  if (later.some((revision) => dependsOn(editOf(log, revision).change, inverse)))
    throw new FascicleError('conflict', 'A later edit has changed the same value. Change it anew instead.');
  return { original, inverse };
}

const editOf = ({ entries }: EditLog, edit: number): EditEntry => entries[edit - 1] as EditEntry;
