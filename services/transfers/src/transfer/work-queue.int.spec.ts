import type { Actor } from '@xueji/platform';
import { startTestService, type TestService } from '@xueji/testing';
import { transfers } from '../app';
import { A, admin, B, C, casesOf, D, leader } from './cases.fixture';

const NOW = '2026-11-20T02:00:00Z';
const CASES = `query($view: TransferView!, $state: TransferState, $procedure: String, $schoolId: ID, $dueBefore: DateTimeISO, $first: Int!, $after: String) {
  transferCases(view: $view, state: $state, procedure: $procedure, schoolId: $schoolId, dueBefore: $dueBefore, first: $first, after: $after) { edges { node { id overdue dueAt } } pageInfo { hasNextPage endCursor } } }`;

describe('the work queues', () => {
  let service: TestService;
  const { filed, approved, rejected } = casesOf(() => service);

  beforeEach(async () => {
    service = await startTestService(transfers({ lookupKey: 'a key for tests only' }), { now: NOW });
  });
  afterEach(() => service.stop());

  const page = async (actor: Actor, variables: object): Promise<any> => {
    const answer = await service.query(actor, CASES, { view: 'MINE', first: 100, ...variables });
    if (answer.errors.length > 0) throw new Error(JSON.stringify(answer.errors));
    return answer.data.transferCases;
  };
  const listed = async (actor: Actor, variables: object = {}): Promise<string[]> => (await page(actor, variables)).edges.map((edge: any) => edge.node.id);

  it('narrow what waits for the viewer to a school, a procedure and what is due soon [GEN-FLOW-08] [TRF-SLA-01]', async () => {
    const first = await filed(A, C);
    service.clock.set(new Date('2026-11-20T03:00:00Z'));
    const second = await filed(B, C);
    service.clock.set(new Date('2026-11-23T02:00:00Z'));
    const later = await filed(A, C);
    const [ofA, ofC] = [[first.id, later.id], [first.id, second.id, later.id]];
    expect(await listed(leader(C))).toEqual(ofC);
    expect(await listed(leader(C), { schoolId: A })).toEqual(ofA);
    expect(await listed(leader(C), { procedure: 'within-province' })).toEqual(ofC);
    expect(await listed(leader(C), { procedure: 'cross-province' })).toEqual([]);
    expect(await listed(leader(C), { dueBefore: '2026-11-26T00:00:00Z' })).toEqual([first.id, second.id]);
    expect(await listed(leader(C), { dueBefore: '2026-11-26T00:00:00Z', schoolId: A })).toEqual([first.id]);
    await approved(leader(C), first.id, 'c-new');
    expect([await listed(leader(C), { schoolId: A }), await listed(admin('b-610113'), { schoolId: A })]).toEqual([[later.id], [first.id]]);
  });

  it('page the overdue ones of an area once each, the longest overdue first [TRF-SLA-01]', async () => {
    const early = await filed(A, C);
    service.clock.set(new Date('2026-11-23T02:00:00Z'));
    const rest = [await filed(A, C), await filed(A, B), await filed(B, C)].map(({ id }) => id).sort();
    service.clock.set(new Date('2026-12-01T02:00:00Z'));
    await filed(A, C);
    const seen: string[] = [];
    for (let after: string | null = null, more = true; more; ) {
      const { edges, pageInfo }: any = await page(admin('b-6101'), { view: 'OVERDUE', first: 2, after });
      seen.push(...edges.map((edge: any) => edge.node.id));
      ({ endCursor: after, hasNextPage: more } = pageInfo);
    }
    expect(seen).toEqual([early.id, ...rest]);
  });

  it('page all cases of a school, of a party and of every area above once each, the first filed first, closed ones among them [TRF-GEN-10]', async () => {
    const ids: string[] = [];
    for (const [hour, [from, to]] of [[A, B], [A, C], [C, A], [B, A], [D, C], [A, B]].entries() as Iterable<[number, [string, string]]>) {
      service.clock.set(new Date(Date.parse(NOW) + hour * 3_600_000));
      ids.push((await filed(from, to)).id);
    }
    await rejected(leader(C), ids[1]!);
    const [ab, ac, ca, ba, dc, last] = ids;
    const all = async (actor: Actor, variables: object): Promise<string[]> => {
      const seen: string[] = [];
      for (let after: string | null = null, more = true; more; ) {
        const { edges, pageInfo }: any = await page(actor, { view: 'ALL', first: 2, ...variables, after });
        seen.push(...edges.map((edge: any) => edge.node.id));
        ({ endCursor: after, hasNextPage: more } = pageInfo);
      }
      return seen;
    };
    expect(await all(leader(A), {})).toEqual([ab, ac, ca, ba, last]);
    expect(await all(admin('b-610113'), {})).toEqual([ab, ac, ca, ba, last]);
    expect(await all(admin('b-610112'), {})).toEqual([ac, ca, dc]);
    expect(await all(admin('b-6101'), {})).toEqual(ids);
    expect(await all(admin('b-6103'), {})).toEqual([dc]);
    expect(await all(admin('b-61'), {})).toEqual(ids);
    expect(await all(admin('b-34'), {})).toEqual([]);
    expect(await all(admin('b-6101'), { schoolId: B })).toEqual([ab, ba, last]);
    expect(await all(leader(A), { view: 'ORGANIZATION' })).toEqual([ab, ac, ca, ba, last]);
    expect(await all(admin('b-6103'), { view: 'ORGANIZATION' })).toEqual([dc]);
    expect(await all(admin('b-610112'), { state: 'REJECTED' })).toEqual([ac]);
  });
});
