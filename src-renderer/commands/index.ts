export { IS_MAC, chordLabel, chordOf, chordShortLabel, chordToAria, parseChord } from './chord.ts';
export { KEYMAPS, MENUS } from './command.ts';
export type { Command, KeyBinding, Keymap, MenuName } from './command.ts';
export { isTyping, listenForChords } from './dispatcher.ts';
export { fuzzyScore } from './fuzzyScore.ts';
export { chordsOf, conflictsOf, refusalOfChord } from './keymap.ts';
export type { KeyOverrides } from './keymap.ts';
export {
  allCommands,
  commandsOfChord,
  currentCommands,
  existsNow,
  findCommand,
  keysOf,
  onCommandFailed,
  onCommandRun,
  refusalOf,
  registerCommands,
  runCommand,
  setKeySettings,
  useKeySettings,
} from './registry.ts';
