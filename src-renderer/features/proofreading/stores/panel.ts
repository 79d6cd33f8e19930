import { defineStore } from 'pinia';
import { ref } from 'vue';

/** What of proofreading is open: the question for a checkpoint's name, the curve over the threshold of the whole volume. */
export const useProofreadPanelStore = defineStore('proofreadPanel', () => ({
  isNaming: ref(false),
  isCurveOpen: ref(false),
}));
