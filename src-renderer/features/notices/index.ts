import { lazyPart } from '#renderer/ui/lazyPart.ts';

export { default as NoticeLayer } from './components/NoticeLayer.vue';
export { describeError } from './model/describeError.ts';
export { useNoticeStore } from './store.ts';
export type { Notice, NoticeAction, Question } from './store.ts';

export const QuestionDialog = lazyPart(() => import('./components/QuestionDialog.vue'));
