import type { IconName } from '#renderer/ui/iconNames.ts';

export const KEYMAPS = ['neuroglancer', 'webknossos', 'paintera'] as const;
export type Keymap = (typeof KEYMAPS)[number];

/** One chord or several. Keymaps of other programs are in presets.ts. */
export type KeyBinding = string | readonly string[];

export const MENUS = ['File', 'Edit', 'View', 'Segment', 'Review', 'Run', 'Help'] as const;
export type MenuName = (typeof MENUS)[number];

/**
 * Something that a user can invoke. It is registered once and shows in menus, the palette, the shortcut sheet and the shortcut
 * editor; whatever else offers it (a button, the rail) runs it by its id.
 */
export interface Command {
  /** '<feature>.<what-it-does>', e.g. 'view.next-slice'. Stored in a user's key changes: never renamed. */
  readonly id: string;
  /** An imperative, in sentence case: "Hide the other segments". */
  readonly label: string;
  /** Heading in the palette and the shortcut sheet. */
  readonly group: string;
  readonly icon?: IconName | undefined;
  readonly keys?: KeyBinding | undefined;
  /** The menu that lists it, and its part there: parts are separated by lines, in order. */
  readonly menu?: { readonly name: MenuName; readonly part: number } | undefined;
  /** False: it does not exist here (no project is open); neither keys nor menus nor the palette offer it. */
  readonly when?: (() => boolean) | undefined;
  /** Why it cannot be done now, e.g. "Select a segment first"; null if it can. It stays in view, disabled. */
  readonly refusal?: (() => string | null) | undefined;
  /** For what is on or off. */
  readonly checked?: (() => boolean) | undefined;
  /** An edit mode: what offers it is filled with its colour while it is on. */
  readonly mode?: 'merge' | 'split' | 'paint' | undefined;
  /** It changes the segmentation: bare keys are refused, so that a slip of the finger never edits. */
  readonly edits?: boolean | undefined;
  /** A held key runs it again and again. */
  readonly repeats?: boolean | undefined;
  /** For keys that act while they are held: runs when the key goes up. */
  readonly release?: (() => void) | undefined;
  readonly run: () => void | Promise<void>;
}
