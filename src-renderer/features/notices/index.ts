export { default as NoticeLayer } from './components/NoticeLayer.vue';
export { default as QuestionDialog } from './components/QuestionDialog.vue';
export { describeError } from './model/describeError.ts';
export { useNoticeStore } from './store.ts';
export type { Notice, NoticeAction, Question } from './store.ts';
