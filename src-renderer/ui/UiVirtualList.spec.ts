import { mount } from '@vue/test-utils';
import { describe, expect, it } from 'vitest';

import UiVirtualList from './UiVirtualList.vue';

const list = (props: object = {}) =>
  mount(UiVirtualList, {
    props: { label: 'Rows', count: 1_000_000, ...props },
    slots: { default: ({ index }: { index: number }) => `row ${index}` },
    attachTo: document.body,
  });

describe('UiVirtualList', () => {
  it('draws few rows of many and says how many there are', () => {
    const rows = list().findAll('[role="option"]');
    expect(rows.length).toBeLessThan(50);
    expect(rows[0].attributes('aria-setsize')).toBe('1000000');
  });

  it('has one tab stop', () => {
    const stops = list().findAll('[role="option"][tabindex="0"]');
    expect(stops).toHaveLength(1);
  });

  it('moves the active row with the keys and chooses it with Enter', async () => {
    const wrapper = list();
    const listbox = wrapper.get('[role="listbox"]');
    await listbox.trigger('keydown', { key: 'ArrowDown' });
    await listbox.trigger('keydown', { key: 'ArrowDown' });
    await listbox.trigger('keydown', { key: 'Enter' });
    expect(wrapper.emitted('choose')?.[0][0]).toBe(2);
  });

  it('chooses with a click and opens with a double click', async () => {
    const wrapper = list({ count: 5 });
    await wrapper.findAll('[role="option"]')[3].trigger('click');
    await wrapper.findAll('[role="option"]')[3].trigger('dblclick');
    expect(wrapper.emitted('choose')?.[0][0]).toBe(3);
    expect(wrapper.emitted('open')?.[0]).toEqual([3]);
  });
});
