import type { ModelCard } from '#contract/routes/models.ts';
import type { Zyx } from '#domain/geometry.ts';
import {
  formatDecimal,
  formatPlain,
  formatShape,
  formatSignificant,
  formatVoxelSize,
  UNIT_SPACE,
} from '#renderer/format/index.ts';

/** One line of a network's card. */
export interface CardRow {
  readonly name: string;
  readonly value: string;
  /** More, where the line has no room. */
  readonly title?: string;
  readonly tone?: 'warn';
}

const NOT_STATED = 'not stated';

/**
 * The lines of a network's card: how it fits first.
 *
 * @param voxelSizeNm of the volume, null while it is open
 * @param voxelsPerSecond on this machine, null before it has run here
 */
export function cardRows(model: ModelCard, voxelSizeNm: Zyx | null, voxelsPerSecond: number | null): CardRow[] {
  return [
    {
      name: 'Trained at',
      value: model.trainedVoxelSizesNm.length === 0 ? NOT_STATED : formatVoxelSize(nearestTrained(model, voxelSizeNm)),
      ...(model.trainedVoxelSizesNm.length > 1
        ? { title: model.trainedVoxelSizesNm.map(formatVoxelSize).join(', ') }
        : {}),
    },
    { name: 'Resampling', ...resampling(model.fit?.resampling ?? null) },
    ...scoreRow(model),
    { name: 'Speed here', value: voxelsPerSecond === null ? 'not run yet' : formatSpeed(voxelsPerSecond) },
    { name: 'Receptive field', value: model.receptiveField === null ? NOT_STATED : formatShape(model.receptiveField) },
    { name: 'Licence', value: model.license ?? NOT_STATED },
  ];
}

/** Voxels per second as people read them: 0.43 Mvoxel/s. */
export function formatSpeed(voxelsPerSecond: number): string {
  return `${formatSignificant(voxelsPerSecond / 1e6)}${UNIT_SPACE}Mvoxel/s`;
}

/** The chip on a card: null where there is nothing to say. */
export function fitChip(model: ModelCard): { tone: 'ok' | 'warn'; text: string } | null {
  if (model.preliminary) return { tone: 'warn', text: 'preliminary' };
  if (model.fit === null) return null;
  if (model.fit.rank === 0) return { tone: 'ok', text: 'best fit' };
  return model.fit.resampling.some((factor) => factor < 1 / 1.01) ? { tone: 'warn', text: 'coarser data' } : null;
}

/**
 * How the volume is resampled for a network. Making voxels smaller invents detail, so it warns; making them larger only costs some.
 *
 * @param factors source voxels for each voxel of the network, z, y, x
 */
export function resampling(factors: Zyx | null): { value: string; tone?: 'warn' } {
  if (factors === null) return { value: 'needs the voxel size' };
  const parts = new Map<string, string[]>();
  for (const axis of [2, 1, 0] as const) {
    const factor = factors[axis];
    if (Math.abs(factor - 1) < 0.01) continue;
    const text = factor < 1 ? `× ${formatPlain(1 / factor, 2)}` : `÷ ${formatPlain(factor, 2)}`;
    parts.set(text, [...(parts.get(text) ?? []), 'zyx'[axis]]);
  }
  if (parts.size === 0) return { value: 'none' };
  const value = [...parts].map(([text, axes]) => `${axes.join(', ')} ${text}`).join('; ');
  return factors.some((factor) => factor < 0.99) ? { value, tone: 'warn' } : { value };
}

/** The trained voxel size that is nearest by ratio, as the engine would choose it; the first where none is asked for. */
function nearestTrained({ trainedVoxelSizesNm }: ModelCard, voxelSizeNm: Zyx | null): Zyx {
  if (voxelSizeNm === null) return trainedVoxelSizesNm[0];
  const distance = (size: Zyx) =>
    size.reduce((sum, side, axis) => sum + Math.abs(Math.log(side / voxelSizeNm[axis])), 0);
  return trainedVoxelSizesNm.reduce((best, size) => (distance(size) < distance(best) ? size : best));
}

/** The score on data like this volume. One on other data says nothing of it, so it shows in the title alone. */
function scoreRow({ scores, fit }: ModelCard): CardRow[] {
  const title = scores.map(({ data, measure, value }) => `${data}: ${measure} ${formatDecimal(value, 3)}`).join('\n');
  const fitting = scores.filter(({ target }) => fit === null || target === null || target === fit.target);
  const score = fitting.find(({ measure }) => /vi|information/i.test(measure)) ?? fitting[0];
  if (score === undefined) return [{ name: 'Held-out score', value: NOT_STATED, ...(title ? { title } : {}) }];
  return [{ name: `Held-out ${score.measure}`, value: formatDecimal(score.value, 2), title }];
}
