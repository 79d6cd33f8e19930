import { mount } from '@vue/test-utils';
import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, describe, expect, it } from 'vitest';

import type { CurvePoint } from '#contract/routes/edits.ts';
import { createFakeEngine } from '#renderer/engine/fakeEngine.ts';
import { provideEngine } from '#renderer/engine/useEngine.ts';

import { thresholdScale } from '../model/thresholdScale.ts';

import ThresholdPlots from './ThresholdPlots.vue';

/** Segments grow from 1 to 101, the best of them stands at 0.7. */
const curve = (hasTruth: boolean): CurvePoint[] =>
  Array.from({ length: 101 }, (_, i) => ({
    ...{ threshold: i / 100, segments: i + 1, largestVoxels: 1000 - i },
    vi: hasTruth ? { split: i / 100, merge: Math.abs(i - 70) / 50 } : null,
  }));

const show = (props: object = {}) =>
  mount(ThresholdPlots, {
    props: {
      ...{ points: curve(true), scale: thresholdScale(null), threshold: 0.5, of: 'volume' as const },
      ...props,
    },
  });

beforeEach(() => {
  provideEngine(createFakeEngine({}).engine);
  setActivePinia(createPinia());
});

describe('the plots over a threshold', () => {
  it('say their figures in words, with agreement where there is ground truth', () => {
    const words = (props: object) =>
      show(props)
        .findAll('svg[role="img"]')
        .map((svg) => svg.attributes('aria-label'));
    const about = 'of the whole volume against its threshold';
    expect(words({})).toEqual([
      `Segments ${about}: 1 at 0.00, 101 at 1.00`,
      expect.stringMatching(/^Largest of the whole volume/),
      `VI ${about}: 1.400 at 0.00, 1.600 at 1.00, lowest 0.700`,
    ]);
    expect(words({ points: curve(false) })).toHaveLength(2);
    expect(words({ points: null })[0]).toBe(`Segments ${about}, not known yet`);
  });

  it('go to the lowest VI with a button, which says so where it is there already', async () => {
    const plots = show();
    expect(plots.text()).toContain('Lowest VI 0.700 at 0.70');
    const button = plots.findAll('button').find((each) => each.text() === 'Set to 0.70')!;
    await button.trigger('click');
    expect(plots.emitted()).toMatchObject({ look: [[0.7]], commit: [[]] });
    await plots.setProps({ threshold: 0.7 });
    expect(button.attributes('aria-disabled')).toBe('true');
  });

  it('read the value under the pointer, look where it is pressed, and commit where it is let go', async () => {
    const plots = show();
    const stack = plots.get('.stack');
    const element = stack.element as HTMLElement;
    element.getBoundingClientRect = () => ({ left: 100, width: 200 }) as DOMRect;
    element.setPointerCapture = () => undefined;
    const shown = () => plots.get('.threshold-plot .head > :last-child').text();
    expect(shown()).toBe('51');
    await stack.trigger('pointermove', { clientX: 150 });
    expect(shown()).toBe('26');
    expect(plots.text()).toContain('at 0.25');
    expect(plots.emitted('look')).toBeUndefined();
    await stack.trigger('pointerdown', { clientX: 160, button: 0 });
    await stack.trigger('pointermove', { clientX: 161 });
    await stack.trigger('pointerup');
    expect(plots.emitted()).toMatchObject({ look: [[0.3], [0.31]], commit: [[]] });
    await stack.trigger('pointerleave');
    expect(shown()).toBe('51');
  });

  it('do nothing while the threshold cannot be moved', async () => {
    const plots = show({ refusal: 'The project is open for reading only' });
    await plots.get('.stack').trigger('pointerdown', { clientX: 160, button: 0 });
    await plots.get('.stack').trigger('pointerup');
    expect(plots.emitted()).not.toHaveProperty('look');
    expect(plots.get('input').attributes()).toHaveProperty('disabled');
  });

  it('stand on the scale of beta where the project is that of a multicut', () => {
    const plots = show({ scale: thresholdScale(0.25), global: 0.5 });
    const slider = plots.get('input');
    expect(slider.attributes()).toMatchObject({ min: '0.01', max: '0.99', 'aria-label': 'Beta of the whole volume' });
    expect((slider.element as HTMLInputElement).value).toBe('0.25');
    expect(plots.text()).toContain('global 0.25');
  });
});
