import { afterEach, describe, expect, it } from 'vitest';
import { effectScope, ref } from 'vue';

import { useDialogText } from './useDialogText.ts';

const scope = effectScope();
const isOpen = ref(false);
const { text, takeKeys } = scope.run(() => useDialogText(isOpen, () => 'as before'))!;
afterEach(() => (isOpen.value = false));

/** @returns whether the key was left to the window */
function press(key: string, more: KeyboardEventInit = {}): boolean {
  return document.body.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more }));
}

describe('the text of a dialog', () => {
  it('begins with what the dialog says each time it is asked for', () => {
    isOpen.value = true;
    expect(text.value).toBe('as before');
    expect(takeKeys()).toEqual({ isTyped: false, isEntered: false });
    text.value = 'changed';
    isOpen.value = false;
    isOpen.value = true;
    expect(text.value).toBe('as before');
  });

  it('is what was typed before the field had the focus, in the place of what it began with', () => {
    isOpen.value = true;
    expect(['1', '2', 'Backspace', ' ', '3'].map((key) => press(key))).not.toContain(true);
    expect(text.value).toBe('1 3');
    press('Enter');
    expect(takeKeys()).toEqual({ isTyped: true, isEntered: true });
    expect(takeKeys()).toEqual({ isTyped: false, isEntered: false });
  });

  it('is empty after Backspace: what it began with counts as selected', () => {
    isOpen.value = true;
    press('Backspace');
    expect(text.value).toBe('');
  });

  it('leaves keys alone once the field has the focus, when it is closed, and chords always', () => {
    expect(press('a')).toBe(true);
    isOpen.value = true;
    expect(press('k', { ctrlKey: true })).toBe(true);
    takeKeys();
    expect(press('a')).toBe(true);
    expect(text.value).toBe('as before');
  });

  it('closes with Escape, and takes no Enter that is still held from asking', () => {
    isOpen.value = true;
    press('Enter', { repeat: true });
    expect(takeKeys().isEntered).toBe(false);
    isOpen.value = false;
    isOpen.value = true;
    press('Escape');
    expect(isOpen.value).toBe(false);
    expect(press('a')).toBe(true);
  });
});
