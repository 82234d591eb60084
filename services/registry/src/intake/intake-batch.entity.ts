import { Access } from '@xueji/platform';
import { Field, ID, Int, ObjectType } from 'type-graphql';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { ResponsiblePerson } from '../student/student.entity';

/** One uploaded workbook of newcomers. */
@Access.scopes('pupil.read')
@ObjectType({ description: '新生采集批次 / one uploaded workbook' })
@Entity('intake_batch')
@Index('intake_batch_holder_path', ['holderPath'])
export class IntakeBatch {
  @Field(() => ID) @PrimaryColumn('text') id: string;
  @Column('text', { name: 'school_id' }) schoolId: string;
  @Column('text', { name: 'holder_path' }) holderPath: string;
  @Field(() => Int, { description: '学年' }) @Column('int') year: number;
  @Field(() => String) @Column('text', { name: 'file_name' }) fileName: string;
  @Column('text', { name: 'file_key' }) fileKey: string;
  @Field(() => String, { description: '上传文件的 SHA-256' }) @Column('text', { name: 'file_sha256' }) fileSha256: string;
  @Field(() => Int) @Column('int', { name: 'row_count' }) rowCount: number;
  @Field(() => Int, { description: '上传时通过的行数' }) @Column('int', { name: 'accepted_count' }) acceptedCount: number;
  @Field(() => Int, { description: '上传时不通过的行数' }) @Column('int', { name: 'refused_count' }) refusedCount: number;
  @Field(() => ResponsiblePerson) @Column('jsonb', { name: 'uploaded_by' }) uploadedBy: ResponsiblePerson;
  @Field(() => Date) @Column('timestamptz', { name: 'created_at' }) createdAt: Date;
}
