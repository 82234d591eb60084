import { Access, type ServiceContext } from '@xueji/platform';
import { CODE_TABLES, type CodeTable as StandardTable } from '@xueji/standards';
import { DomainError } from '@xueji/workflow';
import { Arg, Ctx, Field, ID, ObjectType, Query, Resolver } from 'type-graphql';

@Access.authenticated()
@ObjectType({ description: '代码 / one code of a table' })
export class CodeTableEntry {
  @Field(() => String) code: string;
  @Field(() => String, { description: '名称，按 Accept-Language；无英文名时为中文 / in the language asked for, Chinese where there is no English' }) name: string;
  @Field(() => String) nameZh: string;
  @Field(() => String, { nullable: true }) nameEn: string | null;
}

@Access.authenticated()
@ObjectType({ description: '代码表 / a code table of a standard' })
export class CodeTable {
  @Field(() => ID) id: string;
  @Field(() => String, { description: '标准号或表名' }) standard: string;
  @Field(() => String) version: string;
  @Field(() => String, { description: 'PUBLISHED 国家标准，FORM 采集表，TRANSCRIPTION 转录，OURS 本系统补充 / how far the list is to be trusted' }) source: string;
  @Field(() => [CodeTableEntry]) entries: CodeTableEntry[];
}

const inLanguage = ({ id, standard, version, source, entries }: StandardTable, locale: ServiceContext['locale']): CodeTable => ({
  id, standard, version, source,
  entries: entries.map(([code, nameZh, nameEn = null]) => ({ code, name: (locale === 'en' ? nameEn : null) ?? nameZh, nameZh, nameEn })),
});

@Access.authenticated()
@Resolver()
export class CodeTableResolver {
  @Query(() => CodeTable, { description: '按编号查询代码表，如 SEX、ETHNICITY' })
  codeTable(@Ctx() { locale }: ServiceContext, @Arg('id', () => String) id: string): CodeTable {
    const table = CODE_TABLES.find((each) => each.id === id);
    if (!table) throw new DomainError({ code: 'CODE_TABLE_UNKNOWN', rule: 'GEN-FLOW-02', field: 'id', zh: '没有该代码表', en: 'There is no such code table' });
    return inLanguage(table, locale);
  }

  @Query(() => [CodeTable], { description: '全部代码表' })
  codeTables(@Ctx() { locale }: ServiceContext): CodeTable[] {
    return CODE_TABLES.map((table) => inLanguage(table, locale));
  }
}
