import type { Source } from './documents';

/** A rule as written in its group's table; the table's key is the rule's id. */
export interface RuleText {
  readonly titleZh: string;
  readonly titleEn: string;
  /** One sentence. */
  readonly statementZh: string;
  /** One sentence. */
  readonly statementEn: string;
  readonly source: readonly Source[];
  /** True when the rule, or a detail of it, is concluded or assumed and not written in the documents cited. */
  readonly derived: boolean;
}

type Write = (titleZh: string, titleEn: string, statementZh: string, statementEn: string, ...source: Source[]) => RuleText;

const write = (derived: boolean): Write => (titleZh, titleEn, statementZh, statementEn, ...source) => ({ titleZh, titleEn, statementZh, statementEn, source, derived });

export const stated = write(false);
export const derived = write(true);

/** The rules of one group; an id of another group does not compile, and neither does one written twice. */
export function ruleGroup<Group extends string, Id extends `${Group}-${string}`>(_group: Group, rules: Record<Id, RuleText>): Record<Id, RuleText> {
  return rules;
}
