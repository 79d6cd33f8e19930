import { parseChord } from './chord.ts';
import type { Command, Keymap } from './command.ts';
import { KEYMAP_CHANGES } from './presets.ts';

/** A user's own keys by command id; null for none. */
export type KeyOverrides = Readonly<Record<string, string | null>>;

/** The chords of a command in a keymap, before a user's changes. */
function defaultChords({ id, keys }: Pick<Command, 'id' | 'keys'>, keymap: Keymap): readonly string[] {
  const changed = keymap === 'neuroglancer' ? undefined : KEYMAP_CHANGES[keymap][id];
  const chords = changed === undefined ? (keys ?? null) : changed;
  if (chords === null) return [];
  return typeof chords === 'string' ? [chords] : chords;
}

/** The chords of a command as they are now: the user's own, else those of the keymap; canonical. */
export function chordsOf(
  command: Pick<Command, 'id' | 'keys'>,
  keymap: Keymap,
  overrides: KeyOverrides,
): readonly string[] {
  const own = overrides[command.id];
  if (own === null) return [];
  const chords = own === undefined ? defaultChords(command, keymap) : own.split(' ');
  return chords.map((chord) => parseChord(chord)).filter((chord) => chord !== null);
}

/** A letter, a digit or a sign alone: typed by a slip of the finger. */
export function isBareKey(chord: string): boolean {
  return chord.length === 1;
}

/** Commands that a chord would run besides `command`: those that can exist at the same time are the user's to judge. */
export function conflictsOf(
  chord: string,
  command: Pick<Command, 'id'>,
  all: readonly Command[],
  keymap: Keymap,
  overrides: KeyOverrides,
): readonly Command[] {
  return all.filter((other) => other.id !== command.id && chordsOf(other, keymap, overrides).includes(chord));
}

/** Why a command must not have a chord; null if it may. */
export function refusalOfChord(chord: string, command: Pick<Command, 'edits'>): string | null {
  if (command.edits && isBareKey(chord))
    return 'A key that edits needs Ctrl, Alt or Shift, so that a slip never changes anything.';
  if (chord === 'Escape' || chord === 'Tab') return 'This key leaves a mode or moves the focus.';
  return null;
}
