import { defineStore } from 'pinia';
import { computed, ref, shallowRef, watch } from 'vue';

import type { Review } from '#contract/routes/review.ts';
import type { ReviewAnswer } from '#domain/review.ts';
import { createLatest } from '#renderer/engine/latest.ts';
import { useEngine } from '#renderer/engine/useEngine.ts';
import { describeError, useNoticeStore } from '#renderer/features/notices/index.ts';
import { useModeStore } from '#renderer/features/proofreading/index.ts';
import { useProjectStore } from '#renderer/features/project/index.ts';

const SHOWN = 64;
const NOTHING = 'Nothing has changed.';
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
  /** How far the ranking is, 0..1; null while none is heard of. */
  const rankedFraction = ref<number | null>(null);
  /** Questions whose answers are on their way. */
  const underWay = shallowRef<ReadonlySet<string>>(new Set());
  /** Of the project, as far as is known here. */
  let revision = 0;
  let last: Promise<void> = Promise.resolve();
  /** Why there is no queue; null where there is one or none is wanted. */
  const problem = ref<string | null>(null);
  const currentKey = ref<string | null>(null);
  /** When the question on the screen was shown. */
  let askedAt = 0;

  const items = computed(() => (review.value?.items ?? []).filter(({ key }) => !underWay.value.has(key)));
  const index = computed(() => items.value.findIndex(({ key }) => key === currentKey.value));
  const current = computed(() => items.value[index.value] ?? null);
  const answered = computed(() => {
    const { yes, no, skip, flag } = review.value?.answered ?? { yes: 0, no: 0, skip: 0, flag: 0 };
    return { all: yes + no + skip + flag, flag };
  });
  const total = computed(() => answered.value.all + (review.value?.open ?? 0));
  /** Of what the review is expected to change in all, what is answered, 0..1: a thousand questions of little weight are soon left. */
  const doneFraction = computed(() => {
    const { answeredVi = 0, expectedVi = 0 } = review.value ?? {};
    return answeredVi + expectedVi === 0 ? 1 : answeredVi / (answeredVi + expectedVi);
  });
  /** Why a question cannot be answered now; null if it can. */
  const refusal = computed(() => {
    if (mode.mode !== null) return `Answers resume when you leave ${mode.mode === 'merge' ? 'Merge' : 'Split'}`;
    if (project.info?.readOnly === true) return 'The project is open for reading only';
    return current.value === null ? 'There is no question' : null;
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
    rankedFraction.value = null;
  }

  /** The question that is looked at stays where it is still asked; else the best one follows. */
  function take(answer: Review): void {
    review.value = answer;
    revision = Math.max(revision, answer.revision);
    if (current.value === null) show(items.value[0]?.key ?? null);
  }

  function show(key: string | null): void {
    currentKey.value = key;
    askedAt = performance.now();
  }

  function step(by: 1 | -1): void {
    const next = items.value[Math.min(Math.max(index.value + by, 0), items.value.length - 1)];
    if (next) show(next.key);
  }

  /** Answers the question on the screen and shows the next at once; answers are made one after the other. */
  function answer(word: ReviewAnswer): Promise<void> {
    const item = current.value;
    const id = project.info?.id;
    if (item === null || id === undefined || refusal.value !== null) return Promise.resolve();
    const milliseconds = Math.round(Math.min(performance.now() - askedAt, LONGEST_ANSWER_MS));
    const next = items.value[index.value + 1] ?? items.value[index.value - 1] ?? null;
    underWay.value = new Set([...underWay.value, item.key]);
    show(next?.key ?? null);
    last = last.then(async () => {
      const body = { key: item.key, answer: word, milliseconds, expected: revision };
      try {
        const done = await client.review.answer({ params: { project: id }, body });
        if (project.info?.id === id) revision = Math.max(revision, done.revision);
      } catch (error) {
        explain(error);
      }
      await read();
      underWay.value = new Set([...underWay.value].filter((key) => key !== item.key));
    });
    return last;
  }

  function explain(error: unknown): void {
    const words = describeError(error);
    if (words !== null)
      notices.notify({ level: 'warn', title: 'The answer was not taken', reason: words.reason, unharmed: NOTHING });
  }

  function toggle(): void {
    isActive.value = !isActive.value;
    if (!isActive.value) stop();
    void read();
  }

  function stop(): void {
    latest.cancel();
    isReading.value = false;
    rankedFraction.value = null;
    show(null);
  }

  on('assignment', (event) => event.project === project.info?.id && void read());
  on('ranking', (event) => {
    if (event.project === project.info?.id && isReading.value) rankedFraction.value = event.fraction;
  });
  on('review', (event) => event.project === project.info?.id && void read());
  on('reset', () => void read());
  watch(
    () => project.info?.id,
    () => {
      isActive.value = false;
      review.value = null;
      revision = 0;
      stop();
    },
  );

  return {
    isActive,
    review,
    items,
    current,
    answered,
    total,
    doneFraction,
    isReading,
    rankedFraction,
    problem,
    refusal,
    show,
    step,
    answer,
    toggle,
  };
});
