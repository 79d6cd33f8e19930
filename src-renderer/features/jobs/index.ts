import { defineComponent, h } from 'vue';

export const JobsPage = defineComponent(() => () => h('div'));
export const JobStrip = defineComponent(() => () => h('div'));
