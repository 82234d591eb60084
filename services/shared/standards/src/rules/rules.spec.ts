import { allRules, citation, findRule, getRule, legalDocuments, type RuleId } from './index';

const chinese = /\p{Script=Han}/u;
const chineseOrFullWidth = /[\p{Script=Han}\u3000-\u303f\uff00-\uffef]/u;
const rules = allRules();
const offenders = (isFine: (rule: (typeof rules)[number]) => boolean) => rules.filter((rule) => !isFine(rule)).map((rule) => rule.id);

describe('rule catalogue', () => {
  it('holds each binding rule of every group', () => {
    const perGroup: Record<string, number> = {};
    for (const { id } of rules) perGroup[id.split('-')[0]!] = (perGroup[id.split('-')[0]!] ?? 0) + 1;
    expect(perGroup).toEqual({ GEN: 16, CODE: 28, REG: 87, TRF: 30, PRE: 40, HLP: 34, ACC: 21, AGY: 13, OPS: 18, AUX: 20 });
    expect(new Set(rules.map((rule) => rule.id)).size).toBe(307);
  });

  it('gives every rule an id of its group form', () => {
    expect(offenders((rule) => /^[A-Z]+-[A-Z]+-\d\d$/.test(rule.id))).toEqual([]);
  });

  it('writes title and statement in Chinese for zh-CN', () => {
    expect(offenders((rule) => chinese.test(rule.titleZh) && chinese.test(rule.statementZh))).toEqual([]);
  });

  it('writes title and statement without a Chinese character for en', () => {
    expect(offenders((rule) => rule.titleEn.length > 0 && !chineseOrFullWidth.test(rule.titleEn) && !chineseOrFullWidth.test(rule.statementEn))).toEqual([]);
  });

  it('states every rule in one sentence per language', () => {
    expect(offenders((rule) => /^[^。！？；.!?;]+。$/.test(rule.statementZh) && /^[A-Z][^.!?;。]+\.$/.test(rule.statementEn))).toEqual([]);
  });

  it('keeps titles short and without a full stop', () => {
    expect(offenders((rule) => rule.titleZh.length <= 18 && rule.titleEn.length <= 48 && !/[.。]$/.test(rule.titleZh + rule.titleEn))).toEqual([]);
  });

  it('never says the same twice', () => {
    for (const part of ['titleZh', 'statementZh', 'statementEn'] as const) expect(new Set(rules.map((rule) => `${rule.id.split('-')[0]} ${rule[part]}`)).size).toBe(rules.length);
  });

  it('cites for every rule a known document with its article', () => {
    expect(offenders((rule) => rule.source.length > 0 && rule.source.every(({ document, article }) => document in legalDocuments && article.trim() !== ''))).toEqual([]);
  });

  it('keeps no document that no rule cites', () => {
    const cited = new Set(rules.flatMap((rule) => rule.source.map(({ document }) => document)));
    expect(Object.keys(legalDocuments).filter((id) => !cited.has(id as keyof typeof legalDocuments))).toEqual([]);
  });

  it('marks as derived whatever rests on a default of the system', () => {
    expect(offenders((rule) => rule.derived || rule.source.every(({ document }) => document !== 'system-default'))).toEqual([]);
    expect(getRule('GEN-FLOW-03').derived).toBe(true);
    expect(getRule('TRF-GEN-01').derived).toBe(false);
  });

  it('cites in both languages so that a reader can look the rule up', () => {
    const [source] = getRule('TRF-INTRA-01').source;
    expect(citation(source!)).toBe('陕教基二办〔2014〕13号《陕西省关于学籍系统应用与关键业务操作的通知》附件1 §三(一)');
    expect(citation(source!, 'en')).toBe('Shaanxi notice on using the registry system and its key procedures (陕教基二办〔2014〕13号), Annex 1 §3(1)');
    expect(citation({ document: 'registry-operations', article: '第16条(二)' }, 'en')).toBe('Rules on operating and maintaining the national student registry system, Art. 16(2)');
  });

  it('leaves no Chinese in an English citation but the number of the document', () => {
    const cited = rules.flatMap((rule) => rule.source.map((source) => citation(source, 'en').replace(legalDocuments[source.document].number ?? '', '')));
    expect(cited.filter((text) => chineseOrFullWidth.test(text))).toEqual([]);
  });

  it('finds a rule by id and answers null for an unknown one', () => {
    const id: RuleId = 'REG-NUM-02';
    expect(findRule(id)?.titleEn).toBe('Numbered at first contact');
    expect(findRule('REG-NUM-99')).toBeNull();
    expect(findRule('toString')).toBeNull();
  });

  it('refuses to get an unknown rule with a code and both languages', () => {
    expect(() => getRule('REG-NUM-99')).toThrow(expect.objectContaining({ code: 'RULE_UNKNOWN', ruleId: 'REG-NUM-99', messages: { zh: expect.stringContaining('REG-NUM-99'), en: expect.stringContaining('REG-NUM-99') } }));
  });

  it('does not compile a rule id the catalogue does not hold', () => {
    // @ts-expect-error no such rule
    const unknown: RuleId = 'REG-NUM-99';
    expect(findRule(unknown)).toBeNull();
  });
});
