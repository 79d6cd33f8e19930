import { readFileSync, renameSync, writeFileSync } from 'node:fs';

/** Where a window was, in screen pixels. */
export interface WindowState {
  readonly x?: number;
  readonly y?: number;
  readonly width: number;
  readonly height: number;
  readonly isMaximised: boolean;
}

export interface ScreenArea {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Smaller than this the page has no room for its panes. */
export const MINIMUM_SIZE = { width: 900, height: 600 } as const;
const DEFAULT: WindowState = { width: 1440, height: 900, isMaximised: false };

/** The state that was kept, as far as it still fits a screen: a window must not open where a monitor was taken away. */
export function readWindowState(path: string, screens: readonly ScreenArea[]): WindowState {
  const kept = parse(path);
  if (kept === null) return DEFAULT;
  const { x, y, isMaximised } = kept;
  const width = Math.max(kept.width, MINIMUM_SIZE.width);
  const height = Math.max(kept.height, MINIMUM_SIZE.height);
  const isVisible =
    x !== undefined &&
    y !== undefined &&
    screens.some(
      (screen) =>
        x + width > screen.x + 100 &&
        x < screen.x + screen.width - 100 &&
        y >= screen.y &&
        y < screen.y + screen.height - 50,
    );
  return isVisible ? { x, y, width, height, isMaximised } : { width, height, isMaximised };
}

/** Keeps the state. A disk that refuses costs the place of the window and nothing else. */
export function writeWindowState(path: string, state: WindowState): void {
  try {
    writeFileSync(`${path}.new`, JSON.stringify(state));
    renameSync(`${path}.new`, path);
  } catch {
    // Not worth a message while somebody closes a window.
  }
}

function parse(path: string): WindowState | null {
  try {
    const value = JSON.parse(readFileSync(path, 'utf8')) as Partial<WindowState>;
    const isUsable = Number.isFinite(value.width) && Number.isFinite(value.height);
    return isUsable ? ({ ...DEFAULT, ...value } as WindowState) : null;
  } catch {
    return null;
  }
}
