import { randomUUID } from 'node:crypto';
import { transferFiled } from '@xueji/contracts';
import { Access, actorOfContext, WorkflowEntity, workflowColumns, isInArea, type Actor, type RecordCommands, type ServiceContext, type ServiceDefinition } from '@xueji/platform';
import { DomainError, defineWorkflow, type Situation } from '@xueji/workflow';
import { Arg, Ctx, Field, ID, Int, Mutation, ObjectType, Query, Resolver } from 'type-graphql';
import { Column, Entity, Index, type MigrationInterface, type QueryRunner } from 'typeorm';

/** A service of one table and one workflow, to test what the platform promises to all. */
@Access.scopes('pupil.read')
@ObjectType()
@Entity('note')
@Index('note_title', ['title'], { unique: true })
export class Note extends WorkflowEntity {
  @Field(() => ID) declare id: string;
  @Field(() => String) declare state: string;
  @Field(() => Int) declare version: number;
  @Field(() => String) @Column('text') title: string;
  @Column('text') path: string;
}

interface NoteInput {
  title?: string;
  reason?: string;
}

type S = Situation<Note, NoteInput, object, Actor>;

export const noteWorkflow = defineWorkflow<'DRAFT' | 'SUBMITTED' | 'APPROVED', Note, NoteInput, object, Actor>({
  name: 'note',
  title: { zh: '便条', en: 'Note' },
  states: { DRAFT: { zh: '草稿', en: 'draft' }, SUBMITTED: { zh: '已提交', en: 'submitted' }, APPROVED: { zh: '已通过', en: 'approved', final: true } },
  relations: { own: (s: S) => s.record === null || s.record.path === s.actor.path, area: (s: S) => s.record !== null && isInArea(s.actor, s.record.path) },
  submitter: (note) => note.submittedBy,
  rows: [
    { from: null, command: 'write', to: 'DRAFT', by: [{ duty: 'REGISTRY_ADMIN', relation: 'own' }], cites: ['GEN-FLOW-01'], apply: (s) => ({ title: s.input.title!, path: s.actor.path }) },
    {
      from: 'DRAFT', command: 'submit', to: 'SUBMITTED', by: [{ duty: 'REGISTRY_ADMIN', relation: 'own' }], cites: ['GEN-FLOW-02'], emits: [transferFiled.type],
      apply: (s) => ({ submittedBy: s.actor.accountId }),
      events: (_, note) => [{ type: transferFiled.type, key: note.id, data: { transferId: note.id, studentId: note.id, outSchoolId: 'a', inSchoolId: 'b' } }],
    },
    { from: 'SUBMITTED', command: 'approve', to: 'APPROVED', by: [{ duty: 'REGISTRY_ADMIN', relation: 'area' }], independent: true, cites: ['GEN-FLOW-04'] },
    { from: 'SUBMITTED', command: 'refuse', to: 'DRAFT', by: [{ duty: 'REGISTRY_ADMIN', relation: 'area' }], independent: true, needsReason: true, cites: ['GEN-FLOW-03'] },
  ],
});

export const notes: RecordCommands<Note, NoteInput, object> = {
  recordType: 'note', workflow: noteWorkflow, entity: Note, facts: async () => ({}), isVisible: (note, actor) => isInArea(actor, note.path),
};

@Resolver()
class NoteResolver {
  @Access.scopes('pupil.read')
  @Query(() => [Note])
  notes(@Ctx() context: ServiceContext): Promise<Note[]> {
    return context.manager.createQueryBuilder(Note, 'n').where('n.path like :path', { path: `${actorOfContext(context).path}%` }).orderBy('n.createdAt').getMany();
  }

  @Access.scopes('pupil.enter', 'bureau.approve')
  @Mutation(() => Note)
  commandNote(
    @Ctx() context: ServiceContext, @Arg('command', () => String) command: string, @Arg('requestId', () => String) requestId: string,
    @Arg('id', () => ID, { nullable: true }) id: string | null, @Arg('title', () => String, { nullable: true }) title: string | null,
    @Arg('reason', () => String, { nullable: true }) reason: string | null, @Arg('expectedVersion', () => Int, { nullable: true }) expectedVersion: number | null,
  ): Promise<Note> {
    return context.run(notes, requestId, { command, ...(id ? { id } : {}), input: { ...(title ? { title } : {}), ...(reason ? { reason } : {}) }, expectedVersion });
  }
}

class NoteMigration20260901000001 implements MigrationInterface {
  name = 'NoteMigration20260901000001';
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table note (${workflowColumns}, title text not null, path text not null)`);
    await runner.query('create unique index note_title on note (title)');
  }
  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}

export const toy = (extra: Partial<ServiceDefinition> = {}): ServiceDefinition => ({
  name: 'toy',
  schema: { entities: [Note], migrations: [NoteMigration20260901000001] },
  resolvers: [NoteResolver],
  constraints: { note_title: () => new DomainError({ code: 'NOTE_TITLE_TAKEN', rule: 'GEN-FLOW-06', field: 'title', zh: '标题已存在', en: 'The title is taken' }) },
  ...extra,
});

export const requestId = (): string => randomUUID();
