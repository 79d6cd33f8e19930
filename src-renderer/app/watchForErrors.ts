import type { App } from 'vue';

import { useNoticeStore } from '#renderer/features/notices/index.ts';

/** What browsers report although nothing is wrong: an observer had more to say than one frame holds. */
const HARMLESS = /^ResizeObserver loop/;

/** Tells the user and the log of every error that nobody caught. */
export function watchForErrors(app: App): void {
  const notices = useNoticeStore();
  const tell = (error: unknown): void =>
    notices.report(error, 'A part of the window failed', {
      wayOut: 'The rest goes on. If something does not answer, load the page again.',
      unharmed: 'Your project and its edits are kept by the engine and are not touched.',
    });
  app.config.errorHandler = (error) => {
    console.error(error);
    tell(error);
  };
  window.addEventListener('error', (event) => {
    if (!HARMLESS.test(event.message)) tell(event.error ?? event.message);
  });
  window.addEventListener('unhandledrejection', (event) => tell(event.reason));
}
