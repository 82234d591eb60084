import { Access, recordNotFound, actorOfContext, type ServiceContext } from '@xueji/platform';
import { Arg, Ctx, Field, ID, Mutation, ObjectType, Resolver } from 'type-graphql';
import { Child } from '../../child/child.entity';
import { PreschoolClass } from '../../class/preschool-class.entity';
import { readDay, readReason } from '../../input-values';
import { children } from './child-archive.commands';
import {
  ChildReasonInput, ChildStepInput, GraduatePreschoolClassInput, LeaveKindergartenInput, readArchive, readAttachments, readRegistration, RegisterChildInput, SubstantiateChildInput,
  WriteChildArchiveInput, type ChildInput,
} from './child-archive.inputs';

@Access.authenticated()
@ObjectType()
export class ChildPayload {
  @Field(() => Child) child: Child;
}

/** Why one child of a class did not graduate with it. */
@Access.authenticated()
@ObjectType()
export class PreschoolGraduationRefusal {
  @Field(() => ID) childId: string;
  @Field(() => String) code: string;
  @Field(() => String) rule: string;
  @Field(() => String) message: string;
}

@Access.authenticated()
@ObjectType()
export class GraduatePreschoolClassPayload {
  @Field(() => [Child], { description: '已毕业 / graduated now' }) graduated: Child[];
  @Field(() => [PreschoolGraduationRefusal], { description: '未能毕业 / could not graduate' }) refused: PreschoolGraduationRefusal[];
}

/** Where no row leads to graduation any more, a child is none of the class's. */
const GONE = ['DELETED', 'GRADUATED', 'LEFT', 'ENROLLED_PRIMARY'];

/** Mutations of the child archive. `allowSynthetic`: accept made-up ID numbers of division 9999xx, never in production. */
export function childArchiveResolver({ allowSynthetic }: { allowSynthetic: boolean }): Function {
  const give = async (context: ServiceContext, command: string, { requestId, childId, expectedVersion }: ChildStepInput, input: ChildInput = {}): Promise<ChildPayload> => ({
    child: await context.run(children, requestId, { command, id: childId, input, expectedVersion: expectedVersion ?? null }),
  });

  @Resolver()
  class ChildArchiveResolver {
    @Access.scopes('pupil.enter')
    @Mutation(() => ChildPayload, { description: '幼儿入园登记，一个月内须建档 [PRE-ARCH-01]' })
    async registerChild(@Ctx() context: ServiceContext, @Arg('input', () => RegisterChildInput) input: RegisterChildInput): Promise<ChildPayload> {
      const registration = readRegistration(input, context.clock.now());
      return { child: await context.run(children, input.requestId, { command: 'register', input: { registration, ...readReason(input.reason) } }) };
    }

    @Access.scopes('pupil.enter')
    @Mutation(() => ChildPayload, { description: '建立电子档案 [PRE-ARCH-02]' })
    createChildArchive(@Ctx() context: ServiceContext, @Arg('input', () => WriteChildArchiveInput) input: WriteChildArchiveInput): Promise<ChildPayload> {
      return give(context, 'createArchive', input, { archive: readArchive(input.archive, context.clock.now(), allowSynthetic) });
    }

    @Access.scopes('school.approve')
    @Mutation(() => ChildPayload, { description: '园所审核；通过后自动查重、编号 [PRE-ARCH-04]' })
    reviewChildArchive(@Ctx() context: ServiceContext, @Arg('input', () => ChildStepInput) input: ChildStepInput): Promise<ChildPayload> {
      return give(context, 'reviewArchive', input);
    }

    @Access.scopes('school.approve')
    @Mutation(() => ChildPayload, { description: '退回重填，须有理由 [GEN-FLOW-03]' })
    returnChildArchive(@Ctx() context: ServiceContext, @Arg('input', () => ChildReasonInput) input: ChildReasonInput): Promise<ChildPayload> {
      return give(context, 'returnArchive', input, readReason(input.reason));
    }

    @Access.scopes('pupil.enter')
    @Mutation(() => ChildPayload, { description: '删除问题档案，须有理由 [PRE-ARCH-06]' })
    deleteChildArchive(@Ctx() context: ServiceContext, @Arg('input', () => ChildReasonInput) input: ChildReasonInput): Promise<ChildPayload> {
      return give(context, 'deleteArchive', input, readReason(input.reason));
    }

    @Access.scopes('pupil.enter')
    @Mutation(() => ChildPayload, { description: '修改问题档案，随即重新查重 [PRE-ARCH-06]' })
    modifyChildArchive(@Ctx() context: ServiceContext, @Arg('input', () => WriteChildArchiveInput) input: WriteChildArchiveInput): Promise<ChildPayload> {
      return give(context, 'modifyArchive', input, { archive: readArchive(input.archive, context.clock.now(), allowSynthetic) });
    }

    @Access.scopes('pupil.enter')
    @Mutation(() => ChildPayload, { description: '佐证：附家长证明，提请上级仲裁 [PRE-ARCH-07]' })
    substantiateChild(@Ctx() context: ServiceContext, @Arg('input', () => SubstantiateChildInput) input: SubstantiateChildInput): Promise<ChildPayload> {
      return give(context, 'substantiate', input, { attachments: readAttachments(input.attachments), ...readReason(input.reason) });
    }

    @Access.scopes('bureau.approve')
    @Mutation(() => ChildPayload, { description: '仲裁：佐证成立，随即编号 [PRE-ARCH-07]' })
    upholdChildSubstantiation(@Ctx() context: ServiceContext, @Arg('input', () => ChildReasonInput) input: ChildReasonInput): Promise<ChildPayload> {
      return give(context, 'upholdSubstantiation', input, readReason(input.reason));
    }

    @Access.scopes('bureau.approve')
    @Mutation(() => ChildPayload, { description: '仲裁：佐证不成立，须有理由 [PRE-ARCH-07]' })
    rejectChildSubstantiation(@Ctx() context: ServiceContext, @Arg('input', () => ChildReasonInput) input: ChildReasonInput): Promise<ChildPayload> {
      return give(context, 'rejectSubstantiation', input, readReason(input.reason));
    }

    @Access.scopes('pupil.enter')
    @Mutation(() => ChildPayload, { description: '毕业；七月以外须有理由 [PRE-GRAD-01]' })
    graduateChild(@Ctx() context: ServiceContext, @Arg('input', () => ChildReasonInput) input: ChildReasonInput): Promise<ChildPayload> {
      return give(context, 'graduate', input, readReason(input.reason));
    }

    @Access.scopes('pupil.enter')
    @Mutation(() => GraduatePreschoolClassPayload, { description: '整班毕业；每名幼儿各有结论 [PRE-GRAD-01]' })
    async graduatePreschoolClass(@Ctx() context: ServiceContext, @Arg('input', () => GraduatePreschoolClassInput) { requestId, classId, reason }: GraduatePreschoolClassInput): Promise<GraduatePreschoolClassPayload> {
      const { organizationId } = actorOfContext(context);
      const input = readReason(reason);
      const { graduated, refused } = await context.command('graduatePreschoolClass', requestId, { classId, ...input }, async (scope) => {
        if (!(await scope.manager.existsBy(PreschoolClass, { id: classId, institutionId: organizationId }))) throw recordNotFound('preschool-class');
        const members: { id: string }[] = await scope.manager.query('select id from child where class_id = $1 and state <> all($2) order by id', [classId, GONE]);
        const outcome = { graduated: [] as string[], refused: [] as (Pick<PreschoolGraduationRefusal, 'childId' | 'code' | 'rule'> & { messages: { zh: string; en: string } })[] };
        for (const { id } of members) {
          const verdict = await scope.attempt(children, { command: 'graduate', id, input });
          if (verdict.allowed) outcome.graduated.push(id);
          else outcome.refused.push({ childId: id, code: verdict.error.code, rule: verdict.error.rule, messages: verdict.error.messages });
        }
        return outcome;
      });
      return {
        graduated: await context.manager.createQueryBuilder(Child, 'c').where('c.id = any(:ids)', { ids: graduated }).orderBy('c.id').getMany(),
        refused: refused.map(({ messages, ...refusal }) => ({ ...refusal, message: messages[context.locale] })),
      };
    }

    @Access.scopes('pupil.enter')
    @Mutation(() => ChildPayload, { description: '离园（未毕业） [PRE-CHG-01]' })
    leaveKindergarten(@Ctx() context: ServiceContext, @Arg('input', () => LeaveKindergartenInput) input: LeaveKindergartenInput): Promise<ChildPayload> {
      return give(context, 'leave', input, { ...(input.leftOn ? { leftOn: readDay('leftOn', input.leftOn) } : {}), ...readReason(input.reason) });
    }
  }
  return ChildArchiveResolver;
}
