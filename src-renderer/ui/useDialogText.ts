import { ref, watch } from 'vue';
import type { Ref } from 'vue';

import { typeAhead } from './typeAhead.ts';

/** What was pressed before the field of a dialog had the focus. */
export interface EarlyKeys {
  /** The text is not the one the field began with. */
  readonly isTyped: boolean;
  readonly isEntered: boolean;
}

/**
 * The text of a dialog with one field, from the moment the dialog is asked for: what is typed before the field has the focus is written into
 * it. It belongs into a store, since a dialog may be read only when it is first shown.
 *
 * @param start what the field begins with; the first letter takes its place, as where all of it is selected
 */
export function useDialogText(
  isOpen: Ref<boolean>,
  start: () => string = () => '',
): { readonly text: Ref<string>; readonly takeKeys: () => EarlyKeys } {
  const text = ref('');
  let early = { isTyped: false, isEntered: false };
  let endTypeAhead = (): void => undefined;

  watch(
    isOpen,
    (isAsked) => {
      endTypeAhead();
      early = { isTyped: false, isEntered: false };
      text.value = isAsked ? start() : '';
      if (isAsked)
        endTypeAhead = typeAhead({
          edit: (change) => {
            text.value = change(early.isTyped ? text.value : '');
            early.isTyped = true;
          },
          enter: () => (early.isEntered = true),
          cancel: () => (isOpen.value = false),
        });
    },
    // The very next key is for the field.
    { flush: 'sync' },
  );

  /** The field has the focus: keys reach it by themselves. What was pressed before is told once. */
  function takeKeys(): EarlyKeys {
    endTypeAhead();
    const taken = early;
    early = { isTyped: false, isEntered: false };
    return taken;
  }

  return { text, takeKeys };
}
