import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { handoverRequested } from '@xueji/contracts';
import { createGateway, type ReadyOperation } from '@xueji/gateway';
import { createLogger } from '@xueji/platform';
import { graduatingPupils } from '@xueji/registry/dist/seeds/demo/graduating-pupils';
import { demoOrganizations, personas as everybody, samplePdf } from '@xueji/testing/dist/src/demo';
import { startEmbedded, type Embedded } from '../deployment/embedded';
import type { ServiceName } from '../deployment/ground';
import { explorerConfig } from '../explorer-config';
import { ROOT } from '../root';

interface Answer {
  data: Record<string, any> | null;
  errors?: { message: string; extensions: Record<string, unknown> }[];
  /** SQL sent by all services for this request, as `service: table` */
  statements: string[];
}

const { personas, operations: offered } = explorerConfig();
// What is watched has no answer of its own; live-updates.int.spec.ts looks at it.
const operations = offered.filter(({ query }) => !query.startsWith('subscription'));

/** What an operation shows that is no answer, by title. */
const REFUSED: Record<string, string> = { '被拒绝的查询 · A query that is refused': 'ACC-DUTY-06' };

const REQUEST_STARTS = 'http.server.request.start';

const LISTS = operations.filter(({ variables }) => typeof variables?.first === 'number');

describe('the ready-made operations of the explorer', () => {
  let dataDir: string;
  let product: Embedded;
  const counting = new AsyncLocalStorage<string[]>();
  const counters = new Map<string, string[]>();
  const tokens = new Map<string, string>();

  /** What a request sets going carries its counter along, so that work in the background is not counted. */
  const countRequest = (message: unknown) => {
    const { request } = message as { request: IncomingMessage };
    counting.enterWith(counters.get(String(request.headers['x-counted'])) ?? []);
  };

  beforeAll(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'xueji-explorer-'));
    product = await startEmbedded({ dataDir, port: 0, durable: false, logLevel: 'fatal' });
    // A day on which every window but that of newcomers is open.
    product.clock.set(new Date('2026-11-16T02:00:00Z'));
    subscribe(REQUEST_STARTS, countRequest);
    for (const { name, dataSource } of Object.values(product.services)) {
      const logQuery = (statement: string) => void counting.getStore()?.push(`${name}: ${subjectOf(statement)}`);
      Object.assign(dataSource, { logger: { logQuery, logQueryError() {}, logQuerySlow() {}, logSchemaBuild() {}, logMigration() {}, log() {} } });
    }
    await known('helpdesk', 'organization where version > 0', demoOrganizations.length);
    await known('helpdesk', 'ime_account', everybody.length);
    await known('transfers', 'organization where version > 0', demoOrganizations.length);
    await known('transfers', 'student_projection', graduatingPupils.length);
    await known('transfers', 'guardian_child', 1);
  }, 120_000);
  afterAll(async () => {
    unsubscribe(REQUEST_STARTS, countRequest);
    await product?.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  async function until(isSo: () => Promise<boolean>): Promise<void> {
    for (let tries = 0; tries < 400; tries += 1) {
      if (await isSo()) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error('waited in vain');
  }

  /** Until the events of the seeds have filled a table of another service. */
  const known = (service: ServiceName, rows: string, count: number) => until(async () => {
    const [found] = await product.services[service].dataSource.query(`select count(*)::int as count from ${rows}`);
    return found.count === count;
  });

  async function send(query: string, variables: Record<string, unknown> = {}, username?: string): Promise<Answer> {
    const id = String(counters.size);
    const statements: string[] = [];
    counters.set(id, statements);
    const response = await fetch(`${product.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-counted': id, ...(username ? { authorization: `Bearer ${await tokenOf(username)}` } : {}) },
      body: JSON.stringify({ query, variables }),
    });
    return { ...((await response.json()) as Omit<Answer, 'statements'>), statements };
  }

  async function tokenOf(username: string): Promise<string> {
    const { password } = personas.find((persona) => persona.username === username)!;
    const signIn = 'mutation ($input: LoginInput!) { login(input: $input) { tokens { accessToken } } }';
    if (!tokens.has(username)) tokens.set(username, (await send(signIn, { input: { username, password } })).data!.login.tokens.accessToken);
    return tokens.get(username)!;
  }

  const run = ({ query, variables, persona }: ReadyOperation, changes: Record<string, unknown> = {}) => send(query, { ...variables, ...changes }, persona);
  const named = (part: string): ReadyOperation => operations.find(({ title }) => title.includes(part))!;
  async function give(username: string, mutation: string, input: object): Promise<any> {
    const { data, errors } = await send(mutation, { input: { requestId: randomUUID(), ...input } }, username);
    if (errors) throw new Error(JSON.stringify(errors));
    return data;
  }

  /** A document of the first school, by the upload address. */
  async function uploaded(kind: string): Promise<{ kind: string; evidenceId: string }> {
    const response = await fetch(`${product.url}/uploads/evidence?requestId=${randomUUID()}&fileName=${kind}.pdf`, {
      method: 'POST', headers: { authorization: `Bearer ${await tokenOf('registry-admin.s-2161000101')}` }, body: new Uint8Array(samplePdf(kind)),
    });
    const { evidenceId } = (await response.json()) as { evidenceId: string };
    return { kind, evidenceId };
  }

  it('are twelve to twenty-six, titled in two languages, each by a person whom the page can sign in', () => {
    expect(operations.length).toBeGreaterThanOrEqual(12);
    expect(operations.length).toBeLessThanOrEqual(26);
    for (const { title, persona } of offered) {
      expect(title).toMatch(/[\u4e00-\u9fff].* · .*[A-Za-z]/);
      if (persona) expect(personas.map(({ username }) => username)).toContain(persona);
    }
  });

  it('are answered, clicked in order on fresh data, save the one that shows a refusal [ACC-DUTY-06]', async () => {
    const outcomes: Record<string, unknown> = {};
    for (const operation of operations) {
      const { errors = [] } = await run(operation);
      outcomes[operation.title] = errors.length === 0 ? 'answered' : errors.map(({ message, extensions }) => extensions.rule ?? message).join();
    }
    expect(outcomes).toEqual(Object.fromEntries(operations.map(({ title }) => [title, REFUSED[title] ?? 'answered'])));
  });

  it('are answered alike by the compiled and by the stock executor', async () => {
    const { ground, services } = product;
    const stock = await createGateway({
      supergraphSdl: readFileSync(join(ROOT, 'gateway', 'supergraph.graphql'), 'utf8'), subgraphs: Object.fromEntries(Object.values(services).map((service) => [service.name, { local: service }])),
      accessTokenPublicKey: ground.accessKeys.publicKey, actorSigningKey: ground.actorKeys.privateKey, log: createLogger('gateway', 'fatal'), production: false, executor: 'stock',
    });
    try {
      const { url } = await stock.listen(0);
      for (const { title, query, variables, persona } of operations) {
        const request = { method: 'POST', headers: { 'content-type': 'application/json', ...(persona && { authorization: `Bearer ${await tokenOf(persona)}` }) }, body: JSON.stringify({ query, variables }) };
        const [ours, theirs] = [await (await fetch(`${product.url}/graphql`, request)).text(), await (await fetch(url, request)).text()];
        // What a sign-in gives is new each time.
        const shown = (text: string) => text.replaceAll(/"(\w*[tT]oken|expiresAt)":"[^"]+"/g, '"$1":"-"').replaceAll(/"traceId":"\w+"/g, '');
        expect([title, shown(ours).trimEnd()]).toEqual([title, shown(theirs).trimEnd()]);
      }
    } finally {
      await stock.close();
    }
    const metrics = await (await fetch(`${product.url}/metrics`)).text();
    expect(metrics).toMatch(/xueji_gateway_compiled_total [1-9]/);
    expect(metrics).not.toMatch(/xueji_gateway_fallbacks_total\{/);
  });

  it('find something to show where the walk so far has put it', async () => {
    const { data: pool } = await run(named('毕业库'));
    expect(pool!.graduatePool.edges.map((edge: any) => edge.node.student.name)).toEqual([graduatingPupils[1]!.name]);
    const { data: cases } = await run(named('本辖区的转学'));
    expect(cases!.transferCases.edges[0].node).toMatchObject({ student: { name: graduatingPupils[2]!.name }, awaits: { name: '示例区第一小学' } });
    const { data: family } = await run(named('我的孩子'));
    expect(family).toMatchObject({
      myChildren: [{ name: graduatingPupils[2]!.name, transfers: [{ stateText: '转入学校审核', awaits: { name: '示例区第一小学' }, progress: [{ organization: { name: '示例区第二小学' } }] }] }],
      transferReadiness: { ready: false, blockers: expect.arrayContaining([expect.objectContaining({ rule: 'GEN-FLOW-06', clearedBy: 'REVIEWER', organization: { name: '示例区第一小学' } })]) },
    });
    const { data: consultation } = await run(named('在线咨询'));
    expect(consultation!.openConsultation).toMatchObject({ form: { fields: [{}, {}, {}] }, ticket: null });
  });

  it('do nothing twice when a command is clicked again [GEN-FLOW-01]', async () => {
    for (const operation of operations.filter(({ query }) => query.startsWith('mutation'))) {
      const [first, second] = [await run(operation), await run(operation)];
      expect([operation.title, second.errors, second.data]).toEqual([operation.title, undefined, first.data]);
    }
  });

  describe('with two rows in every list', () => {
    const sizesOf = (value: unknown): number[] =>
      value === null || typeof value !== 'object' ? []
        : Object.entries(value).flatMap(([key, inner]) => (key === 'edges' ? [(inner as unknown[]).length, ...sizesOf(inner)] : sizesOf(inner)));

    beforeAll(async () => {
      const { query: draft, variables: drafted } = named('起草公告');
      const filter = { divisions: ['6101'], duties: ['REGISTRY_ADMIN'], levels: ['CITY'] };
      for (let nth = 0; nth < 2; nth += 1) {
        const { draftAnnouncement } = await give('registry-admin.b-6101', draft.replace('title', 'id'), { ...(drafted!.input as object), requestId: randomUUID(), filter });
        for (const [username, step] of [['registry-admin.b-6101', 'submitAnnouncement'], ['ime-super-admin.b-6101', 'approveAnnouncement']] as const) {
          await give(username, `mutation ($input: AnnouncementCommandInput!) { ${step}(input: $input) { announcement { id } } }`, { announcementId: draftAnnouncement.announcement.id });
        }
      }
      const { query: file, variables: filed } = named('申请转学');
      await give('registry-admin.s-2161000101', file, { ...(filed!.input as object), requestId: randomUUID(), studentId: graduatingPupils[0]!.id, inSchoolId: 's-2161000102', documents: [await uploaded('GUARDIAN_APPLICATION'), await uploaded('RESIDENCE_PROOF')] });
      await give('registry-admin.s-2161000102', named('办理毕业').query, { studentId: graduatingPupils[3]!.id, outcome: 'GRADUATED' });
      for (const childId of ['child-demo-1', 'child-demo-2']) {
        await give('registry-admin.s-1161000101', 'mutation ($input: ChildReasonInput!) { graduateChild(input: $input) { child { id } } }', { childId, reason: '随家庭迁居' });
        const { type, topic, service, entity } = handoverRequested;
        const event = {
          specversion: '1.0', id: randomUUID(), source: `/xueji/${service}`, type, subject: childId, time: product.clock.now().toISOString(), datacontenttype: 'application/json', dataschema: `urn:xueji:${type}`,
          partitionkey: childId, aggregatetype: entity, aggregateid: childId, aggregateversion: 1, data: { handoverId: `handover-${childId}`, childId, receivingSchoolId: 's-2161000101', requestedOn: '2026-11-16' },
        };
        await product.bus.publish([{ topic, key: childId, value: JSON.stringify(event) }]);
      }
      await until(async () => (await run(named('在园幼儿'))).data!.handovers.edges.length === 2);
    });

    it.each(LISTS.map((operation) => [operation.title, operation] as const))('%s: twice the page, the same statements', async (_title, operation) => {
      // What a first request keeps for the next ones is not to be counted.
      await run(operation, { first: 2 });
      const [one, two] = [await run(operation, { first: 1 }), await run(operation, { first: 2 })];
      expect([one.errors, two.errors]).toEqual([undefined, undefined]);
      expect(new Set(sizesOf(one.data))).toEqual(new Set([1]));
      expect(new Set(sizesOf(two.data))).toEqual(new Set([2]));
      expect(one.statements.length).toBeGreaterThan(0);
      expect(two.statements.sort()).toEqual(one.statements.sort());
    });

    it('counts the lists of every service that has one', () => {
      expect(LISTS.map(({ title }) => title.split(' ')[0])).toEqual(['西安市机构树', '区划检索', '在园幼儿与幼小交接', '本校学生', '毕业库', '本辖区的转学', '公告']);
    });
  });
});

/** The first table that a statement names; for one without, its first word. */
const subjectOf = (statement: string): string => /(?:from|into|update)\s+"?(\w+)/i.exec(statement)?.[1] ?? statement.trim().split(/\s/)[0]!;
