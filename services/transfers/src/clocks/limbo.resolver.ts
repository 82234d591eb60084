import { Access, connectionOf, keysetPage, PageArgs, type Connection, type ServiceContext } from '@xueji/platform';
import { DomainError, type Messages } from '@xueji/workflow';
import { Args, ArgsType, Ctx, Field, FieldResolver, Int, ObjectType, Query, registerEnumType, Resolver, Root } from 'type-graphql';
import { TransferCase } from '../transfer/transfer.entity';
import { IS_OPEN, seesMuch, unsearched, visibleCases } from '../transfer/transfer.rows';
import { Organization, stubOf } from '../transfer/transfer.stubs';
import { CLOSED, reviewOf, TransferState, WAITS } from '../transfer/transfer.terms';

const HOUR_MS = 3_600_000;
const LONGEST_HOURS = 24 * 366;

/** States in which nobody reviews: the pupil, or the archive, is between two schools. */
const IN_TRANSIT = Object.values(TransferState).filter((state) => !CLOSED.includes(state) && reviewOf(state) === null);

const WaitsFor = { REGISTRY: 'REGISTRY', MINISTRY_SYSTEM: 'MINISTRY_SYSTEM', ARCHIVE_REQUEST: 'ARCHIVE_REQUEST', ARCHIVE_PACKING: 'ARCHIVE_PACKING', ARCHIVE_RECEIPT: 'ARCHIVE_RECEIPT' } as const;
type WaitsFor = keyof typeof WaitsFor;
registerEnumType(WaitsFor, { name: 'TransferWaitsFor', description: '在途转学所等待的事项' });

const WAITED: Partial<Record<TransferState, WaitsFor>> = {
  MINISTRY_CHECK: 'MINISTRY_SYSTEM', MINISTRY_VERIFIED: 'ARCHIVE_REQUEST', APPROVED: 'ARCHIVE_REQUEST', ARCHIVE_WAITING: 'ARCHIVE_PACKING', ARCHIVE_TRANSFERRING: 'ARCHIVE_RECEIPT',
  MOVING: 'REGISTRY',
};

const SAID: Record<WaitsFor, Messages> = {
  REGISTRY: { zh: '等待学籍库确认转接', en: 'for the registry to confirm or refuse the move' },
  MINISTRY_SYSTEM: { zh: '等待教育部系统校验', en: 'for the automatic check of the Ministry' },
  ARCHIVE_REQUEST: { zh: '等待转入学校调档', en: 'for the receiving school to ask for the archive' },
  ARCHIVE_PACKING: { zh: '等待转出一方封装档案', en: 'for the giving side to pack the archive' },
  ARCHIVE_RECEIPT: { zh: '等待转入学校签收档案', en: 'for the receiving school to acknowledge the archive' },
};

@ArgsType()
class LimboArgs extends PageArgs {
  @Field(() => Int, { description: '停留小时数，0–8784' }) olderThan: number;
}

@Access.scopes('bureau.approve', 'statistics.read')
@ObjectType({ description: '在途过久的转学 / a pupil between two schools for too long' })
export class LimboCase {
  @Field(() => String) id: string;
  @Field(() => TransferState) state: TransferState;
  @Field(() => Date, { description: '进入该状态的时刻' }) updatedAt: Date;
  transfer: TransferCase;
}

export const LimboConnection = connectionOf('LimboCase', () => LimboCase);

@Resolver(() => LimboCase)
export class LimboResolver {
  @Access.scopes('bureau.approve', 'statistics.read')
  @Query(() => LimboConnection, { description: '在途超过若干小时的转学及其所等待的事项' })
  async limbo(@Args(() => LimboArgs) args: LimboArgs, @Ctx() context: ServiceContext): Promise<Connection<LimboCase>> {
    if (args.olderThan < 0 || args.olderThan > LONGEST_HOURS) {
      throw new DomainError({ code: 'HOURS_INVALID', rule: 'GEN-FLOW-08', field: 'olderThan', zh: `小时数须在 0 至 ${LONGEST_HOURS} 之间`, en: `olderThan must be 0 to ${LONGEST_HOURS} hours` });
    }
    const since = new Date(context.clock.now().getTime() - args.olderThan * HOUR_MS);
    const inTransit = `c.state in (${IN_TRANSIT.map((state) => `'${state}'`).join(', ')}) and c.updatedAt < :since`;
    const isWide = seesMuch(context);
    const query = visibleCases(context, isWide).andWhere(isWide ? inTransit : `${IS_OPEN} and ${unsearched(inTransit)}`, { since });
    const { edges, pageInfo } = await keysetPage(query, 'updatedAt', args);
    return { edges: edges.map(({ cursor, node }) => ({ cursor, node: Object.assign(new LimboCase(), { id: node.id, state: node.state, updatedAt: node.updatedAt, transfer: node }) })), pageInfo };
  }

  @Access.scopes('pupil.read')
  @FieldResolver(() => TransferCase, { nullable: true })
  transferCase(@Root() { transfer }: LimboCase): TransferCase {
    return transfer;
  }

  @Access.scopes('bureau.approve', 'statistics.read')
  @FieldResolver(() => WaitsFor, { nullable: true })
  waitsFor(@Root() { state }: LimboCase): WaitsFor | null {
    return WAITED[state] ?? null;
  }

  @Access.scopes('bureau.approve', 'statistics.read')
  @FieldResolver(() => String, { nullable: true, description: '所等待事项的说明' })
  message(@Root() { state }: LimboCase, @Ctx() context: ServiceContext): string | null {
    const waited = WAITED[state];
    return waited ? SAID[waited][context.locale] : null;
  }

  @Access.scopes('bureau.approve', 'statistics.read')
  @FieldResolver(() => Organization, { nullable: true, description: '所等待的单位；等待系统时为空' })
  awaits(@Root() { state, transfer }: LimboCase): Organization | null {
    const waited = WAITS[state];
    const organizationId = waited && transfer[waited.party];
    return organizationId ? stubOf(Organization, organizationId) : null;
  }

  @Access.scopes('bureau.approve', 'statistics.read')
  @FieldResolver(() => Int, { description: '已停留的小时数' })
  hours(@Root() { updatedAt }: LimboCase, @Ctx() context: ServiceContext): number {
    return Math.floor((context.clock.now().getTime() - updatedAt.getTime()) / HOUR_MS);
  }
}
