import { Access, WorkflowEntity } from '@xueji/platform';
import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Column, Entity, Index } from 'typeorm';

/** What is in doubt of a record; the two of the ID number are what an identity check can find [REG-PROB-09]. */
export const ProblemKind = {
  ID_NOT_FOUND: 'ID_NOT_FOUND', ID_NAME_MISMATCH: 'ID_NAME_MISMATCH', DUPLICATE_WITH_ID: 'DUPLICATE_WITH_ID', DUPLICATE_WITHOUT_ID: 'DUPLICATE_WITHOUT_ID',
} as const;
export type ProblemKind = keyof typeof ProblemKind;
registerEnumType(ProblemKind, {
  name: 'ProblemKind',
  description: '问题类型 [REG-PROB-09]',
  valuesConfig: {
    ID_NOT_FOUND: { description: '身份证件号不存在' }, ID_NAME_MISMATCH: { description: '身份证件号与姓名不匹配' },
    DUPLICATE_WITH_ID: { description: '有证件号重复' }, DUPLICATE_WITHOUT_ID: { description: '无证件号重复：姓名、性别、出生日期相同' },
  },
});

/** How a case ends [REG-PROB-09]. */
export const ProblemResolution = { SUBSTANTIATED: 'SUBSTANTIATED', CHANGED: 'CHANGED', DELETED: 'DELETED' } as const;
export type ProblemResolution = keyof typeof ProblemResolution;
registerEnumType(ProblemResolution, {
  name: 'ProblemResolution',
  description: '处理方式 [REG-PROB-09]',
  valuesConfig: { SUBSTANTIATED: { description: '佐证' }, CHANGED: { description: '变更' }, DELETED: { description: '删除' } },
});

/** A paper that proves the resolution, by reference. `sha256`: 64 lower-case hex digits. */
@Access.scopes('pupil.read')
@ObjectType({ description: '佐证材料' })
export class ProblemProof {
  @Field(() => String) fileName: string;
  @Field(() => String) sha256: string;
}

/** One doubt about one pupil's record, for the school that holds it to clear [REG-PROB-02]. */
@Access.scopes('pupil.read')
@ObjectType({ description: '问题学籍 / problem record' })
@Entity('problem_record')
@Index('problem_record_open', ['studentId', 'kind'], { unique: true, where: `state <> 'RESOLVED'` })
@Index('problem_record_holder_path', ['holderPath'])
export class ProblemRecord extends WorkflowEntity {
  @Access.authenticated() @Field(() => ID) declare id: string;
  @Field(() => String) declare state: string;
  @Field(() => Int) declare version: number;
  @Field(() => Date, { name: 'openedAt' }) declare createdAt: Date;
  @Field(() => ProblemKind) @Column('text') kind: ProblemKind;
  @Column('text', { name: 'student_id' }) studentId: string;
  @Column('text', { name: 'school_id' }) schoolId: string;
  /** area path of the school that holds the record */
  @Column('text', { name: 'holder_path' }) holderPath: string;
  @Field(() => ProblemResolution, { nullable: true, description: '学校申请的处理方式' }) @Column('text', { nullable: true }) resolution: ProblemResolution | null;
  @Field(() => [ProblemProof]) @Column('jsonb') proof: ProblemProof[];
  /** the bureau that decides: the school's own, and the next above each time the case is passed upward; null before the school has applied */
  @Column('text', { name: 'handler_id', nullable: true }) handlerId: string | null;
}
