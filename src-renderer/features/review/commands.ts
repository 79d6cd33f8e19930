import type { Command } from '#renderer/commands/index.ts';
import { useNavigationStore } from '#renderer/features/navigation/index.ts';
import { useProjectStore } from '#renderer/features/project/index.ts';
import type { ReviewAnswer } from '#domain/review.ts';

import { useAgreementStore } from './stores/agreement.ts';
import { useReviewStore } from './stores/review.ts';

const ANSWERS: readonly { word: ReviewAnswer; label: string; keys: string }[] = [
  { word: 'yes', label: 'Answer yes', keys: 'y' },
  { word: 'no', label: 'Answer no', keys: 'n' },
  { word: 'skip', label: 'Skip the question', keys: 'k' },
  { word: 'flag', label: 'Flag the question', keys: 'u' },
];

/** A review with one key for each answer. The keys exist only while a review is under way, so that none of them edits by a slip. */
export function reviewCommands(): Command[] {
  const navigation = useNavigationStore();
  const project = useProjectStore();
  const review = useReviewStore();
  const agreement = useAgreementStore();
  const when = () => navigation.isProofreading && Boolean(project.info?.segmentation);
  const group = 'Review';
  const inReview = { group, when: () => when() && review.isActive };
  return [
    {
      id: 'review.toggle',
      label: 'Review queue',
      group,
      icon: 'play',
      keys: 'Shift+R',
      menu: { name: 'Review', part: 0 },
      when,
      checked: () => review.isActive,
      run: () => review.toggle(),
    },
    ...ANSWERS.map(({ word, label, keys }) => ({
      ...inReview,
      id: `review.${word}`,
      label,
      keys,
      menu: { name: 'Review', part: 1 } as const,
      refusal: () => review.refusal,
      run: () => review.answer(word),
    })),
    {
      ...inReview,
      id: 'review.next',
      label: 'Next question',
      keys: 'e',
      menu: { name: 'Review', part: 2 },
      repeats: true,
      run: () => review.step(1),
    },
    {
      ...inReview,
      id: 'review.previous',
      label: 'Question before',
      keys: 'q',
      menu: { name: 'Review', part: 2 },
      repeats: true,
      run: () => review.step(-1),
    },
    {
      id: 'review.attachTruth',
      label: 'Attach ground truth',
      group,
      menu: { name: 'Review', part: 3 },
      when,
      refusal: () => (agreement.job === null ? null : 'Ground truth is being compared. Wait for it, or cancel it'),
      run: () => agreement.choose(),
    },
    {
      id: 'review.detachTruth',
      label: 'Detach the ground truth',
      group,
      menu: { name: 'Review', part: 3 },
      when: () => when() && agreement.agreement !== null,
      run: () => agreement.detach(),
    },
  ];
}
