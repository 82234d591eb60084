import { Access, actorOfContext, HistoryStep, keysetPage, loadTogether, PageArgs, recordNotFound, stepsOf, type Connection, type ServiceContext } from '@xueji/platform';
import { availableCommands } from '@xueji/workflow';
import { Arg, Args, Ctx, Field, FieldResolver, ID, InputType, Mutation, ObjectType, Query, Resolver, Root } from 'type-graphql';
import { In } from 'typeorm';
import type { AnnouncementFacts } from '../workflows/announcement/announcement.facts';
import { announcementWorkflow } from '../workflows/announcement/announcement.workflow';
import { Announcement, AnnouncementConnection, AnnouncementReading, AnnouncementRecipient } from './announcement.entity';
import { announcementsInArea, announcementsReceived } from './announcement.visibility';

@InputType()
export class MarkAnnouncementReadInput {
  @Field(() => ID) requestId: string;
  @Field(() => ID) announcementId: string;
}

@Access.authenticated()
@ObjectType()
export class MarkAnnouncementReadPayload {
  @Field(() => Announcement) announcement: Announcement;
}

@Resolver(() => Announcement)
export class AnnouncementResolver {
  @Access.authenticated()
  @Query(() => AnnouncementConnection, { description: '发给本人的公告，由早到晚 [HLP-ANN-02]' })
  myAnnouncements(@Ctx() context: ServiceContext, @Args(() => PageArgs) page: PageArgs): Promise<Connection<Announcement>> {
    return keysetPage(announcementsReceived(context), 'publishedAt', page);
  }

  @Access.scopes('announcement.draft', 'announcement.audit')
  @Query(() => AnnouncementConnection, { description: '本辖区起草的公告，由早到晚，供起草和审核' })
  announcements(@Ctx() context: ServiceContext, @Args(() => PageArgs) page: PageArgs, @Arg('state', () => String, { nullable: true }) state: string | null): Promise<Connection<Announcement>> {
    const query = announcementsInArea(context);
    if (state) query.andWhere('announcement.state = :state', { state });
    return keysetPage(query, 'createdAt', page);
  }

  @Access.authenticated()
  @Mutation(() => MarkAnnouncementReadPayload, { description: '将发给本人的公告标为已读；再次标记不改变首次阅读时间' })
  async markAnnouncementRead(@Ctx() context: ServiceContext, @Arg('input', () => MarkAnnouncementReadInput) { requestId, announcementId }: MarkAnnouncementReadInput): Promise<MarkAnnouncementReadPayload> {
    const { accountId } = actorOfContext(context);
    await context.command('markAnnouncementRead', requestId, { announcementId }, async (scope) => {
      if (!(await scope.manager.existsBy(AnnouncementRecipient, { announcementId, accountId }))) throw recordNotFound('announcement');
      await scope.manager.query('insert into announcement_reading (announcement_id, account_id, at) values ($1, $2, $3) on conflict do nothing', [announcementId, accountId, scope.now]);
    });
    return { announcement: await context.manager.findOneByOrFail(Announcement, { id: announcementId }) };
  }

  @FieldResolver(() => Date, { nullable: true, description: '当前用户首次阅读的时间' })
  readAt(@Root() announcement: Announcement, @Ctx() context: ServiceContext): Promise<Date | null> {
    const { accountId } = actorOfContext(context);
    return loadTogether(context, 'readAt', announcement.id, async (ids: readonly string[]) => {
      const readings = await context.manager.findBy(AnnouncementReading, { announcementId: In([...ids]), accountId });
      return ids.map((id) => readings.find((reading) => reading.announcementId === id)?.at ?? null);
    });
  }

  @Access.scopes('announcement.draft', 'announcement.audit')
  @FieldResolver(() => [HistoryStep], { description: '办理记录，由早到晚' })
  history(@Root() announcement: Announcement, @Ctx() context: ServiceContext): Promise<HistoryStep[]> {
    return stepsOf(context, 'announcement', announcement.id);
  }

  @FieldResolver(() => [String], { description: '当前用户可执行的操作' })
  availableCommands(@Root() record: Announcement, @Ctx() context: ServiceContext): string[] {
    // Who may take a row is seen from the record alone; the facts serve the rules, which are checked when the command is sent.
    return availableCommands(announcementWorkflow, { record, actor: actorOfContext(context), facts: {} as AnnouncementFacts, now: context.clock.now() });
  }

  @FieldResolver(() => Boolean, { description: '已过期限' })
  overdue(@Root() announcement: Announcement, @Ctx() context: ServiceContext): boolean {
    return announcement.dueAt !== null && announcement.dueAt < context.clock.now();
  }
}
