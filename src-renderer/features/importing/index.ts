import { defineComponent, h } from 'vue';

export const ImportPage = defineComponent(() => () => h('div'));
