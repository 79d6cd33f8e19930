import { MENUS, currentCommands, keysOf, refusalOf, runCommand } from '#renderer/commands/index.ts';
import type { Command, MenuName } from '#renderer/commands/index.ts';
import type { MenuAction, MenuEntry } from '#renderer/ui/menu.ts';

export interface Menu {
  readonly name: MenuName;
  readonly entries: readonly MenuEntry[];
}

/** The menus of the window as the registered commands make them; a menu without commands is left out. */
export function menusNow(): readonly Menu[] {
  const commands = currentCommands();
  return MENUS.map((name) => ({
    name,
    entries: entriesOf(commands.filter((command) => command.menu?.name === name)),
  })).filter(({ entries }) => entries.length > 0);
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
