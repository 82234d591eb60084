import { Access, actorOfContext, findOrganization, type ServiceContext } from '@xueji/platform';
import { Arg, Ctx, Field, ID, InputType, Int, Mutation, ObjectType, Resolver } from 'type-graphql';
import { upwards, type Desks } from '../../desk/desk.presence';
import { Ticket } from '../../ticket/ticket.entity';
import { TicketChannel, type ProblemReport } from '../../ticket/ticket.terms';
import { tickets } from '.';
import { PROBLEM_FORM_REQUIRED } from './ticket.rules';
import type { TicketInput } from './ticket.inputs';

@InputType({ description: '问题记录单 / the problem form' })
export class ProblemInput implements ProblemReport {
  @Field(() => String, { description: '遇到的问题' }) what: string;
  @Field(() => String, { description: '操作步骤' }) steps: string;
  @Field(() => String, { description: '所在功能模块' }) systemPart: string;
}

@InputType()
export class OpenConsultationInput {
  @Field(() => ID) requestId: string;
  @Field(() => String, { description: '主题' }) subject: string;
  @Field(() => String, { nullable: true, description: '问题描述' }) text?: string | null;
  @Field(() => TicketChannel, { defaultValue: TicketChannel.IME }) channel: TicketChannel;
  @Field(() => ProblemInput, { nullable: true, description: '本级无人在线时须填写' }) problem?: ProblemInput | null;
}

@InputType()
export class TicketCommandInput {
  @Field(() => ID) requestId: string;
  @Field(() => ID) ticketId: string;
  @Field(() => Int, { nullable: true }) expectedVersion?: number | null;
}

@InputType()
export class TicketTextInput extends TicketCommandInput {
  @Field(() => String) text: string;
}

@InputType()
export class EscalateTicketInput extends TicketCommandInput {
  @Field(() => String, { description: '提交上级的说明 [HLP-DESK-05]' }) note: string;
}

@InputType()
export class DisagreeWithAnswerInput extends TicketCommandInput {
  @Field(() => String, { nullable: true, description: '不认可的原因' }) text?: string | null;
}

@Access.authenticated()
@ObjectType()
export class ProblemFormField {
  @Field(() => String, { description: '在 problem 输入中的字段名' }) name: string;
  @Field(() => String) label: string;
  @Field(() => Boolean) required: boolean;
}

@Access.authenticated()
@ObjectType({ description: '问题记录模板 / the form to fill in when nobody is online [HLP-DESK-02]' })
export class ProblemForm {
  @Field(() => String) title: string;
  @Field(() => [ProblemFormField]) fields: ProblemFormField[];
}

@Access.authenticated()
@ObjectType({ description: '咨询已开始（ticket），或须先填写问题记录单（form）' })
export class OpenConsultationPayload {
  @Field(() => Ticket, { nullable: true }) ticket: Ticket | null;
  @Field(() => ProblemForm, { nullable: true }) form: ProblemForm | null;
}

@Access.authenticated()
@ObjectType()
export class TicketPayload {
  @Field(() => Ticket) ticket: Ticket;
}

const FORM = {
  zh: { title: '本级支持人员均不在线，请填写问题记录单', labels: { what: '遇到的问题', steps: '操作步骤', systemPart: '所在功能模块' } },
  en: { title: 'Nobody of your level is online, please fill in the problem form', labels: { what: 'What went wrong', steps: 'What you did, step by step', systemPart: 'Part of the system' } },
};

const problemForm = ({ locale }: ServiceContext): ProblemForm => ({
  title: FORM[locale].title,
  fields: Object.entries(FORM[locale].labels).map(([name, label]) => ({ name, label, required: true })),
});

/** Mutations on tickets, which must know who is online. */
export function ticketCommandResolver(desks: Desks): Function {
  const give = async (context: ServiceContext, command: string, { requestId, ticketId, expectedVersion }: TicketCommandInput, input: TicketInput = {}): Promise<TicketPayload> => ({
    ticket: await context.run(tickets, requestId, { command, id: ticketId, input, expectedVersion: expectedVersion ?? null }),
  });

  @Resolver()
  class TicketCommandResolver {
    @Access.scopes('ticket.open')
    @Mutation(() => OpenConsultationPayload, { description: '在线咨询：本级有人在线即开始；无人在线时先返回问题记录单，填写后排队并向上级轮询 [HLP-DESK-01, 02, 04]' })
    async openConsultation(@Ctx() context: ServiceContext, @Arg('input', () => OpenConsultationInput) input: OpenConsultationInput): Promise<OpenConsultationPayload> {
      const own = await findOrganization(context.manager, actorOfContext(context).organizationId);
      const staffed = [...(await desks.staffed(own ? upwards(own.path) : []))];
      const { requestId, subject, text, channel, problem } = input;
      const { ticketId } = await context.command('openConsultation', requestId, input, async (scope) => {
        const verdict = await scope.attempt(tickets, { command: 'openConsultation', input: { subject, text: text ?? null, channel, problem: problem ? { ...problem } : null, staffed } });
        if (verdict.allowed) return { ticketId: verdict.record.id };
        if (verdict.error.code === PROBLEM_FORM_REQUIRED) return { ticketId: null };
        throw verdict.error;
      });
      return ticketId ? { ticket: await context.manager.findOneByOrFail(Ticket, { id: ticketId }), form: null } : { ticket: null, form: problemForm(context) };
    }

    @Access.scopes('ticket.answer')
    @Mutation(() => TicketPayload, { description: '受理：取走排队的问题单，或将未能当场解决的咨询转为处理 [HLP-DESK-03]' })
    takeTicket(@Ctx() context: ServiceContext, @Arg('input', () => TicketCommandInput) input: TicketCommandInput): Promise<TicketPayload> {
      return give(context, 'takeTicket', input);
    }

    @Access.scopes('ticket.open')
    @Mutation(() => TicketPayload, { description: '在问题单上留言；留言不可修改' })
    writeMessage(@Ctx() context: ServiceContext, @Arg('input', () => TicketTextInput) input: TicketTextInput): Promise<TicketPayload> {
      return give(context, 'writeMessage', input, { text: input.text });
    }

    @Access.scopes('ticket.answer')
    @Mutation(() => TicketPayload, { description: '解答 [HLP-DESK-05]' })
    answerTicket(@Ctx() context: ServiceContext, @Arg('input', () => TicketTextInput) input: TicketTextInput): Promise<TicketPayload> {
      return give(context, 'answerTicket', input, { text: input.text });
    }

    @Access.scopes('ticket.answer')
    @Mutation(() => TicketPayload, { description: '本级不能解决时附说明提交上一级，每次一级 [HLP-DESK-05]' })
    escalateTicket(@Ctx() context: ServiceContext, @Arg('input', () => EscalateTicketInput) input: EscalateTicketInput): Promise<TicketPayload> {
      return give(context, 'escalateTicket', input, { note: input.note, reason: input.note });
    }

    @Access.scopes('ticket.open')
    @Mutation(() => TicketPayload, { description: '用户确认问题已解决' })
    confirmTicket(@Ctx() context: ServiceContext, @Arg('input', () => TicketCommandInput) input: TicketCommandInput): Promise<TicketPayload> {
      return give(context, 'confirmTicket', input);
    }

    @Access.scopes('ticket.open')
    @Mutation(() => TicketPayload, { description: '用户不认可解答，问题单退回处理' })
    disagreeWithAnswer(@Ctx() context: ServiceContext, @Arg('input', () => DisagreeWithAnswerInput) input: DisagreeWithAnswerInput): Promise<TicketPayload> {
      return give(context, 'disagreeWithAnswer', input, input.text ? { text: input.text, reason: input.text } : {});
    }
  }
  return TicketCommandResolver;
}
