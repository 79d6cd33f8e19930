import { MENUS, currentCommands, keysOf, refusalOf, runCommand } from '#renderer/commands/index.ts';
import type { Command, MenuName } from '#renderer/commands/index.ts';
import type { MenuAction, MenuEntry } from '#renderer/ui/menu.ts';

/** The menus of the window; one without commands is left out. */
export function menuNames(): readonly MenuName[] {
  const used = new Set(currentCommands().map((command) => command.menu?.name));
  return MENUS.filter((name) => used.has(name));
}

/** What a menu offers now. */
export function entriesOfMenu(name: MenuName): readonly MenuEntry[] {
  return entriesOf(currentCommands().filter((command) => command.menu?.name === name));
}

/** Commands as entries, with a line between the parts of the menu. */
function entriesOf(commands: readonly Command[]): readonly MenuEntry[] {
  const parts = Map.groupBy(commands, (command) => command.menu!.part);
  return [...parts]
    .sort(([a], [b]) => a - b)
    .flatMap(([, members], i) => [...(i > 0 ? (['separator'] as const) : []), ...members.map(entryOf)]);
}

/** A command as an entry of a menu, for context menus too. */
export function entryOf(command: Command): MenuAction {
  return {
    label: command.label,
    icon: command.icon,
    keys: keysOf(command.id),
    checked: command.checked?.(),
    disabledReason: refusalOf(command),
    run: () => void runCommand(command.id),
  };
}
