import { Access, actorOfContext, type ServiceContext } from '@xueji/platform';
import { DomainError } from '@xueji/workflow';
import { Arg, Ctx, Field, Float, ID, InputType, Int, Mutation, ObjectType, Query, Resolver } from 'type-graphql';
import { Ticket } from '../ticket/ticket.entity';
import { visibleTickets } from '../ticket/ticket.visibility';
import type { DeskClock } from './desk.clock';
import { ONLINE_SECONDS, type Desks } from './desk.presence';

const DELIVERED = 20;

@InputType()
export class PresenceInput {
  @Field(() => ID) requestId: string;
}

@Access.authenticated()
@ObjectType()
export class GoOnlinePayload {
  @Field(() => Int, { description: '在线状态的有效秒数；期满前再次 goOnline 续期' }) onlineForSeconds: number;
  @Field(() => [Ticket], { description: '等待受理的问题单，先提出的在前；其余见 ticketQueue [HLP-DESK-03]' }) queue: Ticket[];
}

@Access.authenticated()
@ObjectType()
export class GoOfflinePayload {
  @Field(() => Boolean) offline: boolean;
}

@Access.authenticated()
@ObjectType({ description: '一级支持单位的响应与解决用时 [HLP-DESK-08]' })
export class DeskTimes {
  @Field(() => String, { description: '层级' }) level: string;
  @Field(() => Int, { description: '已首次响应的问题单数' }) firstResponses: number;
  @Field(() => Float, { nullable: true, description: '自提问至首次响应的平均分钟数' }) averageFirstResponseMinutes: number | null;
  @Field(() => Int, { description: '已解答的问题单数' }) resolutions: number;
  @Field(() => Float, { nullable: true, description: '自提问至解答的平均分钟数' }) averageResolutionMinutes: number | null;
}

const presenceAway = () =>
  new DomainError({ code: 'PRESENCE_UNAVAILABLE', rule: 'HLP-DESK-01', zh: '在线状态暂时无法登记，请稍后再试', en: 'Presence cannot be recorded just now, please try again' });

/** Coming and going of support, and how fast it is. */
export function deskResolver(desks: Desks, clock: DeskClock): Function {
  @Resolver()
  class DeskResolver {
    @Access.scopes('ticket.answer')
    @Mutation(() => GoOnlinePayload, { description: '支持人员上线（或续期），并取得排队的问题单 [HLP-DESK-01, 03]' })
    async goOnline(@Ctx() context: ServiceContext, @Arg('input', () => PresenceInput) { requestId }: PresenceInput): Promise<GoOnlinePayload> {
      const { organizationId, accountId } = actorOfContext(context);
      await desks.arrive(organizationId, accountId).catch(() => { throw presenceAway(); });
      await context.command('goOnline', requestId, {}, async (scope) => scope.audit('desk.goOnline', 'organization', organizationId, {}));
      await clock.poll();
      const queue = await visibleTickets(context).andWhere('ticket.deskOrganizationId = :organizationId and ticket.waitingSince is not null', { organizationId })
        .orderBy('ticket.createdAt').addOrderBy('ticket.id').limit(DELIVERED).getMany();
      return { onlineForSeconds: ONLINE_SECONDS, queue };
    }

    @Access.scopes('ticket.answer')
    @Mutation(() => GoOfflinePayload, { description: '支持人员下线' })
    async goOffline(@Ctx() context: ServiceContext, @Arg('input', () => PresenceInput) { requestId }: PresenceInput): Promise<GoOfflinePayload> {
      const { organizationId, accountId } = actorOfContext(context);
      await desks.leave(organizationId, accountId).catch(() => { throw presenceAway(); });
      await context.command('goOffline', requestId, {}, async (scope) => scope.audit('desk.goOffline', 'organization', organizationId, {}));
      return { offline: true };
    }

    @Access.scopes('ticket.answer', 'statistics.read')
    @Query(() => [DeskTimes], { description: '本辖区内提出的问题，各级的响应与解决用时 [HLP-DESK-08]' })
    deskTimes(@Ctx() context: ServiceContext): Promise<DeskTimes[]> {
      return context.manager.query(
        `select level, count(response)::int as "firstResponses", avg(response)::float8 as "averageFirstResponseMinutes",
           count(resolution)::int as resolutions, avg(resolution)::float8 as "averageResolutionMinutes"
         from (select first_response_level as level, extract(epoch from first_response_at - created_at) / 60 as response, null::numeric as resolution
               from ticket where first_response_at is not null and holder_path like $1
               union all
               select level, null, extract(epoch from answered_at - created_at) / 60 from ticket where answered_at is not null and holder_path like $1) measured
         group by level order by array_position(array['SCHOOL', 'INSTITUTION', 'COUNTY', 'CITY', 'PROVINCE', 'MINISTRY'], level)`,
        [`${actorOfContext(context).path}%`],
      );
    }
  }
  return DeskResolver;
}
