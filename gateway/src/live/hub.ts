import { newTraceId, type Actor, type Locale, type Logger } from '@xueji/platform';
import { LRUCache } from 'lru-cache';
import { bulkhead } from 'cockatiel';
import { setTimeout as pause } from 'node:timers/promises';
import type { SubgraphClient } from '../data-sources';
import type { GatewayMetrics } from '../metrics';
import { isAfter, type LiveFeed } from './feed';
import type { LiveOperation } from './live-operation';
import type { DeliveryContext } from './live-source';
import { mayConcern, type Notice, type Told } from './notice';

/** Who subscribed, for as long as the token lasts. */
export interface Viewer {
  actor: Actor;
  /** milliseconds since 1970 */
  expiresAt: number;
  locale: Locale;
  acceptLanguage: string | undefined;
  clientAddress: string | null;
}

export type EndReason = 'SLOW_CLIENT' | 'SESSION_ENDED' | 'LIVE_INTERRUPTED';

/** Where the answers of one subscription go. */
export interface Sink {
  /** `payload` is a GraphQL answer as JSON text. Resolves when it has left the process. */
  next(payload: string): Promise<void>;
  end(reason: EndReason): void;
}

/** Notices that one subscription may have waiting beside those it catches up with. */
export const QUEUED = 256;
const RUNNING = 64;
const TRIES = 4;
const RETRY_MS = 250;

const OWNERS: Record<Notice['type'], string> = { TransferCase: 'transfers', Ticket: 'helpdesk', Announcement: 'helpdesk' };

type Outcome = { text: string } | 'unseen' | 'ended' | 'lost';

export interface HubSetting {
  feed: LiveFeed;
  clients: () => Readonly<Record<string, SubgraphClient>>;
  /** Runs the operation of a delivery through the graph; the answer as JSON text, and whether all services answered. */
  run: (operation: LiveOperation, context: DeliveryContext) => Promise<{ text: string; isWhole: boolean }>;
  isSessionLive: (actor: Actor) => boolean | Promise<boolean>;
  metrics: GatewayMetrics;
  log: Logger;
}

/** One subscription of one client: its notices in order, one answer on its way at a time. */
export class LiveSubscription {
  private readonly waiting: Told[] = [];
  private behind = 0;
  private isPumping = false;
  private isOver = false;

  constructor(readonly operation: LiveOperation, readonly viewer: Viewer, private last: string, private readonly sink: Sink, private readonly hub: LiveHub) {}

  /** What is caught up with counts against no bound: the feed keeps only so much. */
  offer(told: Told, isMissed = false): void {
    if (this.isOver || !isAfter(told.cursor, this.last)) return;
    this.last = told.cursor;
    if (!this.wants(told)) return;
    if (isMissed) this.behind += 1;
    else if (this.waiting.length - this.behind >= QUEUED) return this.end('SLOW_CLIENT');
    this.waiting.push(told);
    if (!this.isPumping) void this.pump();
  }

  stop(): void {
    this.isOver = true;
    this.waiting.length = 0;
    this.hub.remove(this);
  }

  private wants(told: Told): boolean {
    const { topic, recordId } = this.operation;
    return told.topic === topic && (recordId === null || recordId === told.key) && mayConcern(told, this.viewer.actor);
  }

  private end(reason: EndReason): void {
    if (this.isOver) return;
    this.stop();
    this.hub.dropped(reason);
    this.sink.end(reason);
  }

  private async pump(): Promise<void> {
    this.isPumping = true;
    for (let told = this.waiting[0]; told && !this.isOver; told = this.waiting[0]) {
      const outcome = await this.hub.answer(this.operation, this.viewer, told);
      if (this.isOver) break;
      if (outcome === 'ended') this.end('SESSION_ENDED');
      else if (outcome === 'lost') this.end('LIVE_INTERRUPTED');
      else if (outcome !== 'unseen') {
        await this.sink.next(outcome.text);
        this.hub.delivered(told);
      }
      this.waiting.shift();
      if (this.behind > 0) this.behind -= 1;
    }
    this.isPumping = false;
  }
}

/** Hears the feed and has every notice answered once for all subscriptions of one account that ask the same. */
export class LiveHub {
  private readonly subscriptions = new Set<LiveSubscription>();
  /** answers on their way or just given; short-lived, for others who ask the same */
  private readonly answers = new LRUCache<string, Promise<Outcome>>({ max: 2_000, ttl: 5_000 });
  private readonly sights = new LRUCache<string, Promise<boolean>>({ max: 10_000, ttl: 5_000 });
  private readonly running = bulkhead(RUNNING, Infinity);
  private position = '';

  constructor(private readonly setting: HubSetting) {}

  async start(): Promise<void> {
    const begun = await this.setting.feed.listen((told) => {
      this.position = told.cursor;
      this.setting.metrics.liveNotices.inc({ topic: told.topic });
      for (const subscription of this.subscriptions) subscription.offer(told);
    });
    this.position ||= begun;
  }

  get isListening(): boolean {
    return this.position !== '';
  }

  /** The place of the newest notice: who subscribes from here misses nothing that comes. */
  get cursor(): string {
    return this.position;
  }

  /** null: what came after the operation's cursor is not kept any more */
  async subscribe(operation: LiveOperation, viewer: Viewer, sink: Sink): Promise<LiveSubscription | null> {
    const { after } = operation;
    if (after === null) return this.add(new LiveSubscription(operation, viewer, this.position, sink, this));
    // What is told while the missed is read is told to the subscription after it.
    const meanwhile: Told[] = [];
    const holder = { offer: (told: Told) => void meanwhile.push(told) } as LiveSubscription;
    this.subscriptions.add(holder);
    try {
      const missed = await this.setting.feed.since(after);
      if (!missed) return null;
      const subscription = new LiveSubscription(operation, viewer, after, sink, this);
      for (const told of missed) subscription.offer(told, true);
      for (const told of meanwhile) subscription.offer(told);
      return this.add(subscription);
    } finally {
      this.subscriptions.delete(holder);
    }
  }

  remove(subscription: LiveSubscription): void {
    if (this.subscriptions.delete(subscription)) this.setting.metrics.liveSubscriptions.dec({ topic: subscription.operation.topic });
  }

  delivered({ topic }: Told): void {
    this.setting.metrics.liveDeliveries.inc({ topic });
  }

  dropped(reason: string): void {
    this.setting.metrics.liveDrops.inc({ reason });
  }

  /** Forgets answers of an earlier schema. */
  clear(): void {
    this.answers.clear();
  }

  /** What an answer depends on besides the question is the account: its rows, its commands, what it has read. */
  answer(operation: LiveOperation, viewer: Viewer, told: Told): Promise<Outcome> {
    const { actor, locale, acceptLanguage } = viewer;
    const who = `${actor.accountId} ${actor.sessionId} ${actor.duty} ${actor.path}`;
    return remembered(this.answers, `${told.cursor} ${who} ${locale} ${acceptLanguage ?? ''} ${operation.key}`, () => this.running.execute(() => this.work(operation, viewer, told, who)));
  }

  private add(subscription: LiveSubscription): LiveSubscription {
    this.subscriptions.add(subscription);
    this.setting.metrics.liveSubscriptions.inc({ topic: subscription.operation.topic });
    return subscription;
  }

  private async work(operation: LiveOperation, viewer: Viewer, told: Told, who: string): Promise<Outcome> {
    const { isSessionLive, run, log } = this.setting;
    const { actor, locale, acceptLanguage, clientAddress } = viewer;
    const traceId = newTraceId();
    for (let attempt = 1; ; attempt += 1) {
      const context: DeliveryContext = { actor, clientAddress, locale, acceptLanguage, traceId, actorTokens: new Map(), told };
      try {
        if (!(await isSessionLive(actor))) return 'ended';
        // Asked whatever is selected: that something happened to a record is for those who may see it.
        if (!(await remembered(this.sights, `${told.cursor} ${who}`, () => this.isSeen(told, context)))) return 'unseen';
        const { text, isWhole } = await run(operation, context);
        if (isWhole || attempt >= TRIES) return { text };
      } catch (error) {
        if (attempt >= TRIES) {
          log.warn({ topic: told.topic, traceId, reason: (error as Error).name }, 'a live update could not be delivered');
          this.answers.clear();
          return 'lost';
        }
      }
      await pause(RETRY_MS * 2 ** (attempt - 1), undefined, { ref: false });
    }
  }

  private async isSeen({ type, key }: Notice, context: DeliveryContext): Promise<boolean> {
    const query = `query Seen($of: [_Any!]!) { _entities(representations: $of) { __typename ... on ${type} { version } } }`;
    const variablesJson = JSON.stringify({ of: [{ __typename: type, id: key }] });
    const { data, errors } = await this.setting.clients()[OWNERS[type]]!.ask({ query, queryJson: JSON.stringify(query), variablesJson, operationName: 'Seen', isMutation: false }, context);
    if (errors?.length) throw new Error('NOT_ANSWERED');
    return (data?._entities as unknown[] | undefined)?.[0] != null;
  }
}

/** A promise that fails is not kept. */
function remembered<T>(cache: LRUCache<string, Promise<T>>, key: string, work: () => Promise<T>): Promise<T> {
  let known = cache.get(key);
  if (!known) {
    known = work();
    known.catch(() => cache.delete(key));
    cache.set(key, known);
  }
  return known;
}
