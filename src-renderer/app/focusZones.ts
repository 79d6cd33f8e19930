/** The order of the zones of the window; an element marks itself with `data-zone`. */
const ZONES = ['rail', 'left', 'views', 'right', 'history'];

const FOCUSABLE =
  'button:enabled:not([tabindex="-1"]), a[href], input:enabled, select:enabled, textarea:enabled, [tabindex]:not([tabindex="-1"])';

/** Moves the focus to the next zone that is in view, or to the one before; zones remember where the focus was. */
export function focusNextZone(direction: 1 | -1): void {
  const zones = ZONES.map((name) => document.querySelector<HTMLElement>(`[data-zone="${name}"]`)).filter(
    (zone) => zone !== null && zone.checkVisibility(),
  ) as HTMLElement[];
  if (zones.length === 0) return;
  const at = zones.findIndex((zone) => zone.contains(document.activeElement));
  if (at >= 0) lastFocused.set(zones[at], document.activeElement as HTMLElement);
  const next = zones[at < 0 ? 0 : (at + direction + zones.length) % zones.length];
  const last = lastFocused.get(next);
  const target = last?.isConnected && last.checkVisibility() ? last : firstFocusable(next);
  (target ?? next).focus();
}

const lastFocused = new WeakMap<HTMLElement, HTMLElement>();

function firstFocusable(zone: HTMLElement): HTMLElement | undefined {
  return [...zone.querySelectorAll<HTMLElement>(FOCUSABLE)].find((element) => element.checkVisibility());
}
