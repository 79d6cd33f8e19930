import { defineComponent, h } from 'vue';

export const StartPage = defineComponent(() => () => h('div'));
