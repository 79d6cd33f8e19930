/** Narrow no-break space: between thousands, so that a figure never breaks over two lines. */
export const THIN_SPACE = '\u202f';
/** No-break space: before a unit. The narrow one is next to nothing in some fonts. */
export const UNIT_SPACE = '\u00a0';

/** A whole number with its thousands apart: 1 152. */
export function formatCount(value: number): string {
  const digits = Math.abs(Math.round(value)).toString();
  const grouped = digits.replace(/\B(?=(\d{3})+$)/g, THIN_SPACE);
  return value <= -0.5 ? `−${grouped}` : grouped;
}

/** A number with `places` decimals, thousands apart: 1 204.50. */
export function formatDecimal(value: number, places: number): string {
  const [whole, fraction] = Math.abs(value).toFixed(places).split('.');
  const text = fraction === undefined ? formatCount(Number(whole)) : `${formatCount(Number(whole))}.${fraction}`;
  return value < 0 && Number(text.replaceAll(THIN_SPACE, '')) !== 0 ? `−${text}` : text;
}

/** As many decimals as give `digits` significant digits, never more than it takes: 0.43, 2.9, 412, 1 204. */
export function formatSignificant(value: number, digits = 2): string {
  if (value === 0) return '0';
  const magnitude = Math.floor(Math.log10(Math.abs(Number(value.toPrecision(digits)))));
  return formatDecimal(value, Math.max(0, digits - 1 - magnitude));
}

/** A number as a user would type it: no trailing zeros, at most `places` decimals. */
export function formatPlain(value: number, places = 3): string {
  return String(Number(value.toFixed(places)));
}

/** A share of one as per cent; work that is not finished never reads 100 %. */
export function formatPercent(fraction: number, places = 0): string {
  const step = 10 ** -places;
  const percent = fraction < 1 ? Math.min(fraction * 100, 100 - step) : 100;
  return `${formatDecimal(Math.max(0, percent), places)}${UNIT_SPACE}%`;
}

/** 'one block', '2 blocks': the count with its noun. */
export function formatQuantity(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}
