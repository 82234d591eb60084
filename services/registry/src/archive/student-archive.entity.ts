import { Access } from '@xueji/platform';
import { Field, ID, ObjectType } from 'type-graphql';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** All of a pupil's record as it was handed to another province. Written once, never changed: the database lets nobody. */
@Access.scopes('identity.read')
@ObjectType({ description: '学生档案（跨省调档）/ archive of a pupil for a school of another province' })
@Entity('student_archive')
@Index('student_archive_student', ['studentId'])
export class StudentArchive {
  @Field(() => ID) @PrimaryColumn('text', { name: 'transfer_id' }) transferId: string;
  @Column('text', { name: 'student_id' }) studentId: string;
  /** of the record, with the packing counted */
  @Column('int', { name: 'student_version' }) studentVersion: number;
  @Column('text', { name: 'from_school_id' }) fromSchoolId: string;
  @Column('text', { name: 'to_school_id' }) toSchoolId: string;
  @Field(() => String, { description: '档案全文，规范化JSON；其UTF-8字节的SHA-256用于确认收到' }) @Column('text') content: string;
  /** told to the transfers service only: whoever acknowledges the archive must have read it */
  @Column('text', { name: 'content_hash' }) contentHash: string;
  @Field(() => Date) @Column('timestamptz', { name: 'packed_at' }) packedAt: Date;
}
