import { connectRedis } from '@xueji/platform';
import { requireServer, startRedis, type RedisServer } from '@xueji/testing/dist/src/servers';
import type { Client } from 'graphql-ws';
import { LIVE_LIMITS } from './connection';
import { memoryFeed, redisFeed, type LiveFeed } from './feed';
import { QUEUED } from './hub';
import { far, liveClient, near, rawSocket, startLiveGraph, stepOf, type LiveGraph } from './live.fixture';
import type { Told } from './notice';

const WATCH = 'subscription Watch($id: ID, $after: String) { transferUpdated(id: $id, after: $after) { cursor transferCase { id state outSchool { name } } } }';
const FAST = { sessionsMs: 50, heartbeatMs: 60_000 };

let graph: LiveGraph;
const clients: Client[] = [];
beforeEach(async () => {
  graph = await startLiveGraph();
});
afterEach(async () => {
  for (const client of clients.splice(0)) void client.dispose();
  await graph.stop();
});

/** A running subscription; `next()` is the next answer, or the error that ended it. */
async function watch(url: string, actor = near, variables: Record<string, unknown> = {}, query = WATCH) {
  const answers: any[] = [];
  const waiting: (() => void)[] = [];
  const connected: any[] = [];
  const token = await graph.tokenOf(actor);
  const closed = new Promise<any>((resolve) => {
    const client = liveClient(url, () => token, { connected: (_socket, payload) => connected.push(payload), closed: (event) => resolve(event) });
    clients.push(client);
    const tell = (answer: unknown) => {
      answers.push(answer);
      waiting.splice(0).forEach((wake) => wake());
    };
    client.subscribe({ query, variables }, { next: tell, error: (error) => tell({ error }), complete: () => tell({ complete: true }) });
  });
  await until(() => connected.length > 0 || answers.length > 0);
  let taken = 0;
  return {
    closed, answers, cursor: () => connected[0]?.cursor as string,
    next: async (): Promise<any> => {
      while (answers.length <= taken) await new Promise<void>((resolve) => waiting.push(resolve));
      taken += 1;
      return answers[taken - 1];
    },
  };
}

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 1_000; tries += 1) {
    if (await isSo()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error('waited in vain');
}

/** Until so many subscriptions run. */
const running = (url: string, count: number) => until(async () => {
  const text = await (await fetch(url.replace('/graphql', '/metrics'))).text();
  return [...text.matchAll(/^xueji_gateway_live_subscriptions\{.*\} (\d+)$/gm)].reduce((sum, [, value]) => sum + Number(value), 0) === count;
});
const metric = async (url: string, name: string) => (await (await fetch(url.replace('/graphql', '/metrics'))).text()).split('\n').filter((line) => line.startsWith(name));

describe.each(['compiled', 'stock'] as const)('a subscription on the %s executor', (executor) => {
  it('brings each step of a transfer, resolved by the services of the graph', async () => {
    const { url, feed } = await graph.start({ executor });
    const watching = await watch(url, near, { id: 'case-1' });
    await running(url, 1);
    await feed.tell(...stepOf('case-of-others'));
    await feed.tell(...stepOf('case-1'));
    expect(await watching.next()).toEqual({ data: { transferUpdated: { cursor: expect.stringMatching(/^\d+-\d+$/), transferCase: { id: 'case-1', state: 'IN_SCHOOL_REVIEW', outSchool: { name: '示例区第一小学' } } } } });
    graph.case = { state: 'MOVING', version: 2 };
    await feed.tell(...stepOf('case-1'));
    expect((await watching.next()).data.transferUpdated.transferCase.state).toBe('MOVING');
  });

  it('follows aliases, fragments and the type of a task', async () => {
    const { url, feed } = await graph.start({ executor });
    const watching = await watch(url, near, {}, 'subscription { given: taskAssigned { at: cursor task { __typename ...T ... on Ticket { subject } } } } fragment T on TransferCase { case: id state }');
    await running(url, 1);
    await feed.tell('task-1', [{ topic: 'taskAssigned', type: 'TransferCase', key: 'case-1', at: { organizationId: 's-2161000101', duty: 'REGISTRY_LEADER' } }]);
    await feed.tell('task-2', [{ topic: 'taskAssigned', type: 'Ticket', key: 'ticket-1', at: { organizationId: 's-2161000101', duty: 'REGISTRY_ADMIN' } }]);
    await feed.tell('task-3', [{ topic: 'taskAssigned', type: 'TransferCase', key: 'case-1', at: { organizationId: 's-2161000101', duty: 'REGISTRY_ADMIN' } }]);
    expect((await watching.next()).data.given.task).toEqual({ __typename: 'Ticket', subject: '无法登录' });
    expect((await watching.next()).data.given.task).toEqual({ __typename: 'TransferCase', case: 'case-1', state: 'IN_SCHOOL_REVIEW' });
  });

  it('brings messages of a ticket and announcements', async () => {
    const { url, feed } = await graph.start({ executor });
    const ticket = await watch(url, near, {}, 'subscription { ticketMessage(ticketId: "ticket-1") { ticket { subject } message { text } } }');
    const news = await watch(url, near, {}, 'subscription { announcementPublished { announcement { title } } }');
    await running(url, 2);
    await feed.tell('message-1', [{ topic: 'ticketMessage', type: 'Ticket', key: 'ticket-1', message: '7' }]);
    await feed.tell('news-1', [{ topic: 'announcementPublished', type: 'Announcement', key: 'news-1', at: { organizationId: 'b-6101' } }]);
    expect((await ticket.next()).data.ticketMessage).toEqual({ ticket: { subject: '无法登录' }, message: { text: '消息7' } });
    expect((await news.next()).data.announcementPublished).toEqual({ announcement: { title: '通知' } });
  });

  it('is silent to a person who may not see the record, whatever is selected [ACC-PERM-03]', async () => {
    const { url, feed } = await graph.start({ executor });
    const [own, foreign, bare] = [await watch(url), await watch(url, far), await watch(url, far, {}, 'subscription { transferUpdated { cursor transferCase { id } } }')];
    await running(url, 3);
    // A notice that names no place, so that the gateway itself leaves nobody out.
    await feed.tell('step-1', [{ topic: 'transferUpdated', type: 'TransferCase', key: 'case-1' }]);
    await own.next();
    await until(async () => (graph.asked.transfers ?? 0) >= 3);
    await feed.tell('step-2', [{ topic: 'transferUpdated', type: 'TransferCase', key: 'case-1' }]);
    await own.next();
    await until(async () => graph.asked.transfers! >= 6);
    expect([foreign.answers, bare.answers]).toEqual([[], []]);
  });

  it('is asked for once by several subscriptions of one account, and not by those whom it cannot concern', async () => {
    const { url, feed } = await graph.start({ executor });
    const many = await Promise.all(Array.from({ length: 12 }, () => watch(url)));
    const others = await Promise.all(Array.from({ length: 5 }, () => watch(url, far)));
    await running(url, 17);
    graph.asked = {};
    await feed.tell(...stepOf('case-1'));
    await Promise.all(many.map((one) => one.next()));
    // Once whether it is seen, once for what is selected.
    expect(graph.asked).toEqual({ transfers: 2, 'school-codes': 1 });
    expect(others.map(({ answers }) => answers)).toEqual([[], [], [], [], []]);
  });
});

describe('what is let in', () => {
  it.each([
    ['a field that the duty does not reach', 'subscription { transferUpdated { transferCase { secret } } }', { code: 'FIELD_FORBIDDEN', rule: 'ACC-PERM-03', field: 'TransferCase.secret' }],
    ['an operation too deep', `subscription { announcementPublished { ${'announcement { '.repeat(12)}id${' }'.repeat(12)} } }`, { code: 'OPERATION_TOO_COMPLEX', limit: 'depth' }],
    ['an unknown field', 'subscription { transferUpdated { nothing } }', { code: 'GRAPHQL_VALIDATION_FAILED' }],
    ['two fields at once', 'subscription { transferUpdated { cursor } announcementPublished { cursor } }', { code: 'GRAPHQL_VALIDATION_FAILED' }],
    ['a query', '{ motto }', { code: 'OPERATION_NOT_LIVE' }],
    ['a cursor that is not kept', 'subscription { transferUpdated(after: "1-0") { cursor } }', { code: 'CURSOR_EXPIRED', field: 'after' }],
  ])('is not %s', async (_what, query, extensions) => {
    const { url } = await graph.start();
    const { duty: _duty, ...rest } = near;
    const watching = await watch(url, { ...rest, duty: 'REGISTRY_LEADER' }, {}, query);
    expect((await watching.next()).error).toMatchObject([{ extensions }]);
  });

  it('is no connection without a good token, nor one that brings none in time', async () => {
    const { url } = await graph.start({ live: { times: { initMs: 50 } } });
    const forged = await rawSocket(url);
    forged.send({ type: 'connection_init', payload: { authorization: 'Bearer a.b.c' } });
    expect((await forged.closed)[0]).toBe(4403);
    expect((await (await rawSocket(url)).closed)[0]).toBe(4408);
    const early = await rawSocket(url);
    early.send({ type: 'subscribe', id: '1', payload: { query: WATCH } });
    expect((await early.closed)[0]).toBe(4401);
    const odd = await rawSocket(url);
    odd.socket.send('{');
    expect((await odd.closed)[0]).toBe(4400);
  });

  it('is no further subscription of a connection beyond the limit', async () => {
    const { url } = await graph.start();
    const raw = await rawSocket(url);
    raw.send({ type: 'connection_init', payload: { Authorization: `Bearer ${await graph.tokenOf(near)}` } });
    await raw.heard('connection_ack');
    for (let nth = 0; nth <= LIVE_LIMITS.subscriptionsOfConnection; nth += 1) raw.send({ type: 'subscribe', id: String(nth), payload: { query: WATCH } });
    expect(await raw.heard('error')).toMatchObject({ id: String(LIVE_LIMITS.subscriptionsOfConnection), payload: [{ extensions: { code: 'TOO_MANY_SUBSCRIPTIONS', max: LIVE_LIMITS.subscriptionsOfConnection } }] });
    raw.send({ type: 'subscribe', id: '0', payload: { query: WATCH } });
    expect((await raw.closed)[0]).toBe(4409);
    await running(url, 0);
  });

  it('is no further connection of an account beyond the limit', async () => {
    const { url } = await graph.start();
    const token = await graph.tokenOf(near);
    const raws = await Promise.all(Array.from({ length: LIVE_LIMITS.connectionsOfAccount + 1 }, () => rawSocket(url)));
    for (const raw of raws.slice(0, -1)) {
      raw.send({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } });
      await raw.heard('connection_ack');
    }
    const last = raws.at(-1)!;
    last.send({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } });
    expect(await last.closed).toEqual([4429, 'TOO_MANY_CONNECTIONS']);
    for (const { socket } of raws) socket.terminate();
  });

  it('is nothing by plain POST, and nothing where no feed is', async () => {
    const { url } = await graph.start();
    const ask = async (to: string, accept: string) => (await (await fetch(to, { method: 'POST', headers: { 'content-type': 'application/json', accept, authorization: `Bearer ${await graph.tokenOf(near)}` }, body: JSON.stringify({ query: WATCH }) })).json()) as any;
    expect((await ask(url, 'application/json')).errors[0].extensions.code).toBe('EVENT_STREAM_REQUIRED');
    const without = (await graph.start({ isLive: false })).url;
    expect((await ask(without, 'text/event-stream')).errors[0].extensions.code).toBe('SUBSCRIPTIONS_NOT_SERVED');
    await expect(rawSocket(without)).rejects.toThrow('404');
  });
});

describe('a connection ends', () => {
  it('when its session does, before anything more is told [ACC-PERM-03]', async () => {
    const { url, feed } = await graph.start({ live: { times: FAST } });
    const [out, stays] = [await watch(url), await watch(url, { ...near, sessionId: 'another' })];
    await running(url, 2);
    graph.ended.add(near.sessionId);
    expect(await out.closed).toMatchObject({ code: 4401, reason: 'SESSION_ENDED' });
    await feed.tell(...stepOf('case-1'));
    await stays.next();
    expect(out.answers.filter((answer) => answer.data)).toEqual([]);
  });

  it('at the delivery when the session ended since the last look', async () => {
    const { url, feed } = await graph.start({ live: { times: { sessionsMs: 60_000 } } });
    const out = await watch(url);
    await running(url, 1);
    graph.ended.add(near.sessionId);
    await feed.tell(...stepOf('case-1'));
    expect(await out.closed).toMatchObject({ code: 4401, reason: 'SESSION_ENDED' });
    expect(out.answers.filter((answer) => answer.data)).toEqual([]);
  });

  it('with its token, to be opened again with a new one', async () => {
    const { url } = await graph.start({ live: { times: FAST } });
    const raw = await rawSocket(url);
    raw.send({ type: 'connection_init', payload: { authorization: `Bearer ${await graph.tokenOf(near, 1)}` } });
    expect(await raw.closed).toEqual([4419, 'TOKEN_EXPIRED']);
  });

  it('with the gateway, which says that it is going away', async () => {
    const { url, gateway } = await graph.start();
    const watching = await watch(url);
    await running(url, 1);
    await gateway.close();
    expect(await watching.closed).toMatchObject({ code: 1001 });
  });

  it('when the client is too slow for what comes, while others go on', async () => {
    const { url, feed } = await graph.start();
    const slow = await watch(url);
    await running(url, 1);
    let release!: () => void;
    graph.hold = new Promise((resolve) => (release = resolve));
    for (let nth = 0; nth <= QUEUED + 1; nth += 1) await feed.tell(...stepOf('case-1'));
    expect(await slow.closed).toMatchObject({ code: 4413, reason: 'SLOW_CLIENT' });
    release();
    expect(await metric(url, 'xueji_gateway_live_drops_total')).toEqual(['xueji_gateway_live_drops_total{reason="SLOW_CLIENT"} 1']);
  });

  it('when it does not read what is sent: no more is held for it than the queue', async () => {
    const { url, feed } = await graph.start();
    graph.case.state = '办'.repeat(300_000);
    const raw = await rawSocket(url);
    raw.send({ type: 'connection_init', payload: { authorization: `Bearer ${await graph.tokenOf(near)}` } });
    await raw.heard('connection_ack');
    raw.send({ type: 'subscribe', id: '1', payload: { query: WATCH } });
    await running(url, 1);
    raw.socket.pause();
    for (let nth = 0; nth < QUEUED + 60; nth += 1) await feed.tell(...stepOf('case-1'));
    await running(url, 0);
    expect(await metric(url, 'xueji_gateway_live_drops_total')).toEqual(['xueji_gateway_live_drops_total{reason="SLOW_CLIENT"} 1']);
    raw.socket.resume();
    await raw.closed;
  });

  it('without a sign of life', async () => {
    const { url, feed } = await graph.start({ live: { times: { sessionsMs: 60_000, heartbeatMs: 100 } } });
    const lively = await watch(url);
    const raw = await rawSocket(url);
    raw.send({ type: 'connection_init', payload: { authorization: `Bearer ${await graph.tokenOf(near)}` } });
    await raw.heard('connection_ack');
    raw.socket.pause();
    await until(async () => (await metric(url, 'xueji_gateway_live_connections')).join() === 'xueji_gateway_live_connections{transport="websocket"} 1');
    raw.socket.terminate();
    await feed.tell(...stepOf('case-1'));
    expect((await lively.next()).data.transferUpdated.transferCase.id).toBe('case-1');
  });
});

describe('a service that does not answer', () => {
  it('delays what it owns until it is back', async () => {
    const { url, feed } = await graph.start();
    const watching = await watch(url);
    await running(url, 1);
    graph.away.add('transfers');
    await feed.tell(...stepOf('case-1'));
    await until(() => (graph.asked.transfers ?? 0) >= 2);
    graph.away.clear();
    expect((await watching.next()).data.transferUpdated.transferCase.id).toBe('case-1');
  });

  it('ends the connection when it stays away, so that nothing is passed over', async () => {
    const { url, feed } = await graph.start();
    const watching = await watch(url);
    await running(url, 1);
    graph.away.add('transfers');
    await feed.tell(...stepOf('case-1'));
    expect(await watching.closed).toMatchObject({ code: 4503, reason: 'LIVE_INTERRUPTED' });
    graph.away.clear();
    const again = await watch(url, near, { after: watching.cursor() });
    expect((await again.next()).data.transferUpdated.transferCase.id).toBe('case-1');
  });
});

describe('a stream of events', () => {
  async function stream(url: string, body: object, token?: string) {
    const abort = new AbortController();
    const response = await fetch(url, { method: 'POST', signal: abort.signal, headers: { 'content-type': 'application/json', accept: 'text/event-stream', ...(token && { authorization: `Bearer ${token}` }) }, body: JSON.stringify(body) });
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    return {
      response, abort,
      /** all that came until `isEnough` */
      read: async (isEnough: (text: string) => boolean) => {
        while (!isEnough(text)) {
          const { value, done } = await reader.read();
          if (done) break;
          text += value;
        }
        return text;
      },
    };
  }

  it('carries answers and signs of life, and takes up at a cursor', async () => {
    const { url, feed } = await graph.start({ live: { times: { heartbeatMs: 30 } } });
    const token = await graph.tokenOf(near);
    const first = await stream(url, { query: WATCH }, token);
    expect(first.response.headers.get('content-type')).toMatch(/^text\/event-stream/);
    const cursor = first.response.headers.get('x-live-cursor')!;
    await feed.tell(...stepOf('case-1'));
    const text = await first.read((so) => so.includes('event: next') && /\n\n:\n\n/.test(so));
    const [, told] = /event: next\ndata: (.*)\n\n/.exec(text)!;
    expect(JSON.parse(told!).data.transferUpdated).toMatchObject({ transferCase: { id: 'case-1' } });
    first.abort.abort();
    await running(url, 0);
    await feed.tell(...stepOf('case-2'));
    const again = await stream(url, { query: WATCH, variables: { after: cursor } }, token);
    expect((await again.read((so) => so.split('event: next').length === 3)).match(/case-\d/g)).toEqual(['case-1', 'case-2']);
    again.abort.abort();
  });

  it('ends with the session, and says so', async () => {
    const { url } = await graph.start({ live: { times: FAST } });
    const out = await stream(url, { query: WATCH }, await graph.tokenOf(near));
    graph.ended.add(near.sessionId);
    const text = await out.read(() => false);
    expect(text).toContain('"code":"SESSION_ENDED"');
    expect(text).toMatch(/event: complete\ndata:\n\n$/);
  });

  it('is refused as a request is: nobody, a field out of reach, a query', async () => {
    const { url } = await graph.start();
    const token = await graph.tokenOf({ ...near, duty: 'REGISTRY_LEADER' });
    const refused = async (body: object, by?: string) => {
      const { response, read } = await stream(url, body, by);
      return [response.status, JSON.parse(await read(() => false)).errors[0].extensions.code];
    };
    expect(await refused({ query: WATCH })).toEqual([401, 'UNAUTHENTICATED']);
    expect(await refused({ query: 'subscription { transferUpdated { transferCase { secret } } }' }, token)).toEqual([403, 'FIELD_FORBIDDEN']);
    expect(await refused({ query: '{ motto }' }, token)).toEqual([400, 'OPERATION_NOT_LIVE']);
    expect(await refused({ query: 'subscription {', variables: {} }, token)).toEqual([400, 'GRAPHQL_PARSE_FAILED']);
    expect(await refused({ query: WATCH, variables: { after: '1-0' } }, token)).toEqual([400, 'CURSOR_EXPIRED']);
  });
});

describe('the feed in memory', () => {
  it('keeps the last notices only, and says when a cursor is older or not its own', async () => {
    const feed = memoryFeed(3);
    const heard: Told[] = [];
    const start = await feed.listen((told) => heard.push(told));
    for (const key of ['1', '2', '3']) await feed.tell(...stepOf(key));
    expect((await feed.since(start))!.map(({ key }) => key)).toEqual(['1', '2', '3']);
    await feed.tell(...stepOf('4'));
    expect(await feed.since(start)).toBeNull();
    expect((await feed.since(heard[0]!.cursor))!.map(({ key }) => key)).toEqual(['2', '3', '4']);
    for (const odd of ['', 'x', '99999999999999-0', '1-0']) expect([odd, await feed.since(odd)]).toEqual([odd, null]);
  });
});

requireServer('redis')('with Redis', () => {
  let server: RedisServer;
  const redises: ReturnType<typeof connectRedis>[] = [];
  beforeAll(async () => {
    const started = await startRedis({ own: true });
    if (started.reason !== null) throw new Error(started.reason);
    server = started.server;
  });
  afterEach(async () => {
    for (const redis of redises.splice(0)) redis.disconnect();
  });
  afterAll(() => server.stop());

  async function feedOf(): Promise<LiveFeed> {
    const redis = connectRedis(server.url);
    redises.push(redis);
    await new Promise((resolve) => redis.once('ready', resolve));
    return redisFeed(redis);
  }

  it('two gateways tell their people the same in the same order, and a person goes on at the other one without a loss', async () => {
    const [first, second] = [await graph.start({ feed: await feedOf() }), await graph.start({ feed: await feedOf() })];
    const [here, there] = [await watch(first.url), await watch(second.url)];
    await running(first.url, 1);
    await running(second.url, 1);
    for (const key of ['case-1', 'case-2', 'case-3']) await first.feed.tell(...stepOf(key));
    const heard = [];
    for (let nth = 0; nth < 3; nth += 1) heard.push([await here.next(), await there.next()].map(({ data }) => data.transferUpdated));
    expect(heard.map(([a]) => a.transferCase.id)).toEqual(['case-1', 'case-2', 'case-3']);
    expect(heard.map(([a]) => a)).toEqual(heard.map(([, b]) => b));
    const last = heard[0]![0].cursor;
    await first.gateway.close();
    await second.feed.tell(...stepOf('case-4'));
    const again = await watch(second.url, near, { after: last });
    expect([await again.next(), await again.next(), await again.next()].map(({ data }) => data.transferUpdated.transferCase.id)).toEqual(['case-2', 'case-3', 'case-4']);
  });

  it('a notice that no call announced is found at the next look', async () => {
    const { url, feed } = await graph.start({ feed: await feedOf() });
    const watching = await watch(url);
    await running(url, 1);
    const redis = redises[0]!;
    await redis.xadd('xueji:live', '*', 'notice', JSON.stringify(stepOf('case-1')[1][0]));
    expect((await watching.next()).data.transferUpdated.transferCase.id).toBe('case-1');
    expect(feed).toBeDefined();
  });

  it('an event that arrives twice is told once, in order and to all; a stream begun anew is told from one that goes on', async () => {
    const [one, other] = [await feedOf(), await feedOf()];
    const heard: Told[] = [];
    const start = await other.listen((told) => heard.push(told));
    const event = stepOf('case-1');
    await one.tell(...event);
    await other.tell(...event);
    await one.tell(...stepOf('case-2'));
    await until(() => heard.length >= 2);
    expect(heard.map(({ key }) => key)).toEqual(['case-1', 'case-2']);
    expect(await one.since(start)).toEqual(heard);
    expect(await one.since(heard[0]!.cursor)).toEqual([heard[1]]);
    await redises[0]!.del('xueji:live');
    await one.tell(...stepOf('case-3'));
    expect(await one.since(heard[1]!.cursor)).toBeNull();
    await one.close();
    await other.close();
  });

  it('a gateway whose Redis is away serves everything else, and live updates once it is there', async () => {
    const feed = memoryFeed();
    let isAway = true;
    const { url } = await graph.start({ feed: { ...feed, listen: (hear) => (isAway ? Promise.reject(new Error('away')) : feed.listen(hear)) } });
    await expect(rawSocket(url)).rejects.toThrow('503');
    expect((await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"query":"{ motto }"}' })).status).toBe(200);
    isAway = false;
    await until(() => rawSocket(url).then(({ socket }) => (socket.terminate(), true), () => false));
    const watching = await watch(url);
    await running(url, 1);
    await feed.tell(...stepOf('case-1'));
    expect((await watching.next()).data.transferUpdated.transferCase.id).toBe('case-1');
  });

  it('carries nothing of a person', async () => {
    const one = await feedOf();
    await one.tell(...stepOf('case-1'));
    const entries = await redises[0]!.xrange('xueji:live', '-', '+');
    const told = JSON.parse(entries.at(-1)![1][1]!);
    expect(Object.keys(told).sort()).toEqual(['key', 'paths', 'topic', 'type']);
    await one.close();
  });
});
