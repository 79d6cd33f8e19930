import { describe, expect, it } from 'vitest';

import { ApiError } from '#contract/client.ts';
import { FascicleError } from '#domain/errors.ts';

import { describeError } from './describeError.ts';

describe('describeError', () => {
  it('says what the engine said, without details where nothing is broken', () =>
    expect(describeError(new ApiError('not-found', 'The folder is gone.', 404))).toEqual({
      reason: 'The folder is gone.',
      details: null,
      isDefect: false,
    }));
  it('keeps what a report needs of a defect', () => {
    const words = describeError(new FascicleError('internal', 'Two roots.', { cause: new Error('deeper') }));
    expect(words?.isDefect).toBe(true);
    expect(words?.details).toContain('Caused by: Error: deeper');
  });
  it('takes any other error for a defect', () =>
    expect(describeError(new TypeError('x is no function'))?.isDefect).toBe(true));
  it('has nothing to say of cancelled work', () => {
    expect(describeError(new ApiError('cancelled', 'Cancelled.', 499))).toBeNull();
    expect(describeError(Object.assign(new Error('aborted'), { name: 'AbortError' }))).toBeNull();
  });
});
