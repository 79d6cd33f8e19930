import type { IconName } from './iconNames.ts';

/** What a menu shows: an action, a line between groups, or a menu of its own. */
export type MenuEntry = MenuAction | 'separator' | MenuBranch;

export interface MenuAction {
  readonly label: string;
  readonly icon?: IconName | undefined;
  readonly keys?: string | undefined;
  /** Given for what is on or off. */
  readonly checked?: boolean | undefined;
  /** Why it cannot be done now. */
  readonly disabledReason?: string | null | undefined;
  readonly danger?: boolean | undefined;
  readonly run: () => void;
}

export interface MenuBranch {
  readonly label: string;
  readonly icon?: IconName | undefined;
  readonly entries: readonly MenuEntry[];
}
