import { registerCommands } from '#renderer/commands/index.ts';
import { lazyPart } from '#renderer/ui/lazyPart.ts';

import { useGuideStore } from './store.ts';

export { useGuideStore } from './store.ts';
export const GuideDialog = lazyPart(() => import('./components/GuideDialog.vue'));

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
