import { defineStore } from 'pinia';
import { ref, watch } from 'vue';

import { useProjectStore } from '#renderer/features/project/index.ts';
import { useViewStore } from '#renderer/features/view/index.ts';
import { useDialogText } from '#renderer/ui/useDialogText.ts';

import { writePosition } from './parsePosition.ts';
import type { PositionUnit } from './parsePosition.ts';

/** The question for a position: it begins with the one that is shown, in the unit that was used last. */
export const useGoToStore = defineStore('goTo', () => {
  const project = useProjectStore();
  const view = useViewStore();
  const isOpen = ref(false);
  const unit = ref<PositionUnit>('voxels');
  const present = (): string => writePosition(view.position, unit.value, project.info?.voxelSizeNm ?? null);
  const { text, takeKeys } = useDialogText(isOpen, present);
  watch(unit, () => (text.value = present()));

  return { isOpen, unit, text, takeKeys };
});
