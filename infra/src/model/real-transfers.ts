import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { actorOf, type Actor } from '@xueji/platform';
import { registry } from '@xueji/registry';
import { establishPupils, type TestPupil } from '@xueji/registry/dist/src/workflows/record-status/pupils.fixture';
import { demoOrganizations, demoPath, startTestService, type TestAnswer, type TestService } from '@xueji/testing';
import { transfers } from '@xueji/transfers';
import { withUploads } from '@xueji/transfers/dist/src/evidence/evidence.fixture';
import { acrossProvinces, FILE, FILE_ACROSS, FILE_PROGRESSION, progression, withinProvince } from '@xueji/transfers/dist/src/transfer/cases.fixture';
import { Client } from 'pg';
import { heldBus, type HeldBus } from './held-bus';
import { accountOf, chainAbove, GRADES, schoolOf, SCHOOLS, type ClassPlace, type Given, type PlainPerson, type PlainPupil, type Stage } from './plain-transfers';

export interface Answered {
  /** the rule that refused each decision; null where it was carried out. A field that the person may not use is `ACCESS`. */
  refusals: (string | null)[];
}

/** What the databases say of one run's pupils, in the terms of the model. */
export interface Seen {
  cases: { state: string; version: number; refusedBy: string | null }[];
  custody: string[];
  open: number[];
  waiting: { registry: string[]; transfers: string[] }[];
}

const FIELDS = 'transferCase { id state version }';
const mutation = (name: string, input: string) => `mutation($input: ${input}!) { ${name}(input: $input) { ${FIELDS} } }`;
const DECISIONS = {
  approve: mutation('approveTransfer', 'ApproveTransferInput'), refuse: mutation('refuseTransfer', 'RefuseTransferInput'), withdraw: mutation('withdrawTransfer', 'WithdrawTransferInput'),
  requestArchive: mutation('requestTransferArchive', 'RequestTransferArchiveInput'), acknowledgeArchive: mutation('acknowledgeTransferArchive', 'AcknowledgeTransferArchiveInput'),
  retrieveArchive: mutation('retrieveProgressionArchive', 'RetrieveArchiveInput'),
};
const APPROVE_ALL = 'mutation($input: ApproveTransfersInput!) { approveTransfers(input: $input) { verdicts { id approved rule } } }';
const GRADUATE = 'mutation($input: GraduateStudentInput!) { graduateStudent(input: $input) { student { id } } }';

const ruleOf = ({ errors }: TestAnswer<any>): string | null => {
  const [error] = errors;
  if (!error) return null;
  return error.extensions.code === 'FIELD_FORBIDDEN' ? 'ACCESS' : (error.extensions.rule ?? error.extensions.code);
};

/** The registry and the transfers on a real PostgreSQL, with a bus that the test works by hand. */
export class RealServices {
  readonly persons = new Map<string, Actor>();

  private constructor(readonly bus: HeldBus, readonly records: TestService, readonly cases: TestService, private readonly classes: Map<string, string>) {}

  static async start(): Promise<RealServices> {
    const bus = heldBus();
    const now = '2026-10-12T02:00:00Z';
    const records = await startTestService(registry({ filesDir: '/nowhere', allowSynthetic: true }), { bus, now });
    const cases = await startTestService(transfers({ lookupKey: 'a key for tests only', tickMs: 3_600_000 }), { bus, now });
    for (const service of [records, cases]) await addSchools(service.migratorUrl);
    const services = new RealServices(bus, records, cases, new Map());
    for (const { id, stage } of SCHOOLS) {
      for (const grade of GRADES[stage]) services.classes.set(`${id} ${grade}`, await openClassAt(records, services.actor({ duty: 'REGISTRY_ADMIN', at: id }), grade));
    }
    return services;
  }

  async stop(): Promise<void> {
    await this.cases.stop();
    await this.records.stop();
  }

  actor(person: PlainPerson): Actor {
    const key = `${accountOf(person)} ${person.duty}`;
    const known = this.persons.get(key) ?? actorAt(person);
    this.persons.set(key, known);
    return known;
  }

  /** An id as a client would send it, of a class that may not exist. */
  classId(place: ClassPlace | null): string | null {
    return place && (this.classes.get(`${place.school} ${place.grade}`) ?? `no-class-${place.grade}`);
  }

  /** New pupils, known to both services, in the same databases: nothing needs to be cleared between two runs. */
  async startRun(kinds: readonly { school: string; grade: number }[]): Promise<RealRun> {
    const pupils: TestPupil[] = [];
    for (const { school, grade } of kinds) {
      const [pupil] = await establishPupils(this.records, 1, { schoolId: school, classId: this.classId({ school, grade })!, grade, stage: schoolOf(school).stage });
      pupils.push(pupil!);
    }
    await this.records.settled();
    for (const { id } of pupils) await this.bus.handOver('transfers', id);
    const run = new RealRun(this, pupils);
    await run.give({ do: 'calendar', day: '2026-10-12' });
    return run;
  }
}

/** The pupils as the model knows them at the start. */
export const plainPupils = (kinds: readonly { school: string; grade: number }[]): PlainPupil[] =>
  kinds.map(({ school, grade }) => {
    const where = { stage: schoolOf(school).stage, grade, state: 'ACTIVE' as const, school };
    return { ...where, version: 1, open: [], packed: {}, known: { ...where }, toRegistry: [], toTransfers: [] };
  });

/** What a test does to the real services in one run, with the pupils and cases counted as in the model. */
export class RealRun {
  readonly caseIds: string[] = [];

  constructor(readonly services: RealServices, readonly pupils: readonly TestPupil[]) {}

  /** Carries out what is given; `versions` are those the cases had when the client last looked. */
  async give(given: Given, versions: readonly number[] = []): Promise<Answered> {
    const { cases, records, bus } = this.services;
    const send = (service: TestService, by: PlainPerson, document: string, input: object) => service.query<any>(this.services.actor(by), document, { input: { requestId: randomUUID(), ...input } });
    switch (given.do) {
      case 'calendar':
        for (const service of [cases, records]) service.clock.set(new Date(`${given.day}T02:00:00Z`));
        return { refusals: [null] };
      case 'hear': {
        await bus.handOver(given.who, this.pupils[given.pupil]!.id);
        return { refusals: [null] };
      }
      case 'graduate': {
        const answer = await send(records, given.by, GRADUATE, { studentId: this.pupils[given.pupil]!.id, outcome: 'GRADUATED' });
        return { refusals: [ruleOf(answer)] };
      }
      case 'file': {
        const [document, input] = this.filing(given);
        const answer = await send(cases, given.by, document, await withUploads(cases, this.services.actor(given.by), { requestId: randomUUID(), ...input }));
        const rule = ruleOf(answer);
        if (rule === null) this.caseIds.push((Object.values(answer.data)[0] as any).transferCase.id);
        return { refusals: [rule] };
      }
      case 'approveAll': {
        const ids = given.of.map((nth) => this.caseIds[nth]!);
        const answer = await send(cases, given.by, APPROVE_ALL, { ids });
        const rule = ruleOf(answer);
        return { refusals: rule ? [rule] : answer.data.approveTransfers.verdicts.map((verdict: { approved: boolean; rule: string | null }) => (verdict.approved ? null : verdict.rule)) };
      }
      default: {
        const id = this.caseIds[given.nth]!;
        const more = given.do === 'approve' ? { classId: this.services.classId(given.place) }
          : given.do === 'refuse' ? { reasonCode: given.reason, reason: given.says ? '示例理由' : ' ' }
          : given.do === 'acknowledgeArchive' ? { contentHash: given.hasRead ? await this.contentHash(id) : 'f'.repeat(64) } : {};
        const expected = versions[given.nth];
        const answer = await send(cases, given.by, DECISIONS[given.do], { id, ...more, ...(expected !== undefined && { expectedVersion: given.isStale ? expected - 1 : expected }) });
        return { refusals: [ruleOf(answer)] };
      }
    }
  }

  private filing({ procedure, pupil, to, byPapers, place, fault }: Extract<Given, { do: 'file' }>): [string, object] {
    const { id, number, name } = this.pupils[pupil]!;
    const papers = { nationalStudentNumber: number, name: fault === 'name' ? '别的名字' : name };
    const classId = this.services.classId(place);
    const faults = { ...(fault === 'reason' && { reasonCode: 'NO_SUCH_REASON' }), ...(fault === 'paper' && { documents: [] }), ...(fault === 'formalities' && { formalitiesReference: ' ' }) };
    if (procedure === 'cross-province') return [FILE_ACROSS, { ...acrossProvinces(papers, classId ?? ''), ...faults }];
    if (procedure === 'progression') return [FILE_PROGRESSION, { ...progression(papers, classId ?? ''), ...faults }];
    const who = byPapers ? { studentNumber: papers.nationalStudentNumber, name: papers.name } : { studentId: id };
    return [FILE, { ...withinProvince(who, to, classId), ...faults }];
  }

  /** As the receiving school computes it from the archive that the registry shows it. */
  private async contentHash(id: string): Promise<string> {
    const [row] = await this.services.records.dataSource.query('select content_hash from student_archive where transfer_id = $1', [id]);
    return row?.content_hash ?? 'e'.repeat(64);
  }

  async availableTo(nth: number, by: PlainPerson): Promise<string[] | null> {
    const { data } = await this.services.cases.query(this.services.actor(by), 'query($id: ID!) { transferCase(id: $id) { availableCommands } }', { id: this.caseIds[nth]! });
    return data?.transferCase ? [...data.transferCase.availableCommands].sort() : null;
  }

  /** Everything told has reached the bus; nothing is heard before the test says so. */
  async told(): Promise<void> {
    for (const { dataSource } of [this.services.cases, this.services.records]) {
      while ((await dataSource.query('select 1 from outbox_event where sent_at is null limit 1')).length > 0) await pause(2);
    }
  }

  async look(): Promise<Seen> {
    const ids = this.pupils.map(({ id }) => id);
    const { cases, records, bus } = this.services;
    const [rows, places] = await Promise.all([
      cases.dataSource.query(`select id, state, version, refusal->>'rule' as rule from transfer_case where student_id = any($1)`, [ids]),
      records.dataSource.query(
        `select v.student_id, v.place, v.holder_id, (select count(*)::int from open_case o where o.student_id = v.student_id and o.is_open) as open from student_custody v where v.student_id = any($1)`, [ids]),
    ]);
    if (rows.length !== this.caseIds.length) throw new Error(`there are ${rows.length} cases, not ${this.caseIds.length}`);
    const byId = new Map<string, any>(rows.map((row: any) => [row.id, row]));
    const placeOf = new Map<string, any>(places.map((row: any) => [row.student_id, row]));
    return {
      cases: this.caseIds.map((id) => ({ state: byId.get(id)?.state, version: byId.get(id)?.version, refusedBy: byId.get(id)?.rule ?? null })),
      custody: ids.map((id) => `${placeOf.get(id)?.place} ${placeOf.get(id)?.holder_id ?? ''}`.trim()),
      open: ids.map((id) => placeOf.get(id)?.open),
      waiting: ids.map((id) => ({ registry: bus.waiting('registry', id).map(last), transfers: bus.waiting('transfers', id).map(last) })),
    };
  }
}

/** `cn.xueji.transfers.transfer.filed.v1` → `filed` */
const last = (type: string): string => type.split('.')[4]!;

function actorAt(person: PlainPerson): Actor {
  const { duty, at } = person;
  const known = demoOrganizations.find(({ id }) => id === at);
  const path = known ? demoPath(at) : `/${chainAbove(schoolOf(at)).join('/')}/`;
  const level = known?.level ?? 'SCHOOL';
  return actorOf({
    accountId: accountOf(person).replaceAll(' ', '-'), realName: '示例人员', duty, organizationId: at, organizationName: known?.name ?? at, level, path,
    province: level === 'MINISTRY' ? null : (known?.divisionCode.slice(0, 2) ?? schoolOf(at).province), realNameVerified: true, sessionId: 'model', certificate: null,
  });
}

/** The demonstration has no senior schools. */
async function addSchools(ownerUrl: string): Promise<void> {
  const client = new Client({ connectionString: ownerUrl });
  await client.connect();
  for (const school of SCHOOLS.filter(({ id }) => !demoOrganizations.some((each) => each.id === id))) {
    await client.query(
      `insert into organization (id, parent_id, path, level, name, division_code, province, school_identifier, school_type, stages, status, competent_authority_id, version)
       select $1, $2, $3, 'SCHOOL', $1, o.division_code, o.province, $4, '41', array[$5], 'ACTIVE', $2, 0 from organization o where o.id = $2`,
      [school.id, school.county, `/${chainAbove(school).join('/')}/`, school.id.slice(2), school.stage satisfies Stage],
    );
  }
  await client.end();
}

async function openClassAt(records: TestService, clerk: Actor, grade: number): Promise<string> {
  await records.query(clerk, 'mutation($input: OpenSchoolYearInput!) { openSchoolYear(input: $input) { schoolYear { id } } }', { input: { requestId: randomUUID(), year: 2026 } });
  const { data, errors } = await records.query(clerk, 'mutation($input: CreateClassInput!) { createClass(input: $input) { class { id } } }', {
    input: { requestId: randomUUID(), year: 2026, grade, number: `${grade}01`, name: `${grade}年级`, classTeacher: '示例班主任' },
  });
  if (!data) throw new Error(errors[0]!.message);
  return data.createClass.class.id;
}
