/** For specs of what answers come late to. */
export interface Gate {
  /** Resolves at once, or when what holds it lets it go. */
  readonly passed: () => Promise<void>;
  /** From now on nothing passes until the returned function is called. */
  readonly hold: () => () => void;
}

export function createGate(): Gate {
  let current: Promise<void> = Promise.resolve();
  return {
    passed: () => current,
    hold() {
      const { promise, resolve } = Promise.withResolvers<undefined>();
      current = promise;
      return () => {
        current = Promise.resolve();
        resolve(undefined);
      };
    },
  };
}
