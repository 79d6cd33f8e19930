/** The tokens of plots as canvas colours, read where the plot stands so that a theme change is followed. */
export interface PlotColours {
  readonly context: string;
  readonly acted: string;
  readonly grid: string;
  readonly text: string;
  readonly fill: string;
  readonly font: string;
}

export function readPlotColours(element: Element): PlotColours {
  const style = getComputedStyle(element);
  const token = (name: string): string => style.getPropertyValue(name).trim();
  const scale = Number(token('--ui-scale')) || 1;
  return {
    context: token('--plot-1'),
    acted: token('--plot-2'),
    grid: token('--plot-grid'),
    text: token('--text-3'),
    fill: token('--plot-fill'),
    font: `${11 * scale}px ${token('--font-ui')}`,
  };
}
