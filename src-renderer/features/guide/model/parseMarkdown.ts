/** A piece of a line. */
export type Inline =
  | { readonly kind: 'text' | 'code' | 'strong' | 'emphasis'; readonly text: string }
  | { readonly kind: 'link'; readonly text: string; readonly href: string };

/** A block of a page. */
export type Block =
  | { readonly kind: 'heading'; readonly level: number; readonly id: string; readonly content: readonly Inline[] }
  | { readonly kind: 'paragraph'; readonly content: readonly Inline[] }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'list'; readonly isOrdered: boolean; readonly items: readonly (readonly Inline[])[] }
  | {
      readonly kind: 'table';
      readonly head: readonly (readonly Inline[])[];
      readonly rows: readonly (readonly (readonly Inline[])[])[];
    };

const FENCE = /^```/;
const HEADING = /^(#{1,4})\s+(.*)$/;
const ITEM = /^(?:[-*]|(\d+)\.)\s+(.*)$/;
const TABLE_RULE = /^\|?[\s:|-]+\|[\s:|-]*$/;

/**
 * The part of Markdown that the program's own guide is written in: headings, paragraphs, fenced code, flat lists, tables, and in a line
 * code, strong, emphasis and links. Pictures give their description. What is not known stays as text; nothing becomes markup.
 */
export function parseMarkdown(source: string): Block[] {
  const lines = source.replaceAll('\r\n', '\n').split('\n');
  const blocks: Block[] = [];
  let at = 0;
  while (at < lines.length) {
    const line = lines[at];
    const heading = HEADING.exec(line);
    if (line.trim() === '') at++;
    else if (FENCE.test(line)) {
      const end = lines.findIndex((other, i) => i > at && FENCE.test(other));
      const last = end < 0 ? lines.length : end;
      blocks.push({ kind: 'code', text: lines.slice(at + 1, last).join('\n') });
      at = last + 1;
    } else if (heading) {
      const text = heading[2];
      blocks.push({ kind: 'heading', level: heading[1].length, id: anchorOf(text), content: parseInline(text) });
      at++;
    } else if (TABLE_RULE.test(lines[at + 1] ?? '') && line.includes('|')) {
      const end = endOf(lines, at, (other) => other.includes('|'));
      const [head, , ...rows] = lines.slice(at, end).map((row) => cellsOf(row));
      blocks.push({ kind: 'table', head, rows });
      at = end;
    } else if (ITEM.test(line)) {
      const end = endOf(lines, at, (other) => other.trim() !== '');
      blocks.push({
        kind: 'list',
        isOrdered: ITEM.exec(line)![1] !== undefined,
        items: itemsOf(lines.slice(at, end)).map(parseInline),
      });
      at = end;
    } else {
      const end = endOf(lines, at, (other) => other.trim() !== '' && !FENCE.test(other) && !ITEM.test(other));
      blocks.push({ kind: 'paragraph', content: parseInline(lines.slice(at, end).join(' ')) });
      at = end;
    }
  }
  return blocks;
}

/** The pieces of a line. */
export function parseInline(text: string): Inline[] {
  const pieces: Inline[] = [];
  const pattern = /`([^`]+)`|\*\*([^*]+)\*\*|\*([^*\s][^*]*)\*|!?\[([^\]]*)\]\(([^)\s]+)\)/g;
  let last = 0;
  for (const match of text.matchAll(pattern)) {
    if (match.index > last) pieces.push({ kind: 'text', text: text.slice(last, match.index) });
    const [whole, code, strong, emphasis, label, href] = match;
    if (code !== undefined) pieces.push({ kind: 'code', text: code });
    else if (strong !== undefined) pieces.push({ kind: 'strong', text: strong });
    else if (emphasis !== undefined) pieces.push({ kind: 'emphasis', text: emphasis });
    else if (whole.startsWith('!')) pieces.push({ kind: 'emphasis', text: label });
    else pieces.push({ kind: 'link', text: label, href });
    last = match.index + whole.length;
  }
  if (last < text.length) pieces.push({ kind: 'text', text: text.slice(last) });
  return pieces;
}

/** The anchor of a heading as Markdown pages make it: 'Your own volume' is 'your-own-volume'. */
export function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s-]/gu, '')
    .trim()
    .replace(/\s+/g, '-');
}

function endOf(lines: readonly string[], from: number, belongs: (line: string) => boolean): number {
  let end = from + 1;
  while (end < lines.length && belongs(lines[end])) end++;
  return end;
}

/** The items of a list; lines that begin with no mark go on with the item before. */
function itemsOf(lines: readonly string[]): string[] {
  const items: string[] = [];
  for (const line of lines) {
    const item = ITEM.exec(line.trim());
    if (item) items.push(item[2]);
    else items.push(`${items.pop() ?? ''} ${line.trim()}`);
  }
  return items;
}

function cellsOf(row: string): Inline[][] {
  return row
    .replace(/^\s*\||\|\s*$/g, '')
    .split(/(?<!\\)\|/)
    .map((cell) => parseInline(cell.trim().replaceAll('\\|', '|')));
}
