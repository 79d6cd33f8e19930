/**
 * Arrows inside a group that has one tab stop, as toolbars and tab lists do. The group marks its stop with tabindex 0, the others
 * with -1; the last focused one becomes the stop.
 */
export function useRovingFocus({ orientation }: { orientation: 'horizontal' | 'vertical' }): {
  onKey: (event: KeyboardEvent) => void;
} {
  const [back, on] = orientation === 'vertical' ? ['ArrowUp', 'ArrowDown'] : ['ArrowLeft', 'ArrowRight'];

  function onKey(event: KeyboardEvent): void {
    const group = event.currentTarget as HTMLElement;
    const stops = [...group.querySelectorAll<HTMLElement>('button, [role="tab"], a[href]')].filter(
      (element) => element.offsetParent !== null,
    );
    const at = stops.indexOf(document.activeElement as HTMLElement);
    const to = { [back]: at - 1, [on]: at + 1, Home: 0, End: stops.length - 1 }[event.key];
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    const next = stops[(to + stops.length) % stops.length];
    for (const stop of stops) stop.tabIndex = stop === next ? 0 : -1;
    next.focus();
  }

  return { onKey };
}
