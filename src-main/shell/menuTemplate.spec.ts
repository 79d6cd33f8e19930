import type { MenuItemConstructorOptions } from 'electron';
import { expect, it } from 'vitest';

import { menuTemplate } from './menuTemplate.ts';
import type { MenuActions } from './menuTemplate.ts';

function flatten(items: readonly MenuItemConstructorOptions[]): MenuItemConstructorOptions[] {
  return items.flatMap((item) => [item, ...flatten((item.submenu ?? []) as MenuItemConstructorOptions[])]);
}

const actions = (ran: string[]): MenuActions => ({
  command: (id) => ran.push(id),
  newWindow: () => ran.push('new window'),
  restartEngine: () => ran.push('restart'),
  openLogs: () => ran.push('logs'),
  openRecent: (path) => ran.push(path),
});

it.each(['linux', 'win32', 'darwin'] as const)('has each thing once and no key twice on %s', (platform) => {
  const items = flatten(menuTemplate(platform, actions([]), []));
  const labels = items.flatMap(({ label }) => label ?? []);
  expect(new Set(labels).size).toBe(labels.length);
  const keys = items.flatMap(({ accelerator }) => accelerator ?? []);
  expect(new Set(keys).size).toBe(keys.length);
  expect(items.filter(({ role }) => role === 'quit')).toHaveLength(1);
});

it('leaves the keys of page commands to the page, and runs the command by its id when chosen', () => {
  const ran: string[] = [];
  const items = flatten(menuTemplate('linux', actions(ran), [{ name: 'cortex', path: '/data/cortex' }]));
  for (const item of items.filter(({ id }) => id !== undefined)) {
    if (item.accelerator !== undefined) expect(item.registerAccelerator, item.label).toBe(false);
    (item.click as () => void)();
  }
  expect(ran).toContain('project.open');
  (items.find(({ label }) => label === 'cortex')!.click as () => void)();
  expect(ran.at(-1)).toBe('/data/cortex');
});
