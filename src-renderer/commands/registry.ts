import { computed, reactive, shallowReactive } from 'vue';

import type { Command, Keymap } from './command.ts';
import { chordsOf } from './keymap.ts';
import type { KeyOverrides } from './keymap.ts';

/** Every command of the window, in the order of registration. */
const commands = shallowReactive(new Map<string, Command>());
const keySettings = reactive<{ keymap: Keymap; overrides: KeyOverrides }>({ keymap: 'neuroglancer', overrides: {} });

const chordTable = computed(() => {
  const table = new Map<string, Command[]>();
  for (const command of commands.values())
    for (const chord of chordsOf(command, keySettings.keymap, keySettings.overrides))
      table.set(chord, [...(table.get(chord) ?? []), command]);
  return table;
});

/**
 * Adds commands; an id twice is a defect. A feature calls this once in its door, a component while it is there.
 *
 * @returns a function that removes them
 */
export function registerCommands(added: readonly Command[]): () => void {
  for (const command of added) {
    if (commands.has(command.id)) throw new Error(`The command '${command.id}' is registered twice.`);
    commands.set(command.id, command);
  }
  return () => {
    for (const { id } of added) commands.delete(id);
  };
}

/** All commands, whether they exist here or not. */
export function allCommands(): readonly Command[] {
  return [...commands.values()];
}

export function findCommand(id: string): Command | undefined {
  return commands.get(id);
}

/** Commands that exist here, in the order of registration. */
export function currentCommands(): readonly Command[] {
  return allCommands().filter(existsNow);
}

export function existsNow(command: Command): boolean {
  return command.when?.() ?? true;
}

/** Why a command cannot be run now; null if it can. */
export function refusalOf(command: Command): string | null {
  return existsNow(command) ? (command.refusal?.() ?? null) : 'This does not apply here.';
}

/** The first chord of a command as set now, for buttons and menus. */
export function keysOf(id: string): string | undefined {
  const command = commands.get(id);
  return command && chordsOf(command, keySettings.keymap, keySettings.overrides)[0];
}

/** Commands of a chord, those that exist here first. */
export function commandsOfChord(chord: string): readonly Command[] {
  return chordTable.value.get(chord) ?? [];
}

export function useKeySettings(): Readonly<typeof keySettings> {
  return keySettings;
}

/** Sets the keymap and the user's own keys, as the preferences say. */
export function setKeySettings(keymap: Keymap, overrides: KeyOverrides): void {
  keySettings.keymap = keymap;
  keySettings.overrides = overrides;
}

type Listener = (command: Command) => void;
const ran = new Set<Listener>();
const failed = new Set<(command: Command, error: unknown) => void>();

/** Calls `listener` after each run, for "recent" lists. */
export function onCommandRun(listener: Listener): () => void {
  ran.add(listener);
  return () => void ran.delete(listener);
}

/** Calls `listener` with the error of a run that failed. */
export function onCommandFailed(listener: (command: Command, error: unknown) => void): () => void {
  failed.add(listener);
  return () => void failed.delete(listener);
}

/**
 * Runs a command by id, if it exists here and is not refused. A failure goes to the listeners of `onCommandFailed`.
 *
 * @returns whether it was run
 */
export function runCommand(id: string): boolean {
  const command = commands.get(id);
  if (command === undefined || refusalOf(command) !== null) return false;
  void runSafely(command).catch((error: unknown) => failed.forEach((listener) => listener(command, error)));
  ran.forEach((listener) => listener(command));
  return true;
}

async function runSafely(command: Command): Promise<void> {
  await command.run();
}
