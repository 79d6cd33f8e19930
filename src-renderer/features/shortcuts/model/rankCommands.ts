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
    .map((command, place) => ({ command, place, score: fit(command, query) }))
    .filter((each): each is typeof each & { score: number } => each.score !== null)
    .sort((a, b) => b.score + recency(b.command, recent) - (a.score + recency(a.command, recent)) || a.place - b.place)
    .map(({ command }) => command);
}

/** More than recency and the length of a text weigh together. */
const OWN_NAME = 4;

/** A command is found by its group too, but one that is called so itself is meant first: Enter runs it. */
function fit({ label, group }: Command, query: string): number | null {
  const own = fuzzyScore(query, label);
  if (own === null) return fuzzyScore(query, `${label} ${group}`);
  return own + OWN_NAME + (label.toLowerCase().startsWith(query.trim().toLowerCase()) ? OWN_NAME : 0);
}

/** Of nearly equal fits the one used before is meant. */
function recency(command: Command, recent: readonly string[]): number {
  const place = recent.indexOf(command.id);
  return place < 0 ? 0 : 2 - place / recent.length;
}
