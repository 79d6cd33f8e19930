import { shallowRef } from 'vue';
import type { Directive } from 'vue';

/** What a tooltip says: a line, and the chord that does the same. */
export type TooltipContent = string | { readonly text: string; readonly keys?: string | undefined } | null | undefined;

export interface OpenTooltip {
  readonly element: HTMLElement;
  readonly text: string;
  readonly keys: string | undefined;
}

const REST_MS = 450;

/** The one tooltip of the window; UiTooltipLayer draws it. One element for all keeps a list of a thousand buttons cheap. */
export const openTooltip = shallowRef<OpenTooltip | null>(null);

const contents = new WeakMap<HTMLElement, TooltipContent>();
let timer: ReturnType<typeof setTimeout> | undefined;

/** Of the element that draws it; what it explains refers to it. */
export const TOOLTIP_ID = 'tooltip';

/** Closes the tooltip, now. */
export function closeTooltip(): void {
  clearTimeout(timer);
  openTooltip.value?.element.removeAttribute('aria-describedby');
  openTooltip.value = null;
}

function show(element: HTMLElement): void {
  const content = contents.get(element);
  if (content === null || content === undefined || content === '' || !element.isConnected) return;
  const { text, keys } = typeof content === 'string' ? { text: content } : content;
  if (openTooltip.value?.element !== element) closeTooltip();
  element.setAttribute('aria-describedby', TOOLTIP_ID);
  openTooltip.value = { element, text, keys };
}

function onEnter(event: PointerEvent): void {
  if (event.pointerType === 'touch') return;
  const element = event.currentTarget as HTMLElement;
  clearTimeout(timer);
  // A neighbour of an open tooltip answers at once.
  if (openTooltip.value !== null) show(element);
  else timer = setTimeout(() => show(element), REST_MS);
}

function onFocus(event: FocusEvent): void {
  const element = event.currentTarget as HTMLElement;
  if (element.matches(':focus-visible')) show(element);
}

const LISTENERS = {
  pointerenter: onEnter,
  pointerleave: closeTooltip,
  pointerdown: closeTooltip,
  focus: onFocus,
  blur: closeTooltip,
};

/**
 * `v-tooltip="{ text, keys }"`: explains an element on rest and on focus from the keyboard. The element keeps its own name
 * (`aria-label` or text); a tooltip adds, it never is the only place of a fact.
 */
export const vTooltip: Directive<HTMLElement, TooltipContent> = {
  mounted(element, { value }) {
    contents.set(element, value);
    for (const [type, listener] of Object.entries(LISTENERS)) element.addEventListener(type, listener as EventListener);
  },
  updated(element, { value }) {
    contents.set(element, value);
    if (openTooltip.value?.element !== element) return;
    if (value) show(element);
    else closeTooltip();
  },
  beforeUnmount(element) {
    contents.delete(element);
    if (openTooltip.value?.element === element) closeTooltip();
  },
};
