/** An error refuses the value; a warning never does. */
export type Severity = 'error' | 'warning';

/** One thing wrong with a value: a stable code, the rule it breaks, and the sentence in both languages of the API. */
export interface Fault {
  readonly code: string;
  readonly rule: string;
  readonly severity: Severity;
  readonly zh: string;
  readonly en: string;
}

/** A fault tied to a column of an uploaded row (`column` is 1-based; `field` is the API name). */
export interface Finding extends Fault {
  readonly field: string;
  readonly column: number;
}

export function fault(code: string, rule: string, zh: string, en: string, severity: Severity = 'error'): Fault {
  return { code, rule, severity, zh, en };
}

export function hasError(faults: readonly Fault[]): boolean {
  return faults.some((f) => f.severity === 'error');
}
