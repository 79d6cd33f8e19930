/**
 * How well `query` fits `text`: its letters in order, better at beginnings of words and in one piece; null where they do not
 * occur. A word of the query may stand anywhere ("slice next" finds "Next slice"). Higher is better.
 */
export function fuzzyScore(query: string, text: string): number | null {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const lower = text.toLowerCase();
  let sum = 0;
  for (const word of words) {
    const score = wordScore(word, lower);
    if (score === null) return null;
    sum += score;
  }
  // Of equal fits the shorter text is meant.
  return sum - text.length / 1000;
}

const SCORES = { wordStart: 8, following: 6, inside: 1, gap: -0.2 };

function wordScore(word: string, text: string): number | null {
  const at = text.indexOf(word);
  if (at >= 0) return word.length * SCORES.following + (isWordStart(text, at) ? SCORES.wordStart : 0);
  let score = 0;
  let from = 0;
  for (const letter of word) {
    const found = text.indexOf(letter, from);
    if (found < 0) return null;
    score += isWordStart(text, found) ? SCORES.wordStart / 2 : SCORES.inside;
    score += (found - from) * SCORES.gap;
    from = found + 1;
  }
  return score;
}

function isWordStart(text: string, at: number): boolean {
  return at === 0 || /[\s\-/(]/.test(text[at - 1]);
}
