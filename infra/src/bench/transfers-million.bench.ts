import type { Actor } from '@xueji/platform';
import { actorFor } from '@xueji/testing';
import { makeCases, makeSchools, PILOT, REST } from './country';
import { millis, quantile, times, type Line } from './line';
import { withTransfers, type TransfersUnderLoad } from './transfers-service';

const FEW = 10_000;
const MANY = 1_000_000;
const BATCH = 110_000;
const TIMES = 40;
const WARM_UP = 5;
const TARGET_RATIO = 1.5;

const PERSONAS = {
  school: actorFor('REGISTRY_LEADER', 's-2161000101'), county: actorFor('REGISTRY_ADMIN', 'b-610113'), city: actorFor('REGISTRY_ADMIN', 'b-6101'),
  province: actorFor('REGISTRY_ADMIN', 'b-61'), ministry: actorFor('REGISTRY_ADMIN', 'cn'),
};
type Persona = keyof typeof PERSONAS;
const ALL = Object.keys(PERSONAS) as Persona[];
const BUREAUS = ALL.filter((persona) => persona !== 'school');

const NODE = 'id state currentStep dueAt overdue procedure filedAt availableCommands student { id } outSchool { id } inSchool { id } awaits { id }';
const QUEUE = `query($view: TransferView!, $state: TransferState, $procedure: String, $schoolId: ID, $dueBefore: DateTimeISO, $after: String) {
  transferCases(view: $view, state: $state, procedure: $procedure, schoolId: $schoolId, dueBefore: $dueBefore, after: $after, first: 20) { edges { cursor node { ${NODE} } } pageInfo { hasNextPage endCursor } } }`;
const CASE = `query($id: ID!) { transferCase(id: $id) { ${NODE} steps refusal { code message } ministryCheck { result } history { version command fromState toState realName duty organizationName reason at } } }`;
const LIMBO = 'query($after: String) { limbo(olderThan: 48, first: 20, after: $after) { edges { node { id state updatedAt waitsFor transferCase { id } } } pageInfo { hasNextPage } } }';
const BULLETIN = 'query($area: ID!) { transferBulletin(area: $area, from: "2026-11-01", to: "2026-11-19") { total { filed open finished overdue } cities { city { id } open } steps { state waiting overdue } } }';

/** A cursor into the middle of a list: what stands at an instant. */
const at = (instant: string) => Buffer.from(JSON.stringify([instant, ''])).toString('base64url');

interface Asked {
  what: string;
  by: readonly Persona[];
  query: string;
  /** variables for the `nth` time; `ids` are cases that the persona sees */
  variables(persona: Persona, nth: number, ids: readonly string[]): object;
  target: boolean;
}

const queue = (what: string, variables: object, by: readonly Persona[] = ALL): Asked => ({ what: `queue page, ${what}`, by, query: QUEUE, variables: () => variables, target: true });
const [LONG_AGO, THIS_WEEK, OVERDUE] = ['2026-01-15T00:00:00.000Z', '2026-11-15T00:00:00.000Z', '2026-11-19T00:00:00.000Z'];

const ASKED: readonly Asked[] = [
  queue('waiting for the viewer', { view: 'MINE' }, ['school', 'county', 'city']),
  queue('waiting for the viewer, deep', { view: 'MINE', after: at(THIS_WEEK) }, ['school', 'county', 'city']),
  queue('waiting for the viewer and due soon', { view: 'MINE', dueBefore: '2026-11-22T00:00:00Z' }, ['school', 'county', 'city']),
  queue('of the organisation', { view: 'ORGANIZATION' }, ['school', 'county', 'city']),
  queue('of the organisation, deep', { view: 'ORGANIZATION', after: at(LONG_AGO) }, ['school', 'county', 'city']),
  queue('of the organisation in a review', { view: 'ORGANIZATION', state: 'IN_SCHOOL_REVIEW' }, ['school', 'county', 'city']),
  queue('of the organisation, refused', { view: 'ORGANIZATION', state: 'REJECTED' }, ['school', 'county', 'city']),
  queue('overdue', { view: 'OVERDUE' }),
  queue('overdue, deep', { view: 'OVERDUE', after: at(OVERDUE) }),
  queue('overdue in a review', { view: 'OVERDUE', state: 'OUT_COUNTY_REVIEW' }),
  queue('of the area', { view: 'ALL' }),
  queue('of the area, deep', { view: 'ALL', after: at(LONG_AGO) }),
  queue('of the area in a review', { view: 'ALL', state: 'OUT_COUNTY_REVIEW' }),
  queue('of the area, completed', { view: 'ALL', state: 'COMPLETED' }),
  queue('of the area across provinces', { view: 'ALL', procedure: 'cross-province' }),
  queue('of the area and one school', { view: 'ALL', schoolId: 's-2161000101' }),
  queue('of the area and one school, deep', { view: 'ALL', schoolId: 's-2161000101', after: at(LONG_AGO) }),
  queue('of the area, due soon', { view: 'ALL', dueBefore: '2026-11-22T00:00:00Z' }),
  { what: 'case with its history', by: ALL, query: CASE, variables: (_, nth, ids) => ({ id: ids[nth % ids.length] }), target: true },
  { what: 'limbo', by: BUREAUS, query: LIMBO, variables: () => ({}), target: true },
  { what: 'bulletin of 19 days', by: BUREAUS, query: BULLETIN, variables: (persona) => ({ area: PERSONAS[persona].organizationId }), target: false },
];

const idsOf = async ({ owner }: TransfersUnderLoad, { path }: Actor): Promise<string[]> =>
  (await owner.query(`select id from transfer_case where out_path like $1 or in_path like $1 order by md5(id) limit ${TIMES}`, [`${path}%`])).rows.map(({ id }) => id);

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

const figures = (values: readonly number[]): string => `p50 ${millis(quantile(values, 0.5))}, p95 ${millis(quantile(values, 0.95))}`;

/** Queue pages and case details where there are 10,000 cases and where there are a million, turn by turn. */
export const measure = (): Promise<Line[]> => withTransfers({ poolSize: 4, durable: false }, (few) => withTransfers({ poolSize: 4, durable: false }, async (many) => {
  const inserts = { few: [] as number[], many: [] as number[] };
  for (const { owner } of [few, many]) {
    await makeSchools(owner);
    await makeCases(owner, PILOT, 0, FEW, 0.25);
  }
  for (let made = FEW; made < MANY; made += BATCH) {
    await makeCases(many.owner, PILOT, made, BATCH / 10, 0.05);
    await makeCases(many.owner, REST, made + BATCH / 10, (BATCH * 9) / 10, 0.05);
    process.stderr.write(`  ${made + BATCH} cases\n`);
  }
  for (const { owner } of [few, many]) await owner.query('vacuum analyze');
  // The same on both, turn by turn.
  for (let round = 0; round < 6; round += 1) {
    inserts.few.push(await timed(() => makeCases(few.owner, PILOT, 2 * MANY + round * 500, 500, 0.25)));
    inserts.many.push(await timed(() => makeCases(many.owner, PILOT, 2 * MANY + round * 500, 500, 0.25)));
  }
  const lines: Line[] = [];
  for (const { what, by, query, variables, target } of ASKED) {
    const all = { few: [] as number[], many: [] as number[] };
    for (const persona of by) {
      const actor = PERSONAS[persona];
      const [idsFew, idsMany] = [await idsOf(few, actor), await idsOf(many, actor)];
      const taken = { few: [] as number[], many: [] as number[] };
      for (let nth = -WARM_UP; nth < TIMES; nth += 1) {
        const [little, much] = [await timed(() => few.ask(actor, query, variables(persona, Math.max(nth, 0), idsFew))), await timed(() => many.ask(actor, query, variables(persona, Math.max(nth, 0), idsMany)))];
        if (nth < 0) continue;
        taken.few.push(little);
        taken.many.push(much);
      }
      process.stderr.write(`  ${what}, ${persona}: 10,000 ${figures(taken.few)}; 1,000,000 ${figures(taken.many)}\n`);
      all.few.push(...taken.few);
      all.many.push(...taken.many);
    }
    const ratio = quantile(all.many, 0.95) / quantile(all.few, 0.95);
    lines.push({
      what: `transfers: ${what}, for ${by.join(', ')} (baseline: 10,000 cases)`, baseline: figures(all.few), measured: figures(all.many), ratio: times(ratio),
      ...(target && { target: `p95 ≤ ${TARGET_RATIO} ×`, met: ratio <= TARGET_RATIO }),
    });
  }
  const [insertFew, insertMany] = [quantile(inserts.few, 0.5), quantile(inserts.many, 0.5)];
  lines.push({ what: 'transfers: adding 500 cases with pupils and steps (baseline: to 10,000)', baseline: millis(insertFew), measured: millis(insertMany), ratio: times(insertMany / insertFew) });
  return lines;
}));
