/** One thing that was looked at in a project. */
export interface Finding {
  /** What was checked, in words: 'The database file'. */
  readonly check: string;
  readonly isSound: boolean;
  /** What was counted where all is well, what is wrong where not. */
  readonly detail: string;
}

/** Problems of one kind that are named; the others are counted. */
const NAMED = 5;

/** A finding from a list of problems; `sound` says what was looked at where there are none. */
export function findingOf(check: string, problems: readonly string[], sound: string): Finding {
  if (problems.length === 0) return { check, isSound: true, detail: sound };
  const more = problems.length - NAMED;
  const named = problems.slice(0, NAMED).join('; ');
  return { check, isSound: false, detail: more > 0 ? `${named}; and ${more} more` : named };
}
