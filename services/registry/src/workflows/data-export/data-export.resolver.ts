import { Access, actorOfContext, HistoryStep, keysetPage, PageArgs, stepsOf, type Connection, type ServiceContext } from '@xueji/platform';
import { availableCommands } from '@xueji/workflow';
import { Arg, Args, Ctx, Field, FieldResolver, ID, InputType, Int, Mutation, ObjectType, Query, Resolver, Root } from 'type-graphql';
import { DataExport, DataExportConnection } from '../../export/data-export.entity';
import { exportPath } from '../../export/export-download.route';
import { ExportContent, ExportFormat } from '../../export/data-export.terms';
import { dataExports, dataExportWorkflow } from '.';
import type { DataExportInput } from './data-export.inputs';

@InputType()
export class RequestExportInput {
  @Field(() => ID) requestId: string;
  @Field(() => ExportContent) content: ExportContent;
  @Field(() => ExportFormat, { defaultValue: ExportFormat.CSV }) format: ExportFormat;
  @Field(() => String, { description: '用途说明' }) purpose: string;
}

@InputType()
export class ExportCommandInput {
  @Field(() => ID) requestId: string;
  @Field(() => ID) exportId: string;
  @Field(() => Int, { nullable: true }) expectedVersion?: number | null;
}

@InputType()
export class RefuseExportInput extends ExportCommandInput {
  @Field(() => String, { description: '理由 [GEN-FLOW-03]' }) reason: string;
}

@Access.authenticated()
@ObjectType()
export class DataExportPayload {
  @Field(() => DataExport) dataExport: DataExport;
}

const give = async (context: ServiceContext, command: string, { requestId, exportId, expectedVersion }: ExportCommandInput, input: DataExportInput = {}): Promise<DataExportPayload> => ({
  dataExport: await context.run(dataExports, requestId, { command, id: exportId, input, expectedVersion: expectedVersion ?? null }),
});

@Resolver(() => DataExport)
export class DataExportResolver {
  @Access.scopes('identity.read')
  @Mutation(() => DataExportPayload, { description: '申请导出：学校导出本校录入的完整数据，主管部门导出下级汇总 [AGY-IF-11] [PRE-DATA-17]' })
  async requestExport(@Ctx() context: ServiceContext, @Arg('input', () => RequestExportInput) { requestId, ...input }: RequestExportInput): Promise<DataExportPayload> {
    return { dataExport: await context.run(dataExports, requestId, { command: 'requestExport', input }) };
  }

  @Access.scopes('school.approve', 'bureau.approve')
  @Mutation(() => DataExportPayload, { description: '批准导出；申请人本人不能批准' })
  approveExport(@Ctx() context: ServiceContext, @Arg('input', () => ExportCommandInput) input: ExportCommandInput): Promise<DataExportPayload> {
    return give(context, 'approveExport', input);
  }

  @Access.scopes('school.approve', 'bureau.approve')
  @Mutation(() => DataExportPayload, { description: '不予批准' })
  refuseExport(@Ctx() context: ServiceContext, @Arg('input', () => RefuseExportInput) input: RefuseExportInput): Promise<DataExportPayload> {
    return give(context, 'refuseExport', input, { reason: input.reason });
  }

  @Access.scopes('identity.read')
  @Mutation(() => DataExportPayload, { description: '撤回；此后不能下载' })
  withdrawExport(@Ctx() context: ServiceContext, @Arg('input', () => ExportCommandInput) input: ExportCommandInput): Promise<DataExportPayload> {
    return give(context, 'withdrawExport', input);
  }

  @Access.scopes('identity.read', 'school.approve')
  @Query(() => DataExportConnection, { description: '本辖区的数据导出，由早到晚' })
  dataExports(@Ctx() context: ServiceContext, @Args(() => PageArgs) page: PageArgs): Promise<Connection<DataExport>> {
    return keysetPage(context.manager.createQueryBuilder(DataExport, 'e').where('e.holderPath like :area', { area: `${actorOfContext(context).path}%` }), 'createdAt', page);
  }

  @Access.scopes('identity.read', 'school.approve')
  @FieldResolver(() => String, { description: '下载路径' })
  downloadPath(@Root() record: DataExport): string {
    return exportPath(record);
  }

  @Access.scopes('identity.read', 'school.approve')
  @FieldResolver(() => [HistoryStep], { description: '办理记录' })
  history(@Root() record: DataExport, @Ctx() context: ServiceContext): Promise<HistoryStep[]> {
    return stepsOf(context, 'data-export', record.id);
  }

  @Access.scopes('identity.read', 'school.approve')
  @FieldResolver(() => [String], { description: '当前用户可执行的操作' })
  availableCommands(@Root() record: DataExport, @Ctx() context: ServiceContext): string[] {
    return availableCommands(dataExportWorkflow, { record, actor: actorOfContext(context), facts: {}, now: context.clock.now() });
  }

  @Access.scopes('identity.read', 'school.approve')
  @FieldResolver(() => Boolean, { description: '下载期限已过' })
  overdue(@Root() record: DataExport, @Ctx() context: ServiceContext): boolean {
    return record.dueAt !== null && record.dueAt < context.clock.now();
  }
}
