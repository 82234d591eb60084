import { connectRedis, generateKeyPair, importVerifyingKey, redisEndedSessions, type AgencyGrant, type Redis } from '@xueji/platform';
import { callProof, requireServer, startRedis, type RedisServer } from '@xueji/testing';
import { parse } from 'graphql';
import { agencyDoor, type AgencyDoor } from './agency-door';

const supergraph = parse('type Query { pupils(first: Int, name: String): PupilConnection } type PupilConnection { edges: [PupilEdge] } type PupilEdge { node: Pupil } type Pupil { id: ID name: String phone: String }');
const URL_ = 'https://registry.example/graphql';
const TOKEN = 'a.b.c';

describe.each(['memory', 'redis'] as const)('the door for agencies, counting in %s', (where) => {
  const run = where === 'redis' ? requireServer('redis') : describe;
  run('', () => {
    let server: RedisServer | null = null;
    let clients: Redis[] = [];
    let doors: AgencyDoor[];
    let keys: { privateKey: string; publicKey: string };
    let kid: string;

    beforeAll(async () => {
      if (where === 'redis') {
        const started = await startRedis({ own: true });
        if (started.reason !== null) throw new Error(started.reason);
        server = started.server;
        clients = [connectRedis(server.url), connectRedis(server.url)];
        await Promise.all(clients.map((client) => new Promise((ready) => (client.status === 'ready' ? ready(null) : client.once('ready', ready)))));
      }
      keys = await generateKeyPair();
      ({ kid } = await importVerifyingKey(keys.publicKey));
      doors = where === 'redis' ? clients.map((client) => agencyDoor(supergraph, client)) : [agencyDoor(supergraph, null)];
    });
    afterAll(async () => {
      for (const client of clients) client.disconnect();
      await server?.stop();
    });

    const grant = (agreementId: string, dailyQuota = 100): AgencyGrant => ({ agreementId, purpose: 'STUDENT_AID', fields: ['Query.pupils', 'Pupil.name'], validUntil: '2099-01-01T00:00:00Z', dailyQuota, keyThumbprint: kid });
    const admit = async (to: AgencyGrant, { door = doors[0]!, proof, purpose = 'STUDENT_AID' }: { door?: AgencyDoor; proof?: string; purpose?: string } = {}) =>
      (await door.admit(to, { method: 'POST', path: '/graphql', accessToken: TOKEN, proof: proof ?? (await callProof(keys.privateKey, TOKEN, URL_)), purpose }))?.code ?? 'admitted';

    it('takes a call once, at whichever gateway it comes in [AGY-IF-02]', async () => {
      const proof = await callProof(keys.privateKey, TOKEN, URL_);
      const seen = await Promise.all(Array.from({ length: 20 }, (_, n) => admit(grant('once'), { proof, door: doors[n % doors.length]! })));
      expect(seen.filter((code) => code === 'admitted')).toHaveLength(1);
      expect(seen.filter((code) => code === 'CALL_REPLAYED')).toHaveLength(19);
    });

    it('counts the calls of an agreement together, and those of another apart [AGY-IF-02]', async () => {
      const seen = [];
      for (let n = 0; n < 5; n += 1) seen.push(await admit(grant('counted', 3), { door: doors[n % doors.length]! }));
      expect(seen).toEqual(['admitted', 'admitted', 'admitted', 'QUOTA_EXCEEDED', 'QUOTA_EXCEEDED']);
      expect(await admit(grant('another', 3))).toBe('admitted');
    });

    if (where === 'redis') {
      it('admits nobody while Redis is away, and takes sessions of agencies for ended [AGY-IF-12]', async () => {
        const sessions = redisEndedSessions(clients[0]!);
        expect(await sessions.hasEnded('agreement:x', true)).toBe(false);
        await server!.stop();
        server = null;
        expect(await admit(grant('away'))).toBe('CALL_NOT_CHECKED');
        expect([await sessions.hasEnded('agreement:x', true), await sessions.hasEnded('a-person')]).toEqual([true, false]);
      });
    }
  });
});

describe('the contract of an agreement', () => {
  const door = agencyDoor(supergraph, null);
  const grant = (...fields: string[]): AgencyGrant => ({ agreementId: 'g', purpose: 'STUDENT_AID', fields, validUntil: '2099-01-01T00:00:00Z', dailyQuota: 1, keyThumbprint: 'k' });
  const asked = (document: string, ...fields: string[]) => door.check(grant(...fields), parse(document))?.extensions.field ?? null;

  it('holds what is named, the frames of its lists, and arguments that only choose a page [AGY-IF-08]', () => {
    expect(door.contract(grant('Query.pupils', 'Pupil.name')).sdl.replace(/\s+/g, ' ').trim()).toBe(
      'type Pupil { name: String } type PupilConnection { edges: [PupilEdge] } type PupilEdge { node: Pupil } type Query { pupils(first: Int): PupilConnection }');
    expect(door.contract(grant('Query.pupils', 'Query.pupils(name:)', 'Pupil.name')).sdl).toContain('name: String): PupilConnection');
  });

  it('holds nothing where nothing can be reached [AGY-IF-08]', () => {
    for (const fields of [[], ['Pupil.name'], ['Query.pupils'], ['Query.pupils', 'Pupil.unknown']]) {
      expect(door.contract(grant(...fields))).toEqual({ sdl: '', schema: null });
      expect(asked('{ pupils { edges { node { name } } } }', ...fields)).toBe('Query.pupils');
    }
  });

  it('tells the first thing that lies outside it [AGY-IF-08]', () => {
    const fields = ['Query.pupils', 'Pupil.name'];
    expect(asked('{ pupils(first: 1) { edges { node { name __typename } } } }', ...fields)).toBeNull();
    expect(asked('{ pupils { edges { node { a: phone } } } }', ...fields)).toBe('Pupil.phone');
    expect(asked('{ pupils(name: "x") { edges { node { name } } } }', ...fields)).toBe('Query.pupils(name:)');
    expect(asked('{ pupils { ...F } } fragment F on Secret { x }', ...fields)).toBe('Secret');
    expect(asked('mutation { login }', ...fields)).toBe('Mutation.login');
    expect(asked('query A { pupils { edges { node { name } } } } query B { me }', ...fields)).toBe('Query.me');
  });
});
