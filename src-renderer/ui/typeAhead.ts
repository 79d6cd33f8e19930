/** What keys do that were pressed before a field is there. */
export interface TypeAhead {
  /** Gives the text of the field as the key leaves it. */
  readonly edit: (change: (text: string) => string) => void;
  readonly enter: () => void;
  readonly cancel: () => void;
}

/**
 * Takes every key for a field that was asked for and does not have the focus yet: where the focus still is, letters would be shortcuts.
 * Chords with Ctrl, Alt or ⌘ stay commands.
 *
 * @returns a function that ends it; call it when the field has the focus
 */
export function typeAhead({ edit, enter, cancel }: TypeAhead, target: Window = window): () => void {
  const onKeydown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    // An Enter that is still held asked for the field.
    if (event.key === 'Enter' && !event.repeat) enter();
    else if (event.key === 'Escape') cancel();
    else if (event.key === 'Backspace') edit((text) => text.slice(0, -1));
    else if (event.key.length === 1) edit((text) => text + event.key);
  };
  target.addEventListener('keydown', onKeydown, { capture: true });
  return () => target.removeEventListener('keydown', onKeydown, { capture: true });
}
