import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ACTOR_HEADER, rulesOf, signAccessToken, signActorToken, type Actor } from '@xueji/platform';
import { persona } from '@xueji/testing/dist/src/demo';
import { actorFor } from '@xueji/testing/dist/src/kit/actors';
import fc from 'fast-check';
import { buildASTSchema, getNamedType, isEnumType, isInputObjectType, isListType, isNonNullType, isObjectType, isScalarType, Kind, parse, type DocumentNode, type GraphQLInputType, type GraphQLSchema } from 'graphql';
import { SERVICES } from '../deployment/ground';
import { ROOT } from '../root';
import { frontDoorEffort } from './env';
import { forgery, signed, type GoodToken } from './forgeries.fixture';
import { DOORS, openStand, type Door, type GraphAnswer, type Stand } from './stand.fixture';

const { forgeries, seed } = frontDoorEffort();
const supergraph = parse(readFileSync(join(ROOT, 'gateway', 'supergraph.graphql'), 'utf8'));
const sdlOf = (service: string) => parse(readFileSync(join(ROOT, 'services', service, 'schema.graphql'), 'utf8'));

/** What must be reachable before anybody has signed in: signing in itself, and the rules that refusals name. */
const PUBLIC = ['Mutation.login', 'Mutation.refreshSession', 'Query.rule', 'Query.rules'];

/** `Type.field` of every field of an object type that clients can select. */
const fieldsOf = (document: DocumentNode): string[] => document.definitions.flatMap((node) =>
  (node.kind === Kind.OBJECT_TYPE_DEFINITION || node.kind === Kind.OBJECT_TYPE_EXTENSION ? (node.fields ?? []).map((field) => `${node.name.value}.${field.name.value}`) : []));

/** One call per root field, with the least it can be asked with. */
function rootCalls(document: DocumentNode): { field: string; query: string }[] {
  const schema: GraphQLSchema = buildASTSchema(document, { assumeValidSDL: true });
  return (['query', 'mutation'] as const).flatMap((kind) => {
    const type = kind === 'query' ? schema.getQueryType() : schema.getMutationType();
    return Object.values(type?.getFields() ?? {}).filter(({ name }) => !name.startsWith('_')).map((field) => {
      const required = field.args.filter((argument) => isNonNullType(argument.type) && argument.defaultValue === undefined);
      const given = required.map((argument) => `${argument.name}: ${literal(argument.type)}`).join(', ');
      const selection = isObjectType(getNamedType(field.type)) ? ' { __typename }' : '';
      return { field: `${type!.name}.${field.name}`, query: `${kind} { ${field.name}${given && `(${given})`}${selection} }` };
    });
  });
}

function literal(type: GraphQLInputType): string {
  if (isNonNullType(type)) return literal(type.ofType);
  if (isListType(type)) return `[${literal(type.ofType)}]`;
  if (isEnumType(type)) return type.getValues()[0]!.name;
  if (isInputObjectType(type)) return `{ ${Object.values(type.getFields()).filter((field) => isNonNullType(field.type) && field.defaultValue === undefined).map((field) => `${field.name}: ${literal(field.type)}`).join(', ')} }`;
  if (isScalarType(type) && type.name === 'Int') return '1';
  if (isScalarType(type) && type.name === 'Boolean') return 'true';
  if (isScalarType(type) && type.name === 'DateTimeISO') return '"2026-01-01T00:00:00Z"';
  return '"x"';
}

describe('the schema', () => {
  it('has an access rule for every field of the supergraph and of each subgraph', () => {
    const rules = rulesOf(supergraph);
    const fields = fieldsOf(supergraph);
    expect(fields.length).toBeGreaterThan(500);
    expect(fields.filter((field) => !rules.has(field))).toEqual([]);
    for (const service of SERVICES) {
      const own = rulesOf(sdlOf(service));
      expect(fieldsOf(sdlOf(service)).filter((field) => !own.has(field))).toEqual([]);
      // What the gateway believes is what the subgraph does, or stricter where several own the field.
      for (const [field, rule] of own) if (rule.kind !== 'public') expect([field, rules.get(field)?.kind]).not.toEqual([field, 'public']);
    }
  });

  it('is open, before anybody has signed in, at exactly these root fields [ACC-PWD-01]', () => {
    expect([...rulesOf(supergraph)].filter(([field, rule]) => /^(Query|Mutation)\./.test(field) && rule.kind === 'public').map(([field]) => field).sort()).toEqual(PUBLIC);
  });
});

describe('signing in', () => {
  let stand: Stand;
  let clerk: Actor;
  beforeAll(async () => {
    stand = await openStand();
    clerk = actorFor('REGISTRY_ADMIN', 's-2161000101');
  }, 300_000);
  afterAll(() => stand?.close());

  const post = async (door: Door, query: string, headers: Record<string, string>): Promise<GraphAnswer> => {
    const answer = await stand.send(door, '/graphql', { headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify({ query }) });
    return { ...answer, ...(JSON.parse(answer.text) as object) };
  };

  it('is needed for every root field, and a garbage or expired token is none [ACC-PWD-01]', async () => {
    const old = await signAccessToken(stand.accessKey, clerk, { now: Date.now() - 3_600_000 });
    let refused = 0;
    for (const { field, query } of rootCalls(supergraph).filter((call) => !PUBLIC.includes(call.field))) {
      for (const headers of [{}, { authorization: 'Bearer garbage' }, { authorization: `Bearer ${old}` }]) {
        const answer = await post('gateway', query, headers as Record<string, string>);
        expect([field, answer.status, answer.data, answer.errors?.[0]?.extensions]).toEqual([field, 401, undefined, expect.objectContaining({ code: 'UNAUTHENTICATED', rule: 'ACC-PWD-01' })]);
        refused += 1;
      }
    }
    for (const service of SERVICES) {
      const anonymous = await stand.headers(service, null);
      const aged = { [ACTOR_HEADER]: await signActorToken(stand.actorKey, clerk, { audience: service, now: Date.now() - 3_600_000 }) };
      for (const { field, query } of rootCalls(sdlOf(service))) {
        for (const headers of [{}, { [ACTOR_HEADER]: 'garbage' }, aged] as Record<string, string>[]) {
          const answer = await post(service, query, headers);
          expect([field, answer.status, answer.data, answer.errors?.[0]?.extensions.code]).toEqual([field, 401, undefined, 'GATEWAY_ONLY']);
          refused += 1;
        }
        if (PUBLIC.includes(field)) continue;
        const answer = await post(service, query, anonymous);
        expect([service, field, answer.data, answer.errors?.[0]?.extensions.code]).toEqual([service, field, undefined, 'UNAUTHENTICATED']);
        refused += 1;
      }
    }
    process.stdout.write(`signing in: ${refused} calls without a valid sign-in, all refused\n`);
    expect(refused).toBeGreaterThan(500);
  }, 300_000);

  it('is not had by headers that claim it, nor by another subgraph\'s token', async () => {
    const spoofed = { 'x-user-id': clerk.accountId, 'x-user-duty': 'REGISTRY_ADMIN', 'x-user-path': '/cn/', 'x-forwarded-user': 'root', 'x-xueji-actor': await signActorToken(stand.actorKey, clerk, { audience: 'registry' }) };
    expect(await post('gateway', 'query { me { id } }', spoofed)).toMatchObject({ status: 401, errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
    const own = await post('gateway', 'query { me { id } }', { ...(await stand.headers('gateway', clerk)), 'x-user-id': 'root', 'x-xueji-actor': await signActorToken(stand.actorKey, actorFor('PROVINCIAL_ADMIN', 'b-61'), { audience: 'accounts' }) });
    expect(own).toMatchObject({ status: 200, data: { me: { id: clerk.accountId } } });
    for (const audience of SERVICES) {
      const token = await signActorToken(stand.actorKey, clerk, { audience });
      for (const service of SERVICES.filter((each) => each !== audience)) {
        expect(await post(service, 'query { __typename }', { [ACTOR_HEADER]: token })).toMatchObject({ status: 401, errors: [{ extensions: { code: 'GATEWAY_ONLY' } }] });
      }
      expect((await post(audience, 'query { __typename }', { [ACTOR_HEADER]: token, 'x-user-path': '/cn/' })).status).toBe(200);
      // Nor files, and nothing but health without a token.
      for (const path of ['/uploads/intake', '/downloads/intake/x.xlsx', '/', '/graphql']) expect((await stand.send(audience, path, { method: 'GET' })).status).toBeGreaterThanOrEqual(401);
    }
  });

  it(`cannot be forged, ${forgeries} times over, at the gateway and at a subgraph`, async () => {
    const doors = await Promise.all((['gateway', 'registry'] as const).map(async (door) => {
      const [header, payload] = Object.values(await stand.headers(door, clerk))[0]!.replace('Bearer ', '').split('.').slice(0, 2).map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()));
      const { privateKey, publicKey } = door === 'gateway' ? stand.product.ground.accessKeys : stand.product.ground.actorKeys;
      const [privateJwk, publicJwk] = [privateKey, publicKey].map((text) => JSON.parse(Buffer.from(text, 'base64url').toString()));
      return { door, good: { header, payload, privateJwk, publicJwk } as GoodToken };
    }));
    const ways = new Map<string, number>();
    const accepted: string[] = [];
    // The untouched token is accepted, so what is refused below is refused for the change alone.
    for (const { door, good } of doors) expect((await post(door, 'query { __typename }', headerOf(door, signed(good.header, good.payload, good.privateJwk)))).status).toBe(200);
    await fc.assert(fc.asyncProperty(forgery, fc.constantFrom(...doors), async ({ how, make }, { door, good }) => {
      ways.set(how, (ways.get(how) ?? 0) + 1);
      // A header longer than the server reads is refused before anybody looks at it.
      const answer = await stand.send(door, '/graphql', { headers: { 'content-type': 'application/json', ...headerOf(door, make(good)) }, body: '{"query":"{ __typename }"}' }).catch(() => ({ status: 431 }));
      if (![401, 431].includes(answer.status)) accepted.push(`${door}: ${how} → ${answer.status}`);
    }), { numRuns: forgeries, seed });
    process.stdout.write(`forged tokens: ${forgeries} of ${ways.size} sorts, ${accepted.length} accepted\n`);
    expect(accepted).toEqual([]);
  }, 1_200_000);

  const headerOf = (door: Door, token: string): Record<string, string> => (door === 'gateway' ? { authorization: `Bearer ${token}` } : { [ACTOR_HEADER]: token });

  it('of one person makes a request that a hundred repeats do once; another body or another person is refused [GEN-FLOW-01]', async () => {
    const bureau = actorFor('REGISTRY_ADMIN', 'b-6101');
    const draft = 'mutation Draft($input: DraftAnnouncementInput!) { draftAnnouncement(input: $input) { announcement { id version } } }';
    const before = await count();
    const input = { requestId: randomUUID(), title: '示例公告', body: '示例', filter: { divisions: ['6101'] } };
    const answers = await Promise.all(Array.from({ length: 100 }, (_, nth) => stand.ask(nth % 2 === 0 ? 'gateway' : 'helpdesk', bureau, draft, { input })));
    expect(new Set(answers.map(({ text }) => JSON.stringify(JSON.parse(text).data)))).toEqual(new Set([JSON.stringify(answers[0]!.data)]));
    expect(answers[0]!.data.draftAnnouncement.announcement.id).toBeTruthy();
    expect(await count()).toBe(before + 1);
    const conflict = { extensions: { code: 'REQUEST_ID_REUSED', rule: 'GEN-FLOW-01', field: 'requestId' } };
    for (const door of ['gateway', 'helpdesk'] as const) {
      expect(await stand.ask(door, bureau, draft, { input: { ...input, title: '另一公告' } })).toMatchObject({ errors: [conflict] });
      expect(await stand.ask(door, actorFor('REGISTRY_ADMIN', 'b-61'), draft, { input })).toMatchObject({ errors: [conflict] });
      expect(await stand.ask(door, bureau, 'mutation Read($input: MarkAnnouncementReadInput!) { markAnnouncementRead(input: $input) { announcement { id } } }', { input: { requestId: input.requestId, announcementId: answers[0]!.data.draftAnnouncement.announcement.id } })).toMatchObject({ errors: [conflict] });
    }
    expect(await count()).toBe(before + 1);
  }, 120_000);

  const count = async (): Promise<number> => (await stand.product.services.helpdesk.dataSource.query('select count(*)::int as count from announcement'))[0].count;

  it('is told of by code and trace alone when a service breaks inside', async () => {
    const secrets = /select|insert|relation|postgres|ECONN|at \w+ \(|\.js|127\.0\.0\.1|localhost|serviceName|stack|QueryFailed|helpdesk|示例公告/;
    const { dataSource } = stand.product.services.helpdesk;
    const query = '{ tickets(first: 1) { edges { node { id } } } }';
    const original = dataSource.manager.createQueryBuilder.bind(dataSource.manager);
    const failing: [string, () => never][] = [
      ['a fault of the database', () => { throw Object.assign(new Error('relation "ticket" does not exist at 10.0.0.1:5432'), { name: 'QueryFailedError', driverError: {}, code: '42P01' }); }],
      ['a time-out', () => { throw Object.assign(new Error('Query read timeout of postgres://app:secret@127.0.0.1:5432/x'), { code: 'ETIMEDOUT' }); }],
      ['something thrown', () => { throw 'select * from ticket'; }],
    ];
    const person = actorFor('SUPPORT', 'b-6101');
    try {
      for (const [, fail] of failing) {
        Object.assign(dataSource.manager, { createQueryBuilder: fail });
        for (const door of ['gateway', 'helpdesk'] as const) {
          const answer = await stand.ask(door, person, query);
          expect(answer.errors).toHaveLength(1);
          expect(answer.errors![0]!.extensions).toEqual({ code: 'INTERNAL_ERROR', traceId: expect.stringMatching(/^[0-9a-f]{32}$/) });
          expect(answer.text).not.toMatch(secrets);
        }
      }
    } finally {
      Object.assign(dataSource.manager, { createQueryBuilder: original });
    }
    expect((await stand.ask('gateway', person, query)).errors).toBeUndefined();
  });

  it('shows and takes nothing by which one could tell whether there is such a user [ACC-PWD-01]', async () => {
    const signIn = 'mutation SignIn($input: LoginInput!) { login(input: $input) { tokens { accessToken } } }';
    const bodies = await Promise.all([persona('TEACHER', 's-2161000101').username, 'nobody.at.all'].map(async (username) => (await stand.ask('gateway', null, signIn, { input: { username, password: 'not-the-password' } })).text));
    expect(bodies[0]).toBe(bodies[1]);
  });

  it.each(DOORS)('answers health at %s to anybody, and nothing else without a token', async (door) => {
    expect((await stand.send(door, '/livez', { method: 'GET' })).status).toBe(200);
    for (const path of ['/uploads/intake', '/downloads/intake/x.xlsx', '/admin', '/%2e%2e/']) expect((await stand.send(door, path, { method: 'POST', body: '{}' })).status).toBeGreaterThanOrEqual(401);
  });
});
