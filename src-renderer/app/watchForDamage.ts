import { watch } from 'vue';

import { useNoticeStore } from '#renderer/features/notices/index.ts';
import { useProjectStore } from '#renderer/features/project/index.ts';

/** Says of a damaged project what is wrong with it and what to do, when it is opened: it can be looked at, not changed. */
export function watchForDamage(): void {
  const project = useProjectStore();
  const notices = useNoticeStore();
  watch(
    () => project.info?.damage,
    (damage) => {
      if (damage !== undefined)
        notices.notify({ level: 'err', title: 'This project is damaged and opened for reading only', reason: damage });
    },
    { immediate: true },
  );
}
