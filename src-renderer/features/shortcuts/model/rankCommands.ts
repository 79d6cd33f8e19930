import { fuzzyScore } from '#renderer/commands/index.ts';
import type { Command } from '#renderer/commands/index.ts';

/** Commands in the order of the palette: without a query the recent ones first, then as registered; else the best fits first. */
export function rankCommands(
  commands: readonly Command[],
  query: string,
  recent: readonly string[],
): readonly Command[] {
  if (query.trim() === '') {
    const used = recent
      .map((id) => commands.find((command) => command.id === id))
      .filter((found) => found !== undefined);
    return [...used, ...commands.filter((command) => !recent.includes(command.id))];
  }
  return commands
    .map((command, place) => ({ command, place, score: fuzzyScore(query, `${command.label} ${command.group}`) }))
    .filter((each): each is typeof each & { score: number } => each.score !== null)
    .sort((a, b) => b.score + recency(b.command, recent) - (a.score + recency(a.command, recent)) || a.place - b.place)
    .map(({ command }) => command);
}

/** Of nearly equal fits the one used before is meant. */
function recency(command: Command, recent: readonly string[]): number {
  const place = recent.indexOf(command.id);
  return place < 0 ? 0 : 2 - place / recent.length;
}
