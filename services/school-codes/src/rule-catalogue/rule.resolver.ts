import { Access, type ServiceContext } from '@xueji/platform';
import { allRules, citation, findRule, legalDocuments, type Rule as CatalogueRule } from '@xueji/standards';
import { DomainError } from '@xueji/workflow';
import { Arg, Ctx, Field, ID, ObjectType, Query, Resolver } from 'type-graphql';

@Access.public()
@ObjectType({ description: '规则依据 / where a rule comes from' })
export class RuleSource {
  @Field(() => String, { description: '文件名称 / title of the document' }) document: string;
  @Field(() => String, { nullable: true, description: '文号或标准号 / number of the document or standard' }) documentNumber: string | null;
  @Field(() => String, { description: '条款 / article, in the notation of the document' }) article: string;
  @Field(() => String, { description: '可查找的引文 / one line a reader can look up' }) citation: string;
}

/** A rule of the catalogue, so that whoever was refused can read why. Texts without a language in their name are in the one asked for by Accept-Language. */
@Access.public()
@ObjectType({ description: '业务规则；拒绝时 extensions.rule 给出其编号 / a rule that a refusal names in extensions.rule' })
export class Rule {
  @Field(() => ID) id: string;
  @Field(() => String) title: string;
  @Field(() => String) statement: string;
  @Field(() => String) titleZh: string;
  @Field(() => String) titleEn: string;
  @Field(() => String) statementZh: string;
  @Field(() => String) statementEn: string;
  @Field(() => Boolean, { description: '由文件推定或本系统假定，而非文件明文 / concluded or assumed, not written in the documents' }) derived: boolean;
  @Field(() => [RuleSource]) source: RuleSource[];
}

function inLanguage({ source, ...rule }: CatalogueRule, locale: ServiceContext['locale']): Rule {
  const isEnglish = locale === 'en';
  return Object.assign(new Rule(), rule, {
    title: isEnglish ? rule.titleEn : rule.titleZh,
    statement: isEnglish ? rule.statementEn : rule.statementZh,
    source: source.map((each) => {
      const { number, titleZh, titleEn } = legalDocuments[each.document];
      return Object.assign(new RuleSource(), { document: isEnglish ? titleEn : titleZh, documentNumber: number, article: each.article, citation: citation(each, isEnglish ? 'en' : 'zh-CN') });
    }),
  });
}

function getRule(id: string, field: string): CatalogueRule {
  const rule = findRule(id);
  if (rule) return rule;
  throw new DomainError({ code: 'RULE_UNKNOWN', rule: 'GEN-FLOW-02', field, zh: '没有该编号的规则', en: 'No rule has this id', details: { ruleId: id.slice(0, 40) } });
}

@Access.public()
@Resolver()
export class RuleResolver {
  @Query(() => Rule, { nullable: true, description: '按编号查询规则，无须登录 / by the id that a refusal names' })
  rule(@Ctx() { locale }: ServiceContext, @Arg('id', () => String) id: string): Rule {
    return inLanguage(getRule(id, 'id'), locale);
  }

  @Query(() => [Rule], { description: '按编号查询多条规则；不给编号则为全部 / all of them when no ids are given' })
  rules(@Ctx() { locale }: ServiceContext, @Arg('ids', () => [String], { nullable: true }) ids: string[] | null): Rule[] {
    return (ids ? ids.map((id) => getRule(id, 'ids')) : allRules()).map((rule) => inLanguage(rule, locale));
  }
}
