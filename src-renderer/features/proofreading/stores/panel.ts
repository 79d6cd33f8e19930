import { defineStore } from 'pinia';
import { ref } from 'vue';

import { useDialogText } from '#renderer/ui/useDialogText.ts';

import { useEditStore } from './edits.ts';

/** What of proofreading is open: the question for a checkpoint's name, the curve over the threshold of the whole volume. */
export const useProofreadPanelStore = defineStore('proofreadPanel', () => {
  const isNaming = ref(false);
  const { text: checkpointName, takeKeys } = useDialogText(
    isNaming,
    () => `round ${useEditStore().history.checkpoints.length + 1}`,
  );
  return { isNaming, checkpointName, takeKeys, isCurveOpen: ref(false) };
});
