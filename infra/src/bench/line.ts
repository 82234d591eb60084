/** One line of the table. Empty texts are shown as a dash. */
export interface Line {
  what: string;
  baseline?: string;
  measured: string;
  ratio?: string;
  target?: string;
  met?: boolean;
}

export const seconds = (ms: number): string => (ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`);
export const millis = (ms: number): string => `${ms.toFixed(ms < 10 ? 1 : 0)} ms`;
export const megabytes = (bytes: number): string => `${Math.round(bytes / 2 ** 20)} MB`;
export const times = (ratio: number): string => `${ratio.toFixed(ratio < 10 ? 1 : 0)} ×`;

/** The smallest value that so much of all values does not pass; `part` from 0 to 1. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(part * sorted.length) - 1)] ?? NaN;
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

export const HEADING = '| what | baseline | measured | ratio | target | met |\n| --- | --- | --- | --- | --- | --- |';

export const tableRow = ({ what, baseline, measured, ratio, target, met }: Line): string =>
  `| ${[what, baseline, measured, ratio, target, met === undefined ? undefined : met ? 'yes' : 'no'].map((text) => text || '—').join(' | ')} |`;
