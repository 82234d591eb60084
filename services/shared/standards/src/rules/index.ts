import { accRules } from './acc.rules';
import { agyRules } from './agy.rules';
import { auxRules } from './aux.rules';
import { codeRules } from './code.rules';
import { genRules } from './gen.rules';
import { hlpRules } from './hlp.rules';
import { opsRules } from './ops.rules';
import { preRules } from './pre.rules';
import { regRules } from './reg.rules';
import type { RuleText } from './rule';
import { trfRules } from './trf.rules';

const catalogue = { ...genRules, ...codeRules, ...regRules, ...trfRules, ...preRules, ...hlpRules, ...accRules, ...agyRules, ...opsRules, ...auxRules };

/** The id of a rule in the catalogue; citing any other id does not compile. */
export type RuleId = keyof typeof catalogue;

/** A rule a refusal may cite, in both languages, with the documents it rests on. */
export interface Rule extends RuleText {
  readonly id: RuleId;
}

const rules: ReadonlyMap<string, Rule> = new Map(Object.entries(catalogue).map(([id, text]) => [id, { id: id as RuleId, ...text }]));

/** Thrown when a rule is asked for by an id the catalogue does not hold. */
export class RuleUnknownError extends Error {
  readonly code = 'RULE_UNKNOWN';
  readonly field = 'ruleId';
  readonly messages: { readonly zh: string; readonly en: string };

  constructor(readonly ruleId: string) {
    super(`RULE_UNKNOWN: no rule has the id "${ruleId}"`);
    this.name = 'RuleUnknownError';
    this.messages = { zh: `没有编号为“${ruleId}”的规则`, en: `No rule has the id "${ruleId}"` };
  }
}

export function findRule(id: string): Rule | null {
  return rules.get(id) ?? null;
}

/** Throws `RULE_UNKNOWN`. */
export function getRule(id: string): Rule {
  const rule = findRule(id);
  if (!rule) throw new RuleUnknownError(id);
  return rule;
}

/** Every rule, group by group. */
export function allRules(): readonly Rule[] {
  return [...rules.values()];
}

export { citation, legalDocuments, type LegalDocumentId, type Source } from './documents';
