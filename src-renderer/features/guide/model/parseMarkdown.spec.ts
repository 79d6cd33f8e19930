import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { anchorOf, parseInline, parseMarkdown } from './parseMarkdown.ts';

describe('parseMarkdown', () => {
  it('reads the blocks that the guide is written in', () => {
    const page = [
      '# Guide',
      '',
      'One line',
      'and `another`.',
      '',
      '- first',
      '  goes on',
      '- second',
      '',
      '```',
      '# no heading',
      '```',
      '',
      '| a | b |',
      '|---|---|',
      '| 1 | 2 \\| 3 |',
    ].join('\n');
    const text = (value: string) => ({ kind: 'text', text: value });
    expect(parseMarkdown(page)).toEqual([
      { kind: 'heading', level: 1, id: 'guide', content: [text('Guide')] },
      { kind: 'paragraph', content: [text('One line and '), { kind: 'code', text: 'another' }, text('.')] },
      { kind: 'list', isOrdered: false, items: [[text('first goes on')], [text('second')]] },
      { kind: 'code', text: '# no heading' },
      { kind: 'table', head: [[text('a')], [text('b')]], rows: [[[text('1')], [text('2 | 3')]]] },
    ]);
  });

  it('reads links and pictures', () => {
    expect(parseInline('see [the list](#list) ![a section](a.png)')).toEqual([
      { kind: 'text', text: 'see ' },
      { kind: 'link', text: 'the list', href: '#list' },
      { kind: 'text', text: ' ' },
      { kind: 'emphasis', text: 'a section' },
    ]);
    expect(anchorOf('Labels, or affinities')).toBe('labels-or-affinities');
  });

  it('comes to an end with any text and loses no word of a line', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('# a', '- b', '```', '| c |', '|---|', 'word', '', '1. d', '*', '`')),
        (lines) => {
          parseMarkdown(lines.join('\n'));
        },
      ),
    );
    fc.assert(
      fc.property(fc.string(), (line) => {
        const words = parseInline(line).map(({ text }) => text);
        expect(words.join('').length).toBeLessThanOrEqual(line.length);
      }),
    );
  });
});
