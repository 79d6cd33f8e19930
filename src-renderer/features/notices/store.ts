import { defineStore } from 'pinia';
import { ref, shallowRef } from 'vue';

import { useEngine } from '#renderer/engine/useEngine.ts';

import { describeError } from './model/describeError.ts';

/** A button of a notice that leads out. */
export interface NoticeAction {
  readonly label: string;
  readonly run: () => void;
}

export interface Notice {
  readonly id: number;
  readonly level: 'err' | 'warn' | 'info' | 'ok';
  readonly title: string;
  readonly reason?: string | null | undefined;
  readonly wayOut?: string | null | undefined;
  readonly unharmed?: string | null | undefined;
  readonly details?: string | null | undefined;
  readonly actions?: readonly NoticeAction[] | undefined;
}

export interface Question {
  readonly title: string;
  readonly text: string;
  /** What the button does, in its words: "Cancel the run". */
  readonly confirm: string;
  readonly cancel?: string | undefined;
  readonly danger?: boolean | undefined;
}

const SHOWN_MS = { ok: 4000, info: 6000 };
const MOST_SHOWN = 4;

/** What the window has to say that no place in it says: notices in a corner, and questions before something is lost. */
export const useNoticeStore = defineStore('notices', () => {
  const notices = ref<Notice[]>([]);
  const question = shallowRef<(Question & { readonly answer: (yes: boolean) => void }) | null>(null);
  let lastId = 0;

  function dismiss(id: number): void {
    notices.value = notices.value.filter((notice) => notice.id !== id);
  }

  /** Shows a notice; good news leaves by itself, errors stay. @returns a function that takes it away */
  function notify(notice: Omit<Notice, 'id'>): () => void {
    const id = ++lastId;
    const others = notices.value.filter((other) => other.title !== notice.title || other.reason !== notice.reason);
    notices.value = [...others, { ...notice, id }].slice(-MOST_SHOWN);
    if (notice.level === 'ok' || notice.level === 'info') setTimeout(() => dismiss(id), SHOWN_MS[notice.level]);
    return () => dismiss(id);
  }

  /**
   * Shows an error with what it says of a way out, and writes defects into the log. Cancelled work is passed over.
   *
   * @param title what failed: "The project was not opened"
   * @param more what is unharmed, what to do
   */
  function report(error: unknown, title: string, more: Omit<Partial<Notice>, 'id' | 'level' | 'title'> = {}): void {
    const words = describeError(error);
    if (words === null) return;
    notify({ level: 'err', title, reason: words.reason, details: words.details, ...more });
    if (words.isDefect) writeToLog(title, error);
  }

  function writeToLog(title: string, error: unknown): void {
    const stack = error instanceof Error ? (error.stack ?? null) : null;
    const message = `${title}: ${error instanceof Error ? error.message : String(error)}`;
    void useEngine()
      .client.system.report({ body: { message: message.slice(0, 4000), stack: stack?.slice(0, 16_000) ?? null } })
      // A log that cannot be reached is the engine's trouble, which the window already shows.
      .catch(() => undefined);
  }

  /** Asks before something is lost; true for yes. Another question answers an open one with no. */
  function ask(asked: Question): Promise<boolean> {
    question.value?.answer(false);
    return new Promise((resolve) => {
      question.value = {
        ...asked,
        answer(yes) {
          question.value = null;
          resolve(yes);
        },
      };
    });
  }

  return { notices, question, notify, dismiss, report, ask };
});
