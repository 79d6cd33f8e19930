import { chordsOfPress } from './chord.ts';
import type { Command } from './command.ts';
import { isBareKey } from './keymap.ts';
import { commandsOfChord, existsNow, refusalOf, runCommand } from './registry.ts';

/** Chords with Ctrl or ⌘ and function keys act in a text field too; everything else is text there. */
function actsWhileTyping(chord: string): boolean {
  return /^(Mod|Ctrl|Meta)\+/.test(chord) || /^F\d+$/.test(chord);
}

/** Ctrl chords that belong to the text field while one has the focus. */
const EDITING_CHORDS = new Set(
  ['A', 'C', 'V', 'X', 'Z', 'Shift+Z', 'Y', 'ArrowLeft', 'ArrowRight', 'Backspace', 'Delete'].map(
    (key) => `Mod+${key}`,
  ),
);

export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement)
    return true;
  if (!(target instanceof HTMLInputElement)) return false;
  return !['checkbox', 'radio', 'range', 'button', 'submit', 'color', 'file'].includes(target.type);
}

/** Keys that a focused control uses itself. */
function belongsToControl(target: EventTarget | null, chord: string): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.closest('[role="menu"], [role="dialog"]:not([aria-modal="false"]), [role="alertdialog"]')) return true;
  if (chord === 'Tab' || chord === 'Shift+Tab') return !target.closest('[data-keys="view"]');
  if (chord === 'Space' || chord === 'Enter')
    return target.matches('button, a, input, summary, [role="option"], [role="row"], [role="menuitem"]');
  if (/^(Shift\+)?(Arrow|Page|Home|End)/.test(chord))
    return (
      target.matches('input, [role="separator"], [role="slider"]') ||
      target.closest(
        '[data-keys="arrows"], [role="listbox"], [role="grid"], [role="tablist"], [role="menubar"], [role="radiogroup"], [role="toolbar"]',
      ) !== null
    );
  return false;
}

/**
 * Runs commands from the keyboard, for as long as the window lives. Elements that act on keys themselves mark their root:
 * `data-keys="arrows"` keeps arrows and paging keys, `data-keys="view"` gives even Tab to the commands (it is held there).
 *
 * @returns a function that ends it
 */
export function listenForChords(target: Window = window): () => void {
  const held = new Map<string, Command>();

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.isComposing) return;
    const meanings = chordsOfPress(event);
    if (meanings.length === 0) return;
    const [chord] = meanings;
    if (isTyping(event.target) && (!actsWhileTyping(chord) || EDITING_CHORDS.has(chord))) return;
    const isGlobal = /^Mod\+(K|P)$/.test(chord);
    if (!isGlobal && belongsToControl(event.target, chord)) return;
    const command = meanings
      .flatMap((meaning) => commandsOfChord(meaning).filter((each) => !(each.edits && isBareKey(meaning))))
      .find(existsNow);
    if (command === undefined) return;
    event.preventDefault();
    if (event.repeat && !command.repeats) return;
    if (refusalOf(command) !== null) return;
    runCommand(command.id);
    if (command.release) held.set(event.code, command);
  };
  const onKeyUp = (event: KeyboardEvent): void => {
    held.get(event.code)?.release?.();
    held.delete(event.code);
  };
  // A key that goes up in another window is never told here.
  const releaseAll = (): void => {
    for (const command of held.values()) command.release?.();
    held.clear();
  };
  target.addEventListener('keydown', onKeyDown);
  target.addEventListener('keyup', onKeyUp);
  target.addEventListener('blur', releaseAll);
  return () => {
    target.removeEventListener('keydown', onKeyDown);
    target.removeEventListener('keyup', onKeyUp);
    target.removeEventListener('blur', releaseAll);
  };
}
