import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { allTopics } from '@xueji/contracts';
import { openDataSource, systemClock, type Delivery, type EventBus } from '@xueji/platform';
import { establishPupils, type TestPupil } from '@xueji/registry/dist/src/workflows/record-status/pupils.fixture';
import { checkCustody } from '@xueji/testing';
import { acrossProvinces, FILE_ACROSS } from '@xueji/transfers/dist/src/transfer/cases.fixture';
import { Client as Postgres } from 'pg';
import { definitions } from '../definitions';
import type { Ground } from '../deployment/ground';
import { Client } from './client';
import { checkConservation, type Conservation } from './conservation';
import { named, uploadDocuments } from './documents';
import { Gates, type Gate } from './gates';
import type { PrivateStack } from './private-stack';

type Who = readonly [duty: string, organizationId: string];

// From Henan to Shaanxi.
export const OUT = 's-2141000101';
export const IN = 's-2161000101';
const receivingSchool: Who = ['REGISTRY_ADMIN', IN];

export const STEPS = ['file', 'inCounty', 'outSchool', 'outCounty', 'requestArchive', 'acknowledge'] as const;
/** What a person does in the chain; `withdraw` instead of going on. */
export type CaseStep = (typeof STEPS)[number] | 'withdraw';
type Victim = 'transfers' | 'registry';

/**
 * Where to kill: `down` before the step is asked for, `answered` right after its answer, or at a gate. `late`: at the gate not when the step itself comes to it,
 * but when what follows from the other service's answer does.
 */
export interface KillPoint {
  step: CaseStep;
  victim: Victim;
  at: Gate | 'down' | 'answered';
  late?: boolean;
}

const everyStep: readonly CaseStep[] = [...STEPS, 'withdraw'];
/** steps that tell the registry something */
const telling: readonly CaseStep[] = ['file', 'requestArchive', 'acknowledge', 'withdraw'];
/** steps that the registry answers */
const answered: readonly CaseStep[] = ['requestArchive', 'acknowledge'];
const points = (steps: readonly CaseStep[], victim: Victim, places: readonly KillPoint['at'][], late = false): KillPoint[] =>
  steps.flatMap((step) => places.map((at) => ({ step, victim, at, ...(late && { late }) })));

/** Every step of the chain with every place at which a process can be caught in it. */
export const KILL_POINTS: readonly KillPoint[] = [
  ...points(everyStep, 'transfers', ['down', 'command', 'commit', 'answered']),
  ...points(everyStep, 'registry', ['down']),
  ...points(telling, 'transfers', ['relay']),
  ...points(telling, 'registry', ['consume']),
  ...points(answered, 'registry', ['command', 'commit', 'relay']),
  ...points(answered, 'transfers', ['consume', 'command', 'commit'], true),
  // The news that the transfer is complete.
  ...points(['acknowledge'], 'transfers', ['relay'], true),
  ...points(['acknowledge'], 'registry', ['consume'], true),
];

export const pointName = ({ step, victim, at, late }: KillPoint): string => `${step}: ${victim} ${at}${late ? ', late' : ''}`;

/** `count` points of the list, the same ones for the same seed. */
export function somePoints(count: number, seed: number): KillPoint[] {
  let state = seed;
  const next = () => (state = (state * 1_103_515_245 + 12_345) % 2_147_483_648) / 2_147_483_648;
  return [...KILL_POINTS].map((point) => ({ point, at: next() })).sort((a, b) => a.at - b.at).slice(0, count).map(({ point }) => point);
}

/** Hears all topics from the start of the run, so that a ledger costs no reading anew. */
export async function startWitness(bus: EventBus): Promise<Pick<EventBus, 'readAll'> & { stop(): Promise<void> }> {
  const heard = new Map<string, Delivery[]>();
  const subscription = await bus.subscribe(`xueji.witness.${randomUUID()}`, allTopics().filter((topic) => !topic.endsWith('.dlq')), async (delivery) => {
    heard.set(delivery.topic, [...(heard.get(delivery.topic) ?? []), delivery]);
  });
  return { readAll: async (topic) => heard.get(topic) ?? [], stop: () => subscription.stop() };
}

let furnished = 0;

/** Pupils in Henan and the class in Shaanxi that they can go to. */
export async function furnish(ground: Ground, client: Client, count: number, grade = 3): Promise<{ pupils: TestPupil[]; inClass: string }> {
  furnished += 1;
  await client.setClock('2026-11-20T02:00:00Z');
  const openClass = async (schoolId: string): Promise<string> => {
    const who: Who = ['REGISTRY_ADMIN', schoolId];
    const { refusals } = await client.give(who, 'mutation Open($input: OpenSchoolYearInput!) { openSchoolYear(input: $input) { schoolYear { id } } }', { year: 2026 });
    if (refusals.some(({ code }) => code !== 'SCHOOL_YEAR_EXISTS')) throw new Error(refusals[0]!.message);
    const { data, refusals: no } = await client.give(who, 'mutation Make($input: CreateClassInput!) { createClass(input: $input) { class { id } } }', { year: 2026, grade, number: String(1_000 + furnished), name: `${grade}年级(${furnished})班`, classTeacher: '示例班主任' });
    if (no.length > 0) throw new Error(no[0]!.message);
    return data.createClass.class.id;
  };
  const [outClass, inClass] = [await openClass(OUT), await openClass(IN)];
  // As the service itself would write them; its process tells them.
  const definition = (await definitions()).find(({ name }) => name === 'registry')!;
  const dataSource = await openDataSource(definition.schema, ground.databases.registry.appUrl, 2);
  try {
    const host = { name: 'registry', dataSource, clock: systemClock, outboxFilled: () => undefined, constraints: {} };
    const pupils = await establishPupils({ host }, count, { schoolId: OUT, classId: outClass, grade });
    return { pupils, inClass };
  } finally {
    await dataSource.destroy();
  }
}

const CASE = 'transferCase { id state version }';
const mutations: Record<Exclude<CaseStep, 'file'>, { who: Who; document: string; settles: string }> = {
  inCounty: { who: ['REGISTRY_ADMIN', 'b-610113'], document: `mutation Approve($input: ApproveTransferInput!) { approveTransfer(input: $input) { ${CASE} } }`, settles: 'AWAITING_OUT_CONFIRMATION' },
  outSchool: { who: ['REGISTRY_LEADER', OUT], document: `mutation Approve($input: ApproveTransferInput!) { approveTransfer(input: $input) { ${CASE} } }`, settles: 'OUT_COUNTY_REVIEW' },
  outCounty: { who: ['REGISTRY_ADMIN', 'b-410102'], document: `mutation Approve($input: ApproveTransferInput!) { approveTransfer(input: $input) { ${CASE} } }`, settles: 'MINISTRY_VERIFIED' },
  requestArchive: { who: receivingSchool, document: `mutation Ask($input: RequestTransferArchiveInput!) { requestTransferArchive(input: $input) { ${CASE} } }`, settles: 'ARCHIVE_TRANSFERRING' },
  acknowledge: { who: receivingSchool, document: `mutation Acknowledge($input: AcknowledgeTransferArchiveInput!) { acknowledgeTransferArchive(input: $input) { ${CASE} } }`, settles: 'COMPLETED' },
  withdraw: { who: receivingSchool, document: `mutation Withdraw($input: WithdrawTransferInput!) { withdrawTransfer(input: $input) { ${CASE} } }`, settles: 'WITHDRAWN' },
};

/** One pupil's case, driven through the public graph by those it waits for. */
export class CaseUnderTest {
  private id = '';

  constructor(private client: Client, readonly pupil: TestPupil, private readonly inClass: string) {}

  goOnWith(client: Client): void {
    this.client = client;
  }

  /** Asks for the step and waits for its answer, sending the same request again while a part of the product is away. */
  async ask(step: CaseStep): Promise<void> {
    const given = step === 'file'
      ? await this.client.give(receivingSchool, FILE_ACROSS, await this.filing())
      : await this.client.give(mutations[step].who, mutations[step].document, { id: this.id, ...(step === 'acknowledge' && { contentHash: await this.contentHash() }) });
    if (given.refusals.length > 0) throw new Error(`${step} was refused: ${given.refusals[0]!.code}`);
    if (step === 'file') this.id = given.data.fileCrossProvinceTransfer.transferCase.id;
  }

  /** Waits until the step has had its effect, in this service and the other. */
  async settled(step: CaseStep): Promise<string> {
    const wanted = step === 'file' ? 'IN_COUNTY_REVIEW' : mutations[step].settles;
    const { transferCase } = await this.client.until(
      `the case to be ${wanted}`, () => this.client.get(receivingSchool, 'query Case($id: ID!) { transferCase(id: $id) { state } }', { id: this.id }), (data: any) => data.transferCase.state === wanted,
    );
    return transferCase.state;
  }

  private async filing(): Promise<Record<string, unknown>> {
    const filing = acrossProvinces({ nationalStudentNumber: this.pupil.number, name: this.pupil.name }, this.inClass);
    return { ...filing, documents: (await uploadDocuments(this.client, receivingSchool, filing.documents.map(({ kind }) => [kind, `${kind}.pdf`]))).map(named) };
  }

  private async contentHash(): Promise<string> {
    const { studentArchive } = await this.client.get(receivingSchool, 'query Archive($id: ID!) { studentArchive(transferId: $id) { content } }', { id: this.id });
    return createHash('sha256').update(studentArchive.content).digest('hex');
  }
}

export interface KillReport {
  point: KillPoint;
  /** from the restart to the end of the case */
  endedAfterMs: number;
  faults: string[];
}

export interface ChainReport {
  kills: KillReport[];
  final: Conservation;
  faults: string[];
}

/**
 * For each point a pupil on the way to another province, whose case is caught there: the process is killed, custody is looked at while it is down, it starts
 * again, and the case must end as it was meant to with books that balance.
 */
export async function killAlongTheChain({ product, bus }: Pick<PrivateStack, 'product' | 'bus'>, chosen: readonly KillPoint[], onKill: (report: KillReport) => void = () => undefined): Promise<ChainReport> {
  const { ground } = product;
  const client = new Client(product.url, 120_000);
  const witness = await startWitness(bus);
  const gates = { transfers: await Gates.build(ground.databases.transfers.migratorUrl), registry: await Gates.build(ground.databases.registry.migratorUrl) };
  const registryRows = new Postgres({ connectionString: ground.databases.registry.migratorUrl });
  await registryRows.connect();
  const kills: KillReport[] = [];
  try {
    const { pupils, inClass } = await furnish(ground, client, chosen.length);
    const balance = (patienceMs?: number) => checkConservation(ground, witness, patienceMs);
    const holderOf = async (pupil: TestPupil) => (await registryRows.query('select place, holder_id from student_custody where student_id = $1', [pupil.id])).rows.map((row) => `${row.place} ${row.holder_id}`).join(', ');
    await balance();

    let isDown = false;
    const oneKill = async (point: KillPoint, pupil: TestPupil): Promise<KillReport> => {
      const { step, victim, at, late = false } = point;
      const other: Victim = victim === 'transfers' ? 'registry' : 'transfers';
      const transfer = new CaseUnderTest(client, pupil, inClass);
      const faults: string[] = [];
      const custody = async (moment: string) => {
        const { faults: found } = await checkCustody(ground.databases.preschool.migratorUrl, ground.databases.registry.migratorUrl);
        faults.push(...found.map((fault) => `${moment}: ${fault}`));
        const holder = await holderOf(pupil);
        if (holder !== `HELD ${OUT}` && holder !== `HELD ${IN}`) faults.push(`${moment}: the pupil is ${holder || 'nowhere'}`);
      };
      // Withdrawn cases end where the archive still waits; the registry holds it back for that.
      const before = step === 'withdraw' ? STEPS.slice(0, 4) : STEPS.slice(0, STEPS.indexOf(step as never));
      for (const each of before) {
        await transfer.ask(each);
        await transfer.settled(each);
      }
      const ledger = await balance();
      faults.push(...ledger.faults.map((fault) => `before the kill: ${fault}`));

      let asked: Promise<void>;
      let restarted: number;
      const kill = async () => {
        await product.kill(victim);
        isDown = true;
      };
      const restart = async () => {
        await custody('while it is down');
        isDown = false;
        await product.restart(victim);
        restarted = Date.now();
      };
      if (at === 'down') {
        await kill();
        asked = transfer.ask(step);
        asked.catch(() => undefined);
        await Promise.race([asked, pause(300)]);
        await restart();
      } else if (at === 'answered') {
        asked = transfer.ask(step);
        await asked;
        await kill();
        await restart();
      } else {
        if (late) await gates[other].close('consume');
        else await gates[victim].close(at);
        asked = transfer.ask(step);
        asked.catch(() => undefined);
        if (late) {
          await gates[other].reached('consume');
          await gates[victim].allSent();
          await gates[victim].close(at);
          await gates[other].open('consume');
        }
        await gates[victim].reached(at);
        await custody('at the gate');
        await kill();
        await gates[victim].open(at);
        await restart();
      }
      await asked;
      await transfer.settled(step);
      for (const each of step === 'withdraw' ? [] : STEPS.slice(STEPS.indexOf(step as never) + 1)) {
        await transfer.ask(each);
        await transfer.settled(each);
      }
      const endedAfterMs = Date.now() - restarted!;
      if (endedAfterMs > 120_000) faults.push(`the case took ${Math.round(endedAfterMs / 1000)} s to end`);
      const holder = await holderOf(pupil);
      const expected = `HELD ${step === 'withdraw' ? OUT : IN}`;
      if (holder !== expected) faults.push(`in the end the pupil is ${holder}, not ${expected}`);
      const after = await balance();
      faults.push(...after.faults.map((fault) => `after: ${fault}`));
      return { point, endedAfterMs, faults };
    };

    for (const [nth, point] of chosen.entries()) {
      const report = await oneKill(point, pupils[nth]!).catch((error: Error): KillReport => ({ point, endedAfterMs: 0, faults: [error.message] }));
      await Promise.all([gates.transfers.openAll(), gates.registry.openAll()]);
      if (isDown) await product.restart(point.victim);
      isDown = false;
      kills.push(report);
      onKill(report);
    }
    // The witness heard as it went; the last word has what the broker keeps.
    const final = await checkConservation(ground, bus);
    return { kills, final, faults: [...kills.flatMap(({ point, faults }) => faults.map((fault) => `${pointName(point)}: ${fault}`)), ...final.faults] };
  } finally {
    await Promise.all([gates.transfers.end(), gates.registry.end(), registryRows.end()]);
    await witness.stop();
  }
}
