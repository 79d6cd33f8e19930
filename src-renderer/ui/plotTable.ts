/** A series of a plot; null is a gap. */
export interface PlotSeries {
  readonly label: string;
  readonly values: readonly (number | null)[];
  /** 'context' is neutral grey, 'acted' is the accent. */
  readonly tone: 'context' | 'acted';
  /** An estimate. */
  readonly dashed?: boolean;
  readonly area?: boolean;
}

/** The figures of a plot as comma-separated values with a header line; gaps are empty. */
export function plotToCsv(xLabel: string, x: readonly number[], series: readonly PlotSeries[]): string {
  const header = [xLabel, ...series.map((each) => each.label)].map(quote).join(',');
  const lines = x.map((value, i) => [value, ...series.map((each) => each.values[i] ?? '')].join(','));
  return [header, ...lines, ''].join('\n');
}

const quote = (text: string): string => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
