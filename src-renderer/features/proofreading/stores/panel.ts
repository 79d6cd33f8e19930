import { defineStore } from 'pinia';
import { ref } from 'vue';

/** What of proofreading is open: the history strip, the question for a checkpoint's name. */
export const useProofreadPanelStore = defineStore('proofreadPanel', () => ({
  isNaming: ref(false),
}));
