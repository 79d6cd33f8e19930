import type { Preferences } from '#contract/routes/system.ts';

const STORED = 'fascicle.appearance';

type Appearance = Pick<Preferences, 'theme' | 'scale'>;

/** The theme on the screen: 'system' is what the system says now. */
export function shownTheme(theme: Preferences['theme'], systemIsDark: boolean): 'dark' | 'light' {
  if (theme === 'system') return systemIsDark ? 'dark' : 'light';
  return theme;
}

/** Puts theme and scale on the root of the page, where the tokens read them. */
export function applyAppearance({ theme, scale }: Appearance, root: HTMLElement = document.documentElement): void {
  root.dataset.theme = shownTheme(theme, systemIsDark());
  root.style.setProperty('--ui-scale', String(scale));
}

export function systemIsDark(): boolean {
  return window.matchMedia('(prefers-color-scheme: dark)').matches;
}

/** What was shown last in this browser: the page begins with it, before the engine has answered. */
export function recallAppearance(): Appearance {
  const text = localStorage.getItem(STORED);
  const [theme, scale] = text?.split(' ') ?? [];
  const isTheme = theme === 'dark' || theme === 'light' || theme === 'system';
  const factor = Number(scale);
  return { theme: isTheme ? theme : 'system', scale: factor >= 0.8 && factor <= 2 ? factor : 1 };
}

export function rememberAppearance({ theme, scale }: Appearance): void {
  localStorage.setItem(STORED, `${theme} ${scale}`);
}
