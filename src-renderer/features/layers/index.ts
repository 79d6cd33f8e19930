import { defineComponent, h } from 'vue';

export const LayersPanel = defineComponent(() => () => h('div'));
export const ViewBar = defineComponent(() => () => h('div'));
