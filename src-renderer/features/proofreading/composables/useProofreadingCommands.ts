import { onBeforeUnmount } from 'vue';

import { registerCommands } from '#renderer/commands/index.ts';

import { editCommands } from '../commands/editCommands.ts';
import { modeCommands } from '../commands/modeCommands.ts';
import { thresholdCommands } from '../commands/thresholdCommands.ts';

/** Offers the commands of proofreading; before those of the views, whose Enter and arrows they take in a mode. */
export function useProofreadingCommands(): void {
  onBeforeUnmount(registerCommands([...modeCommands(), ...editCommands(), ...thresholdCommands()]));
}
