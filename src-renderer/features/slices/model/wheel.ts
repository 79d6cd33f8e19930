/** What is used of a wheel event. */
export interface WheelTurn {
  readonly deltaX: number;
  readonly deltaY: number;
  /** 0 pixels, 1 lines, 2 pages. */
  readonly deltaMode: number;
  readonly shiftKey: boolean;
}

/** Pixels of a line and of a page, as browsers translate them. */
const PIXELS = [1, 33, 800];
/** A notch of a mouse wheel turns at least this far; a touchpad sends many smaller turns, which add up to it. */
const NOTCH_PX = 50;
const ZOOM_OF_NOTCH = 1.25;

/** The way of a turn in pixels; with Shift, browsers turn it sideways. */
function pixelsOf({ deltaX, deltaY, deltaMode }: WheelTurn): number {
  return (deltaY === 0 ? deltaX : deltaY) * PIXELS[deltaMode];
}

/** Counts slices from turns of the wheel. */
export function createWheelCounter(): (turn: WheelTurn) => number {
  let rest = 0;
  return (turn) => {
    const pixels = pixelsOf(turn);
    let steps: number;
    if (Math.abs(pixels) >= NOTCH_PX) {
      steps = Math.sign(pixels) * Math.max(1, Math.floor(Math.abs(pixels) / (2 * NOTCH_PX)));
      rest = 0;
    } else {
      // A change of direction answers at once.
      rest = Math.sign(rest) === -Math.sign(pixels) ? pixels : rest + pixels;
      steps = Math.trunc(rest / NOTCH_PX);
      rest -= steps * NOTCH_PX;
    }
    return steps === 0 ? 0 : steps * (turn.shiftKey ? 10 : 1);
  };
}

/** The factor of nanometres per pixel for a turn: below 1 magnifies. */
export function zoomOfTurn(turn: WheelTurn): number {
  const pixels = pixelsOf(turn);
  if (Math.abs(pixels) >= NOTCH_PX) return pixels > 0 ? ZOOM_OF_NOTCH : 1 / ZOOM_OF_NOTCH;
  return Math.exp(pixels / 100);
}
