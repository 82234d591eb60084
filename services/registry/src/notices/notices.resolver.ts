import { Access, actorOfContext, keysetPage, PageArgs, recordNotFound, type Connection, type ServiceContext } from '@xueji/platform';
import { Arg, Args, Ctx, Field, ID, InputType, Mutation, ObjectType, Query, Resolver } from 'type-graphql';
import { Notice, NoticeConnection } from './notice.entity';

@InputType()
export class MarkNoticeReadInput {
  @Field(() => ID) requestId: string;
  @Field(() => ID) noticeId: string;
}

@Access.scopes('pupil.read')
@ObjectType()
export class MarkNoticeReadPayload {
  @Field(() => Notice) notice: Notice;
}

@Resolver()
export class NoticesResolver {
  @Access.scopes('pupil.read')
  @Query(() => NoticeConnection, { description: '本单位的通知，由早到晚 / notices to the viewer\'s organisation, oldest first' })
  notices(@Args(() => PageArgs) page: PageArgs, @Ctx() context: ServiceContext): Promise<Connection<Notice>> {
    const { organizationId } = actorOfContext(context);
    return keysetPage(context.manager.createQueryBuilder(Notice, 'n').where('n.organizationId = :organizationId', { organizationId }), 'at', page);
  }

  @Access.scopes('pupil.read')
  @Mutation(() => MarkNoticeReadPayload, { description: '将通知标为已读；再次标记不改变首次阅读时间' })
  async markNoticeRead(@Arg('input', () => MarkNoticeReadInput) { requestId, noticeId }: MarkNoticeReadInput, @Ctx() context: ServiceContext): Promise<MarkNoticeReadPayload> {
    const { organizationId } = actorOfContext(context);
    const own = { id: noticeId, organizationId };
    await context.command('markNoticeRead', requestId, { noticeId }, async (scope) => {
      const notice = await scope.manager.findOne(Notice, { where: own, lock: { mode: 'pessimistic_write' } });
      if (!notice) throw recordNotFound('notice');
      if (notice.readAt) return;
      await scope.manager.update(Notice, own, { readAt: scope.now });
      scope.audit('notice.read', 'notice', noticeId, {});
    });
    return { notice: await context.manager.findOneByOrFail(Notice, own) };
  }
}
