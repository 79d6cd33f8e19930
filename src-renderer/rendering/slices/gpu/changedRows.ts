/**
 * The runs of rows in which two tables of the same length differ, half-open, ascending; nearby runs are joined, since an upload
 * costs more than a few rows.
 */
export function rowsThatDiffer(before: Uint32Array, after: Uint32Array, width: number): [first: number, end: number][] {
  const runs: [number, number][] = [];
  const rows = Math.ceil(after.length / width);
  for (let row = 0; row < rows; row++) {
    const end = Math.min(after.length, (row + 1) * width);
    let at = row * width;
    while (at < end && before[at] === after[at]) at++;
    if (at === end) continue;
    const last = runs.at(-1);
    if (last && row - last[1] < JOIN_ROWS) last[1] = row + 1;
    else runs.push([row, row + 1]);
  }
  return runs;
}

const JOIN_ROWS = 4;
