import type { ReviewAnswer, ReviewKind } from '#domain/review.ts';
import type { ProjectDatabase } from '#engine/project/database.ts';
import { withDatabaseErrors } from '#engine/project/databaseErrors.ts';

import { questionKey } from './candidate.ts';

/** What a person answered, and how long it took. */
export interface AnswerRecord {
  readonly kind: ReviewKind;
  readonly u: number;
  readonly v: number;
  readonly answer: ReviewAnswer;
  /** Of the project when it was asked. */
  readonly revision: number;
  /** The entry of the log that the answer made; null where it changed nothing. */
  readonly edit: number | null;
  /** Bits. */
  readonly expectedGain: number;
  readonly milliseconds: number;
  /** ISO 8601, UTC. */
  readonly answeredAt: string;
}

/** In the order in which they were given. */
export function readAnswers(database: ProjectDatabase): AnswerRecord[] {
  return database
    .prepare(
      'SELECT kind, u, v, answer, revision, edit, expected_gain AS expectedGain, milliseconds, answered_at AS answeredAt ' +
        'FROM review_answers ORDER BY id',
    )
    .all() as AnswerRecord[];
}

/** @throws FascicleError 'storage' */
export function writeAnswer(database: ProjectDatabase, record: AnswerRecord): void {
  const { kind, u, v, answer, revision, edit, expectedGain, milliseconds, answeredAt } = record;
  withDatabaseErrors(database.name, () =>
    database
      .prepare(
        'INSERT INTO review_answers (kind, u, v, answer, revision, edit, expected_gain, milliseconds, answered_at) ' +
          'VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
      )
      .run(kind, u, v, answer, revision, edit, expectedGain, milliseconds, answeredAt),
  );
}

/** Answers that hold: one whose edit was taken back is asked again, and the last answer to a question counts. */
export function answersInForce(
  records: readonly AnswerRecord[],
  line: ReadonlySet<number>,
): ReadonlyMap<string, AnswerRecord> {
  const inForce = new Map<string, AnswerRecord>();
  for (const record of records)
    if (record.edit === null || line.has(record.edit))
      inForce.set(questionKey(record.kind, record.u, record.v), record);
  return inForce;
}
