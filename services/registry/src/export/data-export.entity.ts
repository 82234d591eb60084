import { Access, connectionOf, WorkflowEntity } from '@xueji/platform';
import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Column, Entity, Index } from 'typeorm';
import { ExportContent, ExportFormat } from './data-export.terms';

registerEnumType(ExportContent, { name: 'ExportContent', description: '导出内容：本校录入的完整数据，或下级汇总 [AGY-IF-11]' });
registerEnumType(ExportFormat, { name: 'ExportFormat', description: '文件格式' });

/** One permission to take data out of the system, for one account and one day. No file lies about: it is written when it is fetched. */
@Access.scopes('pupil.read', 'statistics.read')
@ObjectType({ description: '数据导出：申请、另一人批准、限期下载 [AGY-IF-11] [PRE-DATA-17]' })
@Entity('data_export')
@Index('data_export_path', ['holderPath', 'createdAt'])
export class DataExport extends WorkflowEntity {
  @Access.authenticated() @Field(() => ID) declare id: string;
  @Field(() => String, { description: 'REQUESTED, APPROVED, REFUSED, WITHDRAWN' }) declare state: string;
  @Field(() => Int) declare version: number;
  @Field(() => Date) declare createdAt: Date;
  @Field(() => Date, { nullable: true, description: '此刻以前可以下载' }) declare dueAt: Date | null;
  @Field(() => ExportContent) @Column('text') content: ExportContent;
  @Field(() => ExportFormat) @Column('text') format: ExportFormat;
  @Field(() => String, { description: '用途说明' }) @Column('text') purpose: string;
  @Column('text', { name: 'organization_id' }) organizationId: string;
  @Column('text', { name: 'holder_path' }) holderPath: string;
  /** the one account that may fetch it */
  @Column('text', { name: 'recipient_id' }) recipientId: string;
  @Field(() => String, { description: '申请人，也是唯一可下载的人' }) @Column('text', { name: 'recipient_name' }) recipientName: string;
  @Field(() => Int, { description: '已下载次数' }) @Column('int') downloads: number;
}

export const DataExportConnection = connectionOf('DataExport', () => DataExport);
