/**
 * When a slider's value is meant: on release of the pointer, or with Enter. A range input says 'change' after each key as well, and a
 * key only looks.
 */
export function useCommitOnRelease(commit: () => void) {
  let isDragged = false;
  return {
    onPointerdown: () => void (isDragged = true),
    onChange(): void {
      if (isDragged) commit();
      isDragged = false;
    },
    onEnter(event: KeyboardEvent): void {
      event.preventDefault();
      event.stopPropagation();
      commit();
    },
  };
}
