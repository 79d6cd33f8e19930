import { defineComponent, h } from 'vue';

export const MeshView = defineComponent(() => () => h('div'));
