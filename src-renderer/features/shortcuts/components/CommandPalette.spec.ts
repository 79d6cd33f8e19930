import { mount } from '@vue/test-utils';
import type { VueWrapper } from '@vue/test-utils';
import { createPinia, setActivePinia } from 'pinia';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { nextTick } from 'vue';

import { registerCommands } from '#renderer/commands/index.ts';

import { useShortcutStore } from '../store.ts';

import CommandPalette from './CommandPalette.vue';

const ran = vi.fn();
const endings: (() => void)[] = [];
let palette: VueWrapper;

const command = (id: string, label: string, refusal: string | null = null) => ({
  ...{ id, label, group: 'Test', refusal: () => refusal },
  run: () => void ran(id),
});
const add = (...commands: ReturnType<typeof command>[]): void => void endings.push(registerCommands(commands));

beforeEach(() => {
  setActivePinia(createPinia());
  localStorage.clear();
  add(command('b', 'Bold'), command('c', 'Cold'), command('d', 'Dull', 'Not now.'));
});
afterEach(() => {
  palette.unmount();
  for (const end of endings.splice(0)) end();
  ran.mockClear();
});

const field = () => document.querySelector<HTMLInputElement>('.command-palette input');
const options = () => [...document.querySelectorAll('.command-palette [role="option"]')];
const selected = () =>
  document.querySelector('.command-palette [aria-selected="true"] .clip')?.textContent.split(' ')[0];

/** A key, where the focus is: at the field once it has it. */
async function press(key: string, more: KeyboardEventInit = {}): Promise<void> {
  const target = document.activeElement ?? document.body;
  target.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more }));
  await nextTick();
}
async function write(text: string): Promise<void> {
  field()!.value = text;
  field()!.dispatchEvent(new Event('input'));
  await nextTick();
}
async function open(): Promise<void> {
  palette = mount(CommandPalette, { attachTo: document.body });
  useShortcutStore().isPaletteOpen = true;
  await expect.poll(() => field() !== null && document.activeElement === field()).toBe(true);
}

describe('the command palette', () => {
  it('runs with Enter what was gone to, when it has closed', async () => {
    await open();
    await press('ArrowDown');
    await press('Enter');
    await expect.poll(() => ran.mock.calls).toEqual([['c']]);
    expect(field()).toBeNull();
  });

  it('stays with what was gone to while other commands come', async () => {
    await open();
    await press('End');
    await press('ArrowUp');
    expect(selected()).toBe('Cold');
    add(command('e', 'Even'));
    endings.shift()!();
    add(command('b', 'Bold'), command('c', 'Cold'));
    await nextTick();
    expect(options()).toHaveLength(3);
    expect(selected()).toBe('Cold');
  });

  it('goes back to the best fit with every letter', async () => {
    await open();
    await press('ArrowDown');
    await write('ol');
    expect(selected()).toBe('Bold');
  });

  it('goes round with arrows, to the ends with Home and End, and leaves the text its chords', async () => {
    await open();
    await press('ArrowUp');
    expect(selected()).toBe('Dull');
    await press('ArrowDown');
    expect(selected()).toBe('Bold');
    await press('End');
    await press('Home', { shiftKey: true });
    expect(selected()).toBe('Dull');
    await press('Home');
    expect(selected()).toBe('Bold');
  });

  it('runs nothing that is refused, nor by the Enter that opened it, nor by one that ends a composed sign', async () => {
    await open();
    await press('Enter', { repeat: true });
    await press('Enter', { isComposing: true });
    await press('End');
    await press('Enter');
    expect(ran).not.toHaveBeenCalled();
    expect(field()).not.toBeNull();
  });

  it('is not led by a pointer at rest, but by one that moves', async () => {
    await open();
    const last = options().at(-1)!;
    last.dispatchEvent(new MouseEvent('pointermove', { bubbles: true }));
    await nextTick();
    expect(selected()).toBe('Bold');
    last.dispatchEvent(new MouseEvent('pointermove', { bubbles: true, movementY: 3 }));
    await nextTick();
    expect(selected()).toBe('Dull');
  });

  it('gets what is typed before it is there, Enter too', async () => {
    const shortcut = vi.fn();
    document.addEventListener('keydown', shortcut);
    useShortcutStore().isPaletteOpen = true;
    for (const key of ['c', 'x', 'Backspace', 'o', 'Enter']) await press(key);
    palette = mount(CommandPalette, { attachTo: document.body });
    await expect.poll(() => ran.mock.calls).toEqual([['c']]);
    document.removeEventListener('keydown', shortcut);
    expect(shortcut).not.toHaveBeenCalled();
  });

  it('lets keys be when it was left before it was there', async () => {
    const store = useShortcutStore();
    store.isPaletteOpen = true;
    await press('c');
    await press('Escape');
    expect(store.isPaletteOpen).toBe(false);
    const shortcut = vi.fn();
    document.addEventListener('keydown', shortcut, { once: true });
    await press('c');
    expect(shortcut).toHaveBeenCalledOnce();
    expect(store.query).toBe('');
    palette = mount(CommandPalette, { attachTo: document.body });
  });
});
