import { mount } from '@vue/test-utils';
import { describe, expect, it } from 'vitest';

import UiButton from './UiButton.vue';
import UiField from './UiField.vue';
import UiSlider from './UiSlider.vue';

describe('UiButton', () => {
  it('does nothing while it is disabled, and stays in the tab order', async () => {
    const button = mount(UiButton, {
      props: { disabledReason: 'Select a segment first' },
      slots: { default: 'Merge' },
    });
    await button.trigger('click');
    expect(button.emitted('click')).toBeUndefined();
    expect(button.attributes('aria-disabled')).toBe('true');
    expect(button.attributes('disabled')).toBeUndefined();
  });
  it('is no toggle unless it is told to be', () => {
    expect(mount(UiButton).attributes('aria-pressed')).toBeUndefined();
    expect(mount(UiButton, { props: { pressed: false } }).attributes('aria-pressed')).toBe('false');
  });
});

describe('a number field', () => {
  const field = (props: object = {}) =>
    mount(UiField, {
      props: { label: 'Voxel size', type: 'number', modelValue: 6 as number | null, min: 1, max: 100, ...props },
    });

  it('takes a comma for a point', async () => {
    const wrapper = field();
    await wrapper.get('input').setValue('4,5');
    expect(wrapper.emitted('update:modelValue')?.at(-1)).toEqual([4.5]);
  });
  it('keeps what is typed, says what is wrong, and gives no value for it', async () => {
    const wrapper = field();
    await wrapper.get('input').setValue('1000');
    expect(wrapper.emitted('update:modelValue')).toBeUndefined();
    expect(wrapper.text()).toContain('A number from 1 to 100 is needed.');
    expect(wrapper.get('input').attributes('aria-invalid')).toBe('true');
  });
  it('is null when it is empty', async () => {
    const wrapper = field();
    await wrapper.get('input').setValue('');
    expect(wrapper.emitted('update:modelValue')?.at(-1)).toEqual([null]);
  });
  it('steps with the arrows, by ten with Shift, within its limits', async () => {
    const wrapper = field({ step: 1 });
    await wrapper.get('input').trigger('keydown', { key: 'ArrowUp' });
    await wrapper.get('input').trigger('keydown', { key: 'ArrowDown', shiftKey: true });
    expect(wrapper.emitted('update:modelValue')).toEqual([[7], [1]]);
  });
});

describe('UiSlider', () => {
  it('follows the drag, and Escape brings the value of before', async () => {
    const slider = mount(UiSlider, {
      props: {
        label: 'Opacity',
        modelValue: 0.3,
        'onUpdate:modelValue': (value: number) => void slider.setProps({ modelValue: value }),
      },
    });
    (slider.element as HTMLInputElement).value = '0.5';
    await slider.trigger('input');
    await slider.trigger('keydown', { key: 'Escape' });
    expect(slider.emitted('revert')).toEqual([[0.3]]);
    expect(slider.props('modelValue')).toBe(0.3);
  });
});
