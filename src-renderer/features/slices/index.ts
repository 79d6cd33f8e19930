import { defineComponent, h } from 'vue';

export const SliceView = defineComponent({
  props: { plane: { type: String, required: true } },
  render: () => h('div'),
});
