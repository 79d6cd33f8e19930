import { registerCommands } from '#renderer/commands/index.ts';

import { START_COMMANDS } from './commands.ts';

export { default as StartPage } from './components/StartPage.vue';
export { useProjectActions } from './composables/useProjectActions.ts';

registerCommands(START_COMMANDS);
