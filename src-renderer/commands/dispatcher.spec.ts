import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { listenForChords } from './dispatcher.ts';
import { registerCommands } from './registry.ts';

const endings: (() => void)[] = [];
beforeEach(() => void endings.push(listenForChords()));
afterEach(() => {
  for (const end of endings.splice(0)) end();
  document.body.replaceChildren();
});

function commandOn(keys: string, more: object = {}) {
  const run = vi.fn();
  endings.push(registerCommands([{ id: `test.${keys}`, label: keys, group: 'Test', keys, run, ...more }]));
  return run;
}
function press(key: string, more: KeyboardEventInit = {}, target: EventTarget = document.body): KeyboardEvent {
  const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more });
  target.dispatchEvent(event);
  return event;
}
function add<Name extends keyof HTMLElementTagNameMap>(name: Name, role?: string): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name);
  if (role) element.setAttribute('role', role);
  document.body.append(element);
  return element;
}

describe('listenForChords', () => {
  it('runs a command and takes the key from the browser', () => {
    const run = commandOn('S');
    expect(press('s').defaultPrevented).toBe(true);
    expect(run).toHaveBeenCalledOnce();
  });

  it('runs nothing while somebody types, but for Ctrl chords that are not of the text', () => {
    const letter = commandOn('S');
    const undo = commandOn('Mod+Z');
    const palette = commandOn('Mod+K');
    const field = add('input');
    press('s', {}, field);
    press('z', { ctrlKey: true }, field);
    press('k', { ctrlKey: true }, field);
    expect([letter, undo, palette].map((run) => run.mock.calls.length)).toEqual([0, 0, 1]);
  });

  it('leaves arrows to sliders and lists, Space to buttons, and everything to menus and dialogs', () => {
    const arrow = commandOn('ArrowUp');
    const space = commandOn('Space');
    const letter = commandOn('S');
    press('ArrowUp', {}, add('div', 'slider'));
    press('ArrowUp', {}, add('div', 'grid'));
    press(' ', {}, add('button'));
    press('s', {}, add('div', 'dialog'));
    press('s', {}, add('div', 'menu'));
    expect([arrow, space, letter].map((run) => run.mock.calls.length)).toEqual([0, 0, 0]);
  });

  it('runs commands beside what speaks of the window and leaves it usable', () => {
    const letter = commandOn('S');
    const beside = add('section', 'dialog');
    beside.setAttribute('aria-modal', 'false');
    press('s', {}, beside);
    expect(letter).toHaveBeenCalledOnce();
  });

  it('never lets a bare key edit, even if it was set so by hand', () => {
    const run = commandOn('M', { edits: true });
    press('m');
    expect(run).not.toHaveBeenCalled();
  });

  it('repeats only what wants to be repeated', () => {
    const once = commandOn('A');
    const often = commandOn('B', { repeats: true });
    press('a', { repeat: true });
    press('b', { repeat: true });
    expect([once, often].map((run) => run.mock.calls.length)).toEqual([0, 1]);
  });

  it('releases a held key when it goes up, and when the window loses the focus', () => {
    const release = vi.fn();
    commandOn('Q', { release });
    press('q', { code: 'KeyQ' });
    window.dispatchEvent(new KeyboardEvent('keyup', { key: 'q', code: 'KeyQ' }));
    expect(release).toHaveBeenCalledTimes(1);
    press('q', { code: 'KeyQ' });
    window.dispatchEvent(new Event('blur'));
    expect(release).toHaveBeenCalledTimes(2);
  });

  it('leaves alone what another listener has taken', () => {
    const run = commandOn('S');
    const target = add('div');
    target.addEventListener('keydown', (event) => event.preventDefault());
    press('s', {}, target);
    expect(run).not.toHaveBeenCalled();
  });
});
