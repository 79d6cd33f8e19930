import { defineStore } from 'pinia';
import { computed, ref, shallowRef, watch } from 'vue';

import { ApiError } from '#contract/client.ts';
import type { Review } from '#contract/routes/review.ts';
import type { ReviewAnswer } from '#domain/review.ts';
import { createLatest } from '#renderer/engine/latest.ts';
import { useEngine } from '#renderer/engine/useEngine.ts';
import { describeError, useNoticeStore } from '#renderer/features/notices/index.ts';
import { useModeStore } from '#renderer/features/proofreading/index.ts';
import { useProjectStore } from '#renderer/features/project/index.ts';

const SHOWN = 64;
/** Longer than this nobody looks at one question: the clock stands while they are elsewhere. */
const LONGEST_ANSWER_MS = 600_000;

/** The review of the open project: the questions, the one that is asked now, and what has been answered. */
export const useReviewStore = defineStore('review', () => {
  const { client, on } = useEngine();
  const project = useProjectStore();
  const notices = useNoticeStore();
  const mode = useModeStore();
  const latest = createLatest();

  const isActive = ref(false);
  const review = shallowRef<Review | null>(null);
  const isReading = ref(false);
  const isAnswering = ref(false);
  /** Why there is no queue; null where there is one or none is wanted. */
  const problem = ref<string | null>(null);
  const currentKey = ref<string | null>(null);
  /** When the question on the screen was shown. */
  let askedAt = 0;

  const items = computed(() => review.value?.items ?? []);
  const index = computed(() => items.value.findIndex(({ key }) => key === currentKey.value));
  const current = computed(() => items.value[index.value] ?? null);
  const answered = computed(() => {
    const { yes, no, skip, flag } = review.value?.answered ?? { yes: 0, no: 0, skip: 0, flag: 0 };
    return { all: yes + no + skip + flag, flag };
  });
  const total = computed(() => answered.value.all + (review.value?.open ?? 0));
  /** Why a question cannot be answered now; null if it can. */
  const refusal = computed(() => {
    if (mode.mode !== null) return `Answers resume when you leave ${mode.mode === 'merge' ? 'Merge' : 'Split'}`;
    if (project.info?.readOnly === true) return 'The project is open for reading only';
    if (current.value === null) return 'There is no question';
    return isAnswering.value ? 'The last answer is being made' : null;
  });

  async function read(): Promise<void> {
    const id = project.info?.id;
    if (!isActive.value || id === undefined || !project.info?.segmentation) return;
    isReading.value = true;
    try {
      const answer = await latest.run((signal) =>
        client.review.queue({ params: { project: id }, query: { limit: SHOWN } }, { signal }),
      );
      if (answer === undefined) return;
      take(answer);
      problem.value = null;
    } catch (error) {
      problem.value = describeError(error)?.reason ?? null;
    }
    isReading.value = false;
  }

  /** The question that is looked at stays where it is still asked; else the best one follows. */
  function take(answer: Review): void {
    review.value = answer;
    if (!answer.items.some(({ key }) => key === currentKey.value)) show(answer.items[0]?.key ?? null);
  }

  function show(key: string | null): void {
    currentKey.value = key;
    askedAt = performance.now();
  }

  function step(by: 1 | -1): void {
    const next = items.value[Math.min(Math.max(index.value + by, 0), items.value.length - 1)];
    if (next) show(next.key);
  }

  async function answer(word: ReviewAnswer): Promise<void> {
    const item = current.value;
    const id = project.info?.id;
    if (item === null || id === undefined || review.value === null || refusal.value !== null) return;
    isAnswering.value = true;
    const milliseconds = Math.round(Math.min(performance.now() - askedAt, LONGEST_ANSWER_MS));
    const next = items.value[index.value + 1]?.key ?? items.value[index.value - 1]?.key ?? null;
    try {
      const body = { key: item.key, answer: word, milliseconds, expected: review.value.revision };
      await client.review.answer({ params: { project: id }, body });
      show(next);
    } catch (error) {
      const words = describeError(error);
      const title = 'The answer was not taken';
      if (words !== null && error instanceof ApiError) notices.notify({ level: 'warn', title, reason: words.reason });
      else if (words !== null) notices.report(error, title, { unharmed: 'Nothing has changed.' });
    }
    isAnswering.value = false;
    await read();
  }

  function toggle(): void {
    isActive.value = !isActive.value;
    if (!isActive.value) {
      latest.cancel();
      show(null);
    }
    void read();
  }

  on('assignment', (event) => event.project === project.info?.id && void read());
  on('review', (event) => event.project === project.info?.id && void read());
  on('reset', () => void read());
  watch(
    () => project.info?.id,
    () => {
      isActive.value = false;
      review.value = null;
      show(null);
    },
  );

  return {
    isActive,
    review,
    items,
    current,
    answered,
    total,
    isReading,
    problem,
    refusal,
    show,
    step,
    answer,
    toggle,
  };
});
