import type { VolumeInfo } from '#volumes/volume.ts';

import type { Brightness } from './brightness.ts';
import type { SectionMeasure } from './measureSections.ts';

/** What a user should know before a long run. */
export interface Finding {
  readonly level: 'ok' | 'warn';
  readonly text: string;
}

/** Sections that are named; more are counted. */
const NAMED = 6;

/** Of the range between the 1st and the 99th percentile: a step in brightness that a network sees. */
const STEP = 0.15;

/** Of the voxels: so many at the end of the range have lost detail. */
const SATURATED = 0.02;

/** Voxels: less is no matter for a network that was trained on displaced sections. */
const SHIFT = 8;

/** What the measurements of a volume mean, most serious first. */
export function findingsOf(info: VolumeInfo, brightness: Brightness, sections: readonly SectionMeasure[]): Finding[] {
  // A few cells on a black ground: empty sections are the rule, and what is in them comes and goes.
  const isSparse = brightness.saturated[0] > 0.5;
  const findings = [
    ...voxelSizeFindings(info),
    ...(isSparse ? [] : blankFindings(sections)),
    ...(isSparse ? [] : brightnessFindings(brightness, sections)),
    ...(isSparse ? [] : shiftFindings(sections)),
    ...saturationFindings(brightness),
  ];
  return findings.toSorted((a, b) => Number(a.level === 'ok') - Number(b.level === 'ok'));
}

const ok = (text: string): Finding => ({ level: 'ok', text });
const warn = (text: string): Finding => ({ level: 'warn', text });

function voxelSizeFindings({ voxelSizeNm }: VolumeInfo): Finding[] {
  if (voxelSizeNm !== null) return [];
  return [warn('The file does not state its voxel size. The network needs it: enter it before you go on.')];
}

function blankFindings(sections: readonly SectionMeasure[]): Finding[] {
  const blank = sections.filter((section) => section.blank);
  if (blank.length === 0) return [];
  if (blank.length === sections.length) return [warn('Every section that was looked at is of one single value.')];
  return [warn(`${count(blank, 'section')} blank or missing (${named(blank)}). Objects may be cut apart there.`)];
}

function brightnessFindings({ limits }: Brightness, sections: readonly SectionMeasure[]): Finding[] {
  const shown = sections.filter(({ blank }) => !blank);
  const range = limits[1] - limits[0];
  if (shown.length < 3 || range <= 0) return [];
  const steps = shown.map((section) => (section.mean - medianAround(shown, section.z)) / range);
  const darker = shown.filter((_, i) => steps[i] < -STEP);
  const brighter = shown.filter((_, i) => steps[i] > STEP);
  const found = [
    ...(darker.length > 0 ? [warn(`${count(darker, 'section')} darker than those around (${named(darker)}).`)] : []),
    ...(brighter.length > 0
      ? [warn(`${count(brighter, 'section')} brighter than those around (${named(brighter)}).`)]
      : []),
  ];
  return found.length > 0 ? found : [ok('Brightness is even from section to section.')];
}

/** The median brightness of the sections within four of `z`. */
function medianAround(sections: readonly SectionMeasure[], z: number): number {
  return median(sections.filter((section) => Math.abs(section.z - z) <= 4).map(({ mean }) => mean));
}

function shiftFindings(sections: readonly SectionMeasure[]): Finding[] {
  const compared = sections.filter(({ shift }) => shift !== null);
  const sure = compared.filter(({ shift }) => shift!.sure);
  if (sure.length < 2) return [];
  const typical = median(sure.map(({ shift }) => shift!.voxels));
  const shifted = sure.filter(({ shift }) => shift!.voxels > Math.max(SHIFT, 4 * typical));
  const largest = sure.reduce((most, next) => (next.shift!.voxels > most.shift!.voxels ? next : most));
  const figures = `median shift ${round(typical)} px, largest ${round(largest.shift!.voxels)} px at z ${largest.z}`;
  if (shifted.length > 0)
    return [warn(`${count(shifted, 'section')} shifted against the one before (${named(shifted)}): ${figures}.`)];
  if (typical > SHIFT) return [warn(`Sections are not aligned: ${figures}. Align them first.`)];
  const unsure = compared.length - sure.length;
  return [
    ok(`Sections are aligned: ${figures}.`),
    ...(unsure > compared.length / 4
      ? [warn(`${unsure} of ${compared.length} neighbours have little in common.`)]
      : []),
  ];
}

function saturationFindings({ saturated }: Brightness): Finding[] {
  const ends = ['darkest', 'brightest'] as const;
  return ends.flatMap((end, i) =>
    saturated[i] > SATURATED && saturated[i] < 0.5
      ? [
          warn(
            `${Math.round(100 * saturated[i])} % of the voxels have the ${end} value there is: contrast was cut off.`,
          ),
        ]
      : [],
  );
}

function count(sections: readonly unknown[], what: string): string {
  return sections.length === 1 ? `1 ${what} is` : `${sections.length} ${what}s are`;
}

function named(sections: readonly SectionMeasure[]): string {
  const listed = sections.slice(0, NAMED).map(({ z }) => `z ${z}`);
  return [...listed, ...(sections.length > NAMED ? [`and ${sections.length - NAMED} more`] : [])].join(', ');
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

const round = (value: number): string => value.toFixed(1);
