import { defineStore } from 'pinia';
import { ref } from 'vue';

/** Whether the guide is open. */
export const useGuideStore = defineStore('guide', () => {
  const isOpen = ref(false);
  return { isOpen };
});
