import type { Command } from '#renderer/commands/index.ts';

/** Commands under their headings, both in the order of registration. */
export function groupCommands(commands: readonly Command[]): readonly { name: string; commands: readonly Command[] }[] {
  const groups = Map.groupBy(commands, (command) => command.group);
  return [...groups].map(([name, members]) => ({ name, commands: members }));
}
