import type { Simulation } from './simulate.ts';

const WIDTH = 640;
const HEIGHT = 320;
const MARGIN = { left: 56, right: 120, top: 40, bottom: 40 } as const;
const LINES = 4;

/**
 * Variation of information against the number of answers as an SVG picture: random orders in grey, the queue in the accent of the
 * program, named beside the lines.
 */
export function plotSimulations(simulations: readonly Simulation[]): string {
  const series = simulations.map(({ order, before, actions }) => ({
    order,
    values: [before, ...actions].map(({ viSplit, viMerge }) => viSplit + viMerge),
  }));
  const answers = Math.max(1, ...series.map(({ values }) => values.length - 1));
  const all = series.flatMap(({ values }) => values);
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const span = high > low ? high - low : 1;
  const x = (at: number): number => MARGIN.left + (at / answers) * (WIDTH - MARGIN.left - MARGIN.right);
  const y = (vi: number): number => MARGIN.top + ((high - vi) / span) * (HEIGHT - MARGIN.top - MARGIN.bottom);
  const grid = Array.from({ length: LINES + 1 }, (_, i) => low + (span * i) / LINES);
  const steps = Array.from({ length: LINES + 1 }, (_, i) => Math.round((answers * i) / LINES));
  // Random orders first: the line that matters lies on top.
  const drawn = series.toSorted((a, b) => Number(a.order === 'queue') - Number(b.order === 'queue'));
  const named = new Map(drawn.map(({ order, values }) => [order, values.at(-1)!]));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12">`,
    `<title>Variation of information against the number of answers</title>`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>`,
    `<text x="${MARGIN.left}" y="24" fill="#1b1f23">Variation of information, bits</text>`,
    ...grid.map(
      (vi) =>
        `<path d="M${x(0)} ${round(y(vi))}H${x(answers)}" stroke="#dfe3e6"/>` +
        `<text x="${MARGIN.left - 8}" y="${round(y(vi) + 4)}" text-anchor="end" fill="#5b646c">${vi.toFixed(2)}</text>`,
    ),
    ...steps.map(
      (at) =>
        `<text x="${round(x(at))}" y="${HEIGHT - 16}" text-anchor="middle" fill="#5b646c">${at}${at === answers ? ' answers' : ''}</text>`,
    ),
    ...drawn.map(({ order, values }) => {
      const path = values.map((vi, at) => `${at === 0 ? 'M' : 'L'}${round(x(at))} ${round(y(vi))}`).join('');
      return `<path d="${path}" fill="none" stroke="${colourOf(order)}" stroke-width="${order === 'queue' ? 2 : 1}"/>`;
    }),
    ...[...named].map(
      ([order, vi]) =>
        `<text x="${x(answers) + 8}" y="${round(y(vi) + 4)}" fill="${colourOf(order)}">${order === 'queue' ? 'queue' : 'random order'}</text>`,
    ),
    '</svg>',
    '',
  ].join('\n');
}

function colourOf(order: Simulation['order']): string {
  return order === 'queue' ? '#0b7f71' : '#9aa3ab';
}

function round(value: number): number {
  return Math.round(10 * value) / 10;
}
