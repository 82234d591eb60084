import { Access, connectionOf } from '@xueji/platform';
import { Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

export enum NoticeKind {
  PULL_CLEARED = 'PULL_CLEARED',
  TRANSFERRED_OUT = 'TRANSFERRED_OUT',
  TRANSFERRED_IN = 'TRANSFERRED_IN',
  CLASS_OVER_LIMIT = 'CLASS_OVER_LIMIT',
}

registerEnumType(NoticeKind, {
  name: 'NoticeKind',
  description: '通知类别',
  valuesConfig: {
    PULL_CLEARED: { description: '抽取已清除；subjectId 为抽取记录' },
    TRANSFERRED_OUT: { description: '学生已转出；subjectId 为转学申请' },
    TRANSFERRED_IN: { description: '学生已转入；subjectId 为转学申请' },
    CLASS_OVER_LIMIT: { description: '班额已超上限；subjectId 为班级 [REG-CLASS-02]' },
  },
});

/** What the registry has to tell an organisation. Names nobody: who may still read the subject finds the person there. */
@Access.scopes('pupil.read')
@ObjectType({ description: '通知 / notice to an organisation' })
@Entity('notice')
@Index('notice_organization', ['organizationId', 'at', 'id'])
export class Notice {
  @Access.authenticated() @Field(() => ID) @PrimaryColumn('text') id: string;
  @Column('text', { name: 'organization_id' }) organizationId: string;
  @Field(() => NoticeKind) @Column('text') kind: NoticeKind;
  @Field(() => ID) @Column('text', { name: 'subject_id' }) subjectId: string;
  @Field(() => String) @Column('text') zh: string;
  @Field(() => String) @Column('text') en: string;
  @Field(() => Date) @Column('timestamptz') at: Date;
  @Field(() => Date, { nullable: true }) @Column('timestamptz', { name: 'read_at', nullable: true }) readAt: Date | null;
}

export const NoticeConnection = connectionOf('Notice', () => Notice);
