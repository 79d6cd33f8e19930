/**
 * Chords of keys as text: 'Mod+K', 'Shift+M', ',', 'Shift+Enter', 'F6', 'Space'. 'Mod' is Ctrl, and ⌘ on a Mac. A letter is written
 * as a capital; a sign is written as it is typed, so '{' needs no 'Shift'.
 */

const MODIFIERS = ['Mod', 'Ctrl', 'Meta', 'Alt', 'Shift'] as const;
type Modifier = (typeof MODIFIERS)[number];

export const IS_MAC = typeof navigator !== 'undefined' && /Mac|iPhone|iPad/.test(navigator.platform);

const KEY_NAMES: Readonly<Record<string, string>> = { ' ': 'Space', Esc: 'Escape', Del: 'Delete', '+': 'Plus' };
const CODES = /^(?:Key|Digit)([A-Z0-9])$/;

/** What a chord needs to know of an event; tests pass plain objects. */
export type KeyPress = Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>;

const MODIFIER_KEYS = new Set([
  'Control',
  'Shift',
  'Alt',
  'Meta',
  'AltGraph',
  'CapsLock',
  'Dead',
  'Process',
  'Unidentified',
]);

/** The chord of a key press in canonical form; null for a modifier alone. */
export function chordOf(event: KeyPress, isMac = IS_MAC): string | null {
  if (MODIFIER_KEYS.has(event.key)) return null;
  const key = keyOf(event);
  const isSign = key === 'Plus' || (key.length === 1 && !/[A-Z]/.test(key));
  const modifiers: Modifier[] = [];
  if (isMac ? event.metaKey : event.ctrlKey) modifiers.push('Mod');
  if (isMac && event.ctrlKey) modifiers.push('Ctrl');
  if (!isMac && event.metaKey) modifiers.push('Meta');
  if (event.altKey) modifiers.push('Alt');
  // The shift that makes a sign is part of the sign.
  if (event.shiftKey && !isSign) modifiers.push('Shift');
  return [...modifiers, key].join('+');
}

/**
 * The chords that a key press may mean, the likeliest first: on some keyboards Shift and a digit make a sign, and a command may
 * want either.
 */
export function chordsOfPress(event: KeyPress, isMac = IS_MAC): readonly string[] {
  const chord = chordOf(event, isMac);
  if (chord === null) return [];
  const digit = /^Digit(\d)$/.exec(event.code)?.[1];
  if (digit === undefined || !event.shiftKey || event.key === digit) return [chord];
  return [chord, [...chord.split('+').slice(0, -1), 'Shift', digit].join('+')];
}

function keyOf({ key, code }: KeyPress): string {
  const named = KEY_NAMES[key] ?? key;
  if (named.length > 1) return named;
  if (/[a-z]/i.test(named)) return named.toUpperCase();
  // Under another script, and with Alt on a Mac, the place of the key decides.
  const letter = /^Key([A-Z])$/.exec(code)?.[1];
  if (letter !== undefined && named.charCodeAt(0) > 127) return letter;
  return named;
}

/** Canonical form of a written chord: 'ctrl+shift+z' -> 'Mod+Shift+Z'. Null for what is none. */
export function parseChord(text: string, isMac = IS_MAC): string | null {
  const parts =
    text === '+'
      ? ['Plus']
      : text
          .trim()
          .split('+')
          .map((part) => part.trim());
  const last = parts.pop()?.replace(CODES, '$1');
  if (last === undefined || last === '') return null;
  const wanted = new Set<Modifier>();
  for (const part of parts) {
    const modifier = modifierOf(part, isMac);
    if (modifier === null) return null;
    wanted.add(modifier);
  }
  const key = last.length === 1 ? last.toUpperCase() : (KEY_NAMES[last] ?? last[0].toUpperCase() + last.slice(1));
  return [...MODIFIERS.filter((modifier) => wanted.has(modifier)), key].join('+');
}

function modifierOf(text: string, isMac: boolean): Modifier | null {
  switch (text.toLowerCase()) {
    case 'mod':
      return 'Mod';
    case 'ctrl':
    case 'control':
      return isMac ? 'Ctrl' : 'Mod';
    case 'cmd':
    case 'command':
    case 'meta':
      return isMac ? 'Mod' : 'Meta';
    case 'alt':
    case 'option':
      return 'Alt';
    case 'shift':
      return 'Shift';
    default:
      return null;
  }
}

const MAC_SIGNS: Readonly<Record<string, string>> = { Mod: '⌘', Ctrl: '⌃', Meta: '⌘', Alt: '⌥', Shift: '⇧' };
const KEY_LABELS: Readonly<Record<string, string>> = {
  Escape: 'Esc',
  ArrowUp: '↑',
  ArrowDown: '↓',
  ArrowLeft: '←',
  ArrowRight: '→',
  PageUp: 'PgUp',
  PageDown: 'PgDn',
  Plus: '+',
  Delete: 'Del',
};

/** A chord as this platform writes it: "Ctrl K", "⌘K"; a bare letter is small, as it is typed. */
export function chordLabel(chord: string, isMac = IS_MAC): string {
  const parts = chord.split('+');
  const key = parts.pop()!;
  const label = KEY_LABELS[key] ?? (key.length === 1 && parts.length === 0 ? key.toLowerCase() : key);
  if (isMac) return parts.map((part) => MAC_SIGNS[part] ?? part).join('') + label;
  return [...parts.map((part) => (part === 'Mod' ? 'Ctrl' : part)), label].join(' ');
}

/** Short form for the rail: "⇧M", "^B", "s". */
export function chordShortLabel(chord: string, isMac = IS_MAC): string {
  const signs: Readonly<Record<string, string>> = isMac
    ? MAC_SIGNS
    : { Mod: '^', Ctrl: '^', Meta: '⊞', Alt: '⎇', Shift: '⇧' };
  const parts = chord.split('+');
  const key = parts.pop()!;
  const label = KEY_LABELS[key] ?? (key.length === 1 && parts.length === 0 ? key.toLowerCase() : key);
  return parts.map((part) => signs[part] ?? part).join('') + label;
}

/** A chord in the words of aria-keyshortcuts: 'Mod+K' -> 'Control+K'. */
export function chordToAria(chord: string, isMac = IS_MAC): string {
  return chord
    .split('+')
    .map((part) => (part === 'Mod' ? (isMac ? 'Meta' : 'Control') : part === 'Ctrl' ? 'Control' : part))
    .join('+');
}
