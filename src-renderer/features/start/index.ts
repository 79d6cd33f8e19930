import { registerCommands } from '#renderer/commands/index.ts';
import { lazyPart } from '#renderer/ui/lazyPart.ts';

import { START_COMMANDS } from './commands.ts';

export { useProjectActions } from './composables/useProjectActions.ts';
export const StartPage = lazyPart(() => import('./components/StartPage.vue'));

registerCommands(START_COMMANDS);
