import { RANDOM_KINDS, randomEdit } from '#engine/bench/randomEdit.ts';
import type { RandomKind } from '#engine/bench/randomEdit.ts';
import { randomNumbers } from '#engine/bench/randomNumbers.ts';
import type { EditSession } from '#engine/editing/editSession.ts';
import { isFascicleError } from '#domain/errors.ts';

/**
 * Makes edits of all kinds until `count` have been taken; those that the project refuses leave no trace and do not count.
 *
 * @param kinds of which each next one is chosen at random
 */
export async function makeRandomEdits(
  session: EditSession,
  count: number,
  seed: number,
  kinds: readonly RandomKind[] = RANDOM_KINDS,
): Promise<void> {
  const random = randomNumbers(seed);
  for (let made = 0; made < count;) {
    const request = randomEdit(session.live.assignment, kinds[Math.floor(random() * kinds.length)], random);
    if (request === null) continue;
    try {
      await session.commit(request, session.revision);
      made++;
    } catch (error) {
      if (!isFascicleError(error, 'bad-request') && !isFascicleError(error, 'conflict')) throw error;
    }
  }
}
