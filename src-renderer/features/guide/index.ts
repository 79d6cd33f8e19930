import { registerCommands } from '#renderer/commands/index.ts';

import { useGuideStore } from './store.ts';

export { default as GuideDialog } from './components/GuideDialog.vue';
export { useGuideStore } from './store.ts';

registerCommands([
  {
    id: 'app.guide',
    label: 'Read the guide',
    group: 'Program',
    icon: 'book',
    menu: { name: 'Help', part: 0 },
    run: () => void (useGuideStore().isOpen = true),
  },
]);
