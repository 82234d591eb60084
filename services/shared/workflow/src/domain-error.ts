/** Text in the two languages the product speaks. */
export interface Messages {
  zh: string;
  en: string;
}

/**
 * An expected refusal. `code` is `SUBJECT_REASON`, `rule` the ID of the rule that refused,
 * `field` the input field at fault (null when none), `details` further public facts (never personal data).
 */
export class DomainError extends Error {
  readonly code: string;
  readonly rule: string;
  readonly field: string | null;
  readonly messages: Messages;
  readonly details: Record<string, unknown>;

  constructor(refusal: { code: string; rule: string; field?: string | null; zh: string; en: string; details?: Record<string, unknown> }) {
    super(`${refusal.code} [${refusal.rule}] ${refusal.en}`);
    this.name = 'DomainError';
    this.code = refusal.code;
    this.rule = refusal.rule;
    this.field = refusal.field ?? null;
    this.messages = { zh: refusal.zh, en: refusal.en };
    this.details = refusal.details ?? {};
  }
}
