import { randomUUID } from 'node:crypto';
import { studentEstablished, type CloudEvent } from '@xueji/contracts';
import { startTestService, type TestAnswer, type TestService } from '@xueji/testing';
import { transfers } from '@xueji/transfers';
import { A, admin, B, casesOf, FILE, leader, withinProvince } from '@xueji/transfers/dist/src/transfer/cases.fixture';
import type { Actor } from '@xueji/platform';

const BUREAU = 'b-610113';
const CLIENTS = 4;
const AT_ONCE = 10;
/** A case comes to the bureau, the last reviewer, in this version. */
const BEFORE = { state: 'OUT_COUNTY_REVIEW', version: 2 };
const AFTER: Record<string, { state: string; event: string }> = {
  approve: { state: 'MOVING', event: 'approved' }, refuse: { state: 'REJECTED', event: 'rejected' }, withdraw: { state: 'WITHDRAWN', event: 'withdrawn' },
};

type Means = 'approve' | 'approveAll' | 'refuse' | 'withdraw';
const COMMAND: Record<Means, string> = { approve: 'approve', approveAll: 'approve', refuse: 'refuse', withdraw: 'withdraw' };
const DOCUMENTS: Record<Means, string> = {
  approve: 'mutation($input: ApproveTransferInput!) { approveTransfer(input: $input) { transferCase { version } } }',
  refuse: 'mutation($input: RefuseTransferInput!) { refuseTransfer(input: $input) { transferCase { version } } }',
  withdraw: 'mutation($input: WithdrawTransferInput!) { withdrawTransfer(input: $input) { transferCase { version } } }',
  approveAll: 'mutation($input: ApproveTransfersInput!) { approveTransfers(input: $input) { verdicts { id approved code rule transferCase { version } } } }',
};

/** One client's decision on one case, as the client saw it. */
interface Decision {
  caseId: string;
  means: Means;
  sentAt: number;
  answeredAt: number;
  /** the version it made; null when refused */
  version: number | null;
  code: string | null;
  rule: string | null;
  /** the version that a refusal says was current, where it says one */
  current: number | null;
}

export interface DecisionsReport {
  cases: number;
  decisions: number;
  won: Record<string, number>;
  refusals: Record<string, number>;
  faults: string[];
}

/**
 * Lets four clients decide on each of `count` cases at the same instant, ten cases at a time so that lists of several clients cross. Afterwards the
 * history, the audit, the outbox and the topic are compared with what the clients were told.
 */
export async function doubleDecisions(count: number, seed: number): Promise<DecisionsReport> {
  let dice = seed;
  const next = (below: number) => Math.floor(((dice = (dice * 1_103_515_245 + 12_345) % 2_147_483_648) / 2_147_483_648) * below);
  const service = await startTestService(transfers({ lookupKey: 'a key for tests only', tickMs: 3_600_000 }), { now: '2026-10-12T02:00:00Z' });
  try {
    const decisions: Decision[] = [];
    const ids: string[] = [];
    for (let done = 0; done < count; done += AT_ONCE) {
      const batch = await casesBeforeTheLastReview(service, Math.min(AT_ONCE, count - done));
      ids.push(...batch);
      decisions.push(...(await decideAtOnce(service, batch, next)));
    }
    await service.quiet();
    return await judge(service, ids, decisions);
  } finally {
    await service.stop();
  }
}

/** Cases of two schools of one county, where one bureau is the last to review. */
async function casesBeforeTheLastReview(service: TestService, count: number): Promise<string[]> {
  const { give, done, approved } = casesOf(() => service);
  const pupils = Array.from({ length: count }, () => randomUUID());
  await service.bus.publish(pupils.map((studentId) => {
    const data = { studentId, childId: null, handoverId: null, nationalStudentNumber: `L${studentId}`, name: studentId, schoolId: A, stage: 'PRIMARY' as const, grade: 3, classId: 'c-old', via: 'INTAKE' as const };
    const event: CloudEvent<typeof data> = {
      specversion: '1.0', id: randomUUID(), source: '/xueji/registry', type: studentEstablished.type, subject: studentId, time: service.clock.now().toISOString(), datacontenttype: 'application/json',
      dataschema: `urn:xueji:${studentEstablished.type}`, partitionkey: studentId, aggregatetype: 'student', aggregateid: studentId, aggregateversion: 1, data,
    };
    return { topic: studentEstablished.topic, key: studentId, value: JSON.stringify(event) };
  }));
  await service.quiet();
  return Promise.all(pupils.map(async (studentId) => {
    const { id } = done(await give(admin(A), FILE, withinProvince({ studentId }, B, null)));
    const { state, version } = await approved(leader(B), id, 'c-new');
    if (state !== BEFORE.state || version !== BEFORE.version) throw new Error(`the case is ${state} in version ${version}`);
    return id as string;
  }));
}

async function decideAtOnce(service: TestService, batch: readonly string[], next: (below: number) => number): Promise<Decision[]> {
  const found: Decision[] = [];
  const ask = async (actor: Actor, means: Means, caseIds: readonly string[], input: object) => {
    const sentAt = performance.now();
    const answer: TestAnswer<any> = await service.query(actor, DOCUMENTS[means], { input: { requestId: randomUUID(), ...input } });
    const answeredAt = performance.now();
    const [error] = answer.errors;
    const verdicts: Record<string, any> = means === 'approveAll' && !error ? Object.fromEntries(answer.data.approveTransfers.verdicts.map((verdict: any) => [verdict.id, verdict])) : {};
    for (const caseId of caseIds) {
      const verdict = verdicts[caseId];
      const refused = verdict ? !verdict.approved : Boolean(error);
      const extensions = error?.extensions;
      found.push({
        caseId, means, sentAt, answeredAt,
        version: refused ? null : verdict ? verdict.transferCase.version : (Object.values(answer.data)[0] as any).transferCase.version,
        code: refused ? (verdict?.code ?? extensions?.code) : null, rule: refused ? (verdict?.rule ?? extensions?.rule) : null,
        current: refused ? ((extensions?.currentVersion as number | undefined) ?? null) : null,
      });
    }
  };
  // Each case has four clients, at least one of them with a list; who does what is the dice's affair.
  const lists: [string[], string[]] = [[], []];
  const single: Promise<unknown>[] = [];
  const requests = batch.map((caseId) => {
    const [first, second] = [next(2), next(4) === 0];
    lists[first as 0 | 1].push(caseId);
    if (second) lists[first === 0 ? 1 : 0].push(caseId);
    return { caseId, means: Array.from({ length: CLIENTS - (second ? 2 : 1) }, () => (['approve', 'refuse', 'withdraw'] as const)[next(3)]!) };
  });
  const bureau = admin(BUREAU);
  for (const { caseId, means } of requests) {
    for (const each of means) {
      const expected = next(2) === 0 ? { expectedVersion: BEFORE.version } : {};
      const input = { id: caseId, ...expected, ...(each === 'refuse' && { reasonCode: 'CLASS_FULL', reason: '已满' }) };
      single.push(ask(each === 'withdraw' ? admin(A) : bureau, each, [caseId], input));
    }
  }
  const many = lists.filter((list) => list.length > 0).map((list) => ask(bureau, 'approveAll', list, { ids: next(2) === 0 ? list : [...list].reverse() }));
  await Promise.all([...single, ...many]);
  return found;
}

async function judge(service: TestService, ids: readonly string[], decisions: readonly Decision[]): Promise<DecisionsReport> {
  const { dataSource } = service;
  const faults: string[] = [];
  const won: Record<string, number> = {};
  const refusals: Record<string, number> = {};
  const grouped = async (sql: string) => {
    const groups = new Map<string, any[]>();
    for (const row of await dataSource.query(sql)) groups.set(row.id, [...(groups.get(row.id) ?? []), row]);
    return groups;
  };
  const cases = await grouped('select id, state, version from transfer_case');
  const steps = await grouped('select record_id as id, version, command, from_state, to_state from case_step order by version');
  const audits = await grouped(`select subject_id as id, action, (detail->>'version')::int as version from audit_entry where subject_type = 'transfer' order by 3`);
  const outbox = await grouped(`select event->>'aggregateid' as id, split_part(event->>'type', '.', 5) as kind, (event->>'aggregateversion')::int as version, id as event_id from outbox_event order by seq`);
  const onTopic = new Set<string>();
  for (const topic of await dataSource.query('select distinct topic from outbox_event')) for (const { value } of await service.bus.readAll(topic.topic)) onTopic.add(JSON.parse(value).id);

  for (const id of ids) {
    const given = decisions.filter((each) => each.caseId === id);
    const carried = given.filter(({ version }) => version !== null);
    const wrong = (what: string) => faults.push(`case ${id}: ${what}`);
    if (given.length !== CLIENTS) wrong(`${given.length} decisions were sent`);
    if (carried.length !== 1) {
      wrong(`${carried.length} of ${given.length} decisions were carried out: ${carried.map(({ means }) => means).join(', ')}`);
      continue;
    }
    const [winner] = carried as [Decision];
    const { state, event } = AFTER[COMMAND[winner.means]]!;
    won[winner.means] = (won[winner.means] ?? 0) + 1;
    const same = (what: string, got: unknown, wanted: unknown) => {
      if (JSON.stringify(got) !== JSON.stringify(wanted)) wrong(`${what}: ${JSON.stringify(got)} instead of ${JSON.stringify(wanted)}`);
    };
    same('the version answered', winner.version, 3);
    same('the record', cases.get(id)!.map((row) => [row.state, row.version]), [[state, 3]]);
    same('the history', steps.get(id)!.map((row) => [row.version, row.command, row.from_state, row.to_state]), [[1, 'file', null, 'IN_SCHOOL_REVIEW'], [2, 'approve', 'IN_SCHOOL_REVIEW', BEFORE.state], [3, COMMAND[winner.means], BEFORE.state, state]]);
    same('the audit', audits.get(id)!.map((row) => [row.action, row.version]), [['transfer.file', 1], ['transfer.approve', 2], [`transfer.${COMMAND[winner.means]}`, 3]]);
    same('the outbox', outbox.get(id)!.map((row) => [row.kind, row.version]), [['filed', 1], ['taken', 1], ['taken', 2], [event, 3], ['taken', 3]]);
    for (const row of outbox.get(id)!) if (!onTopic.has(row.event_id)) wrong(`${row.kind} is not on its topic`);
    for (const loser of given.filter(({ version }) => version === null)) {
      refusals[loser.code!] = (refusals[loser.code!] ?? 0) + 1;
      if (!['COMMAND_OUT_OF_ORDER', 'VERSION_STALE'].includes(loser.code!) || loser.rule !== 'GEN-FLOW-02') wrong(`${loser.means} was refused as ${loser.code} [${loser.rule}]`);
      // Refused after the winner: the version it names, if any, was current during the call; and who was answered before the winner asked cannot have lost.
      if (loser.means !== 'approveAll' && loser.current !== 3) wrong(`the refusal of ${loser.means} names version ${loser.current}`);
      if (loser.answeredAt < winner.sentAt) wrong(`${loser.means} was refused before the winner asked`);
    }
  }
  return { cases: ids.length, decisions: decisions.length, won, refusals, faults };
}
