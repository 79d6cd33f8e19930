const collator = new Intl.Collator('en', { numeric: true });

/** Orders names as people count: 's2' before 's10'. Equal to the eye but different names keep a fixed order. */
export function compareNatural(a: string, b: string): number {
  return collator.compare(a, b) || (a < b ? -1 : a > b ? 1 : 0);
}
