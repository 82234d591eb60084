import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { graduatingPupils } from '@xueji/registry/dist/seeds/demo/graduating-pupils';
import { ROOT } from '../root';
import { Client, type Answer, type Refusal } from './client';
import { announcementStep, intakeStep, ticketStep } from './composed-documents';
import { named, uploadDocuments } from './documents';

type Who = readonly [duty: string, organizationId: string];

export interface Step {
  number: number;
  who: string;
  what: string;
  rule: string;
  result: string;
  ms: number;
}

export interface JourneyOptions {
  url: string;
  /** sends documents by their hash, as a client does whose operations the gateway knows */
  byHash?: boolean;
  /** called before each step, e.g. to kill a process; the step waits for nothing but its start */
  beforeStep?(number: number): Promise<void>;
  onStep?(step: Step): void;
}

export interface JourneyOutcome {
  steps: Step[];
  /** the child who lived through it, and the school that holds the record at the end */
  childId: string;
  batchId: string;
}

const KINDERGARTEN = 's-1161000101';
const PRIMARY = 's-2161000101';
const NEIGHBOUR = 's-2161000102';
const OTHER_COUNTY_PRIMARY = 's-2161000201';
const COUNTY = 'b-610113';
const OTHER_COUNTY = 'b-610112';
const CITY = 'b-6101';
const PROVINCE = 'b-61';
const JUNIOR = 's-3161000101';
const OTHER_JUNIOR = 's-3161000201';

const clerk = (organizationId: string): Who => ['REGISTRY_ADMIN', organizationId];
const leader = (organizationId: string): Who => ['REGISTRY_LEADER', organizationId];

/** The child who stands in row 2 of the workbook, as the kindergarten knows it. Synthetic. */
const CHILD = { row: 2, name: '杨瑶思', sex: '1', birthDate: '2019-12-13', identityDocumentType: '1', identityDocumentNumber: '999901201912133396', ethnicity: '01', nationality: 'CHN' };
/** A pupil in the last grade of the demonstration's primary school. */
const GRADUATE = { name: graduatingPupils[0]!.name, nationalStudentNumber: graduatingPupils[0]!.nationalStudentNumber };

const TRANSFER_DOCUMENTS = [['GUARDIAN_APPLICATION', '监护人申请.pdf'], ['RESIDENCE_PROOF', '居住证明.pdf']] as const;

const SEEDS = join(ROOT, 'services', 'registry', 'seeds', 'demo');

interface Expected {
  accepted: number;
  refused: { row: number; field: string }[];
}

class Journey {
  readonly steps: Step[] = [];
  readonly client: Client;

  constructor(private readonly options: JourneyOptions) {
    this.client = new Client(options.url, undefined, options.byHash);
  }

  /** One line of the table: `work` returns what to print, and throws when it was not as it must be. */
  async step<T>(who: Who | null, what: string, rule: string, work: () => Promise<{ result: string; value: T }>): Promise<T> {
    const number = this.steps.length + 1;
    await this.options.beforeStep?.(number);
    const started = performance.now();
    const { result, value } = await work().catch((error: Error) => {
      throw new Error(`step ${number} (${what}): ${error.message}`, { cause: error });
    });
    const step = { number, who: who ? `${who[0]} ${who[1]}` : '—', what, rule, result, ms: Math.round(performance.now() - started) };
    this.steps.push(step);
    this.options.onStep?.(step);
    return value;
  }

  clock(day: string): Promise<void> {
    return this.step(null, `the calendar shows ${day}`, '', async () => {
      await this.client.setClock(`${day}T02:00:00Z`);
      return { result: 'set', value: undefined };
    });
  }

  /** A mutation that must be carried out. */
  give<T = any>(who: Who, what: string, rule: string, document: string, input: Record<string, unknown>, result: (data: T) => string): Promise<T> {
    return this.step(who, what, rule, async () => {
      const { data, refusals } = await this.client.give<T>(who, document, input);
      if (refusals.length > 0) throw new Error(`refused: ${refusals.map((refusal) => `${refusal.code} [${refusal.rule}] ${refusal.message}`).join('; ')}`);
      return { result: result(data), value: data };
    });
  }

  /** Something that must be refused, citing exactly this rule. */
  refused(who: Who, what: string, rule: string, work: () => Promise<Answer | { refusals: Refusal[] }>): Promise<Refusal> {
    return this.step(who, what, rule, async () => {
      // What another service has just done is known here a moment later.
      const { refusals } = await this.client.until(`a refusal by ${rule}`, work, (answer) => rule === 'ACC-PERM-03' || answer.refusals[0]?.code !== 'RECORD_NOT_FOUND');
      const refusal = refusals[0];
      if (!refusal) throw new Error('was not refused');
      if (refusal.rule !== rule) throw new Error(`refused by ${refusal.rule} (${refusal.code}), not by ${rule}`);
      if (!/[\u4e00-\u9fff]/.test(refusal.message)) throw new Error('the refusal is not in Chinese');
      return { result: `refused: ${refusal.code}`, value: refusal };
    });
  }

  async refusedUpload(who: Who, what: string, rule: string, path: string, bytes: Uint8Array): Promise<void> {
    await this.refused(who, what, rule, async () => {
      const { status, body } = await this.client.upload(who, path, bytes);
      if (status < 400) throw new Error(`answered ${status}`);
      return { refusals: body.errors.map(({ message, extensions }: any) => ({ message, code: extensions.code, rule: extensions.rule, field: extensions.field, extensions })) };
    });
  }
}

/** Everything that must be true of one page of children, pupils …: all edges' nodes. */
const nodes = (connection: { edges: { node: any }[] }): any[] => connection.edges.map((edge) => edge.node);

const assert: (condition: unknown, message: string) => asserts condition = (condition, message) => {
  if (!condition) throw new Error(message);
};

/**
 * One child's way through the six services, played by personas over the public graph and the upload address only. Throws at the first thing that
 * is not as the rules say.
 */
export async function runJourney(options: JourneyOptions): Promise<JourneyOutcome> {
  const journey = new Journey(options);
  const { client } = journey;

  await journey.step(null, 'the demo country has arrived everywhere', 'CODE-ORG-01', async () => {
    const known = `query Known { organizations(first: 100, divisionPrefix: "6101") { edges { node { id } } } }`;
    const organizations = await client.until('the organisation tree', () => client.get(clerk(CITY), known), (data: any) => nodes(data.organizations).length >= 11);
    return { result: `${nodes(organizations.organizations).length} organisations in the city`, value: undefined };
  });

  const childId = await kindergarten(journey);
  await graduation(journey, childId);
  const { batchId } = await intake(journey, childId);
  await draw(journey);
  await transfer(journey, childId);
  await transferRefusedByRegistry(journey);
  await consultation(journey);
  await announcement(journey);
  await refusals(journey, childId);
  return { steps: journey.steps, childId, batchId };
}

async function kindergarten(journey: Journey): Promise<string> {
  const { client } = journey;
  const who = clerk(KINDERGARTEN);
  await journey.clock('2026-03-02');
  const { createPreschoolClass } = await journey.give(who, 'makes a class in the kindergarten', 'PRE-ARCH-08', `mutation MakeClass($input: CreatePreschoolClassInput!) { createPreschoolClass(input: $input) { class { id name } } }`, { level: 'SENIOR', name: '大班(9)', schoolYear: 2025 }, (data) => data.createPreschoolClass.class.name);
  const { registerChild } = await journey.give(who, 'registers the child', 'PRE-ARCH-01', `mutation Register($input: RegisterChildInput!) { registerChild(input: $input) { child { id state dueAt } } }`, { name: CHILD.name, reason: '随家庭迁入' }, (data) => `${data.registerChild.child.state}, archive due ${data.registerChild.child.dueAt.slice(0, 10)}`);
  const childId: string = registerChild.child.id;
  const { row: _row, ...identity } = CHILD;
  await journey.give(who, 'creates the archive', 'PRE-ARCH-02', `mutation Archive($input: WriteChildArchiveInput!) { createChildArchive(input: $input) { child { id state } } }`,
    { childId, archive: { ...identity, classId: createPreschoolClass.class.id, guardian: { name: '何辰', relationship: '1', phone: '00090468067' }, paperArchiveKeeper: '档案室' } }, (data) => data.createChildArchive.child.state);
  await journey.refused(who, 'may not review its own archive', 'ACC-DUTY-03', () => client.ask(who, `mutation Review($input: ChildStepInput!) { reviewChildArchive(input: $input) { child { id } } }`, { input: { requestId: 'own-review-1', childId } }));
  await journey.give(leader(KINDERGARTEN), 'reviews it: duplicate check, number', 'PRE-ARCH-04', `mutation Review($input: ChildStepInput!) { reviewChildArchive(input: $input) { child { id state nationalStudentNumber } } }`, { childId }, (data) => {
    assert(data.reviewChildArchive.child.state === 'ACTIVE', `the child is ${data.reviewChildArchive.child.state}`);
    return `ACTIVE ${data.reviewChildArchive.child.nationalStudentNumber}`;
  });
  return childId;
}

async function graduation(journey: Journey, childId: string): Promise<void> {
  const { client } = journey;
  await journey.refused(clerk(KINDERGARTEN), 'may not graduate a child in March without a reason', 'PRE-DATA-06', () => client.give(clerk(KINDERGARTEN), `mutation Graduate($input: ChildReasonInput!) { graduateChild(input: $input) { child { id } } }`, { childId }));
  await journey.clock('2026-07-06');
  await journey.give(clerk(KINDERGARTEN), 'graduates the child', 'PRE-GRAD-01', `mutation Graduate($input: ChildReasonInput!) { graduateChild(input: $input) { child { id state } } }`, { childId }, (data) => data.graduateChild.child.state);
  await journey.step(clerk(PRIMARY), 'graduates a pupil of grade 6 into the pool', 'REG-GRAD-08', async () => {
    const found = await client.get(clerk(PRIMARY), `query Pupils($name: String!) { students(first: 5, name: $name) { edges { node { id version } } } }`, { name: GRADUATE.name });
    const { data, refusals } = await client.give(clerk(PRIMARY), `mutation GraduateStudent($input: GraduateStudentInput!) { graduateStudent(input: $input) { student { id state } } }`, { studentId: nodes(found.students)[0].id, outcome: 'GRADUATED' });
    assert(refusals.length === 0, `refused: ${refusals[0]?.code}`);
    return { result: data.graduateStudent.student.state, value: undefined };
  });
}

async function intake(journey: Journey, childId: string): Promise<{ batchId: string }> {
  const { client } = journey;
  const workbook = readFileSync(join(SEEDS, 'intake-2026-grade1.xlsx'));
  const expected = JSON.parse(readFileSync(join(SEEDS, 'intake-2026-grade1.expected.json'), 'utf8')) as Expected;
  const who = clerk(PRIMARY);
  const upload = '/uploads/intake?requestId=journey-intake-1&fileName=intake-2026-grade1.xlsx';

  await journey.refusedUpload(who, 'may not upload before the window opens', 'GEN-FLOW-07', '/uploads/intake?requestId=journey-intake-0&fileName=early.xlsx', workbook);
  await journey.clock('2026-09-01');
  await journey.refusedUpload(who, 'may not upload before year and classes exist', 'REG-ENROL-03', '/uploads/intake?requestId=journey-intake-9&fileName=early.xlsx', workbook);
  await journey.give(who, 'opens the school year', 'REG-ENROL-03', `mutation OpenYear($input: OpenSchoolYearInput!) { openSchoolYear(input: $input) { schoolYear { id year } } }`, { year: 2026 }, (data) => String(data.openSchoolYear.schoolYear.year));
  await journey.give(who, 'makes six classes', 'REG-CLASS-01', `mutation MakeClasses($input: CreateClassesInput!) { createClasses(input: $input) { classes { id number } } }`,
    { year: 2026, classes: [1, 2, 3, 4, 5, 6].map((n) => ({ grade: 1, number: `20260${n}`, name: `一年级(${n})班`, classTeacher: `示例教师${n}` })) }, (data) => data.createClasses.classes.map((each: any) => each.number).join(' '));

  await journey.step(clerk(COUNTY), 'sees the child among the graduates to come', 'PRE-GRAD-01', async () => {
    const query = `query Graduates { kindergartenGraduates(first: 20) { edges { node { id name institutionName } } } }`;
    const found = await client.until('news of the graduate', () => client.get(clerk(COUNTY), query), (data: any) => nodes(data.kindergartenGraduates).some((each) => each.id === childId));
    return { result: nodes(found.kindergartenGraduates).map((each) => `${each.name}, ${each.institutionName}`).join('; '), value: undefined };
  });
  const batchId = await journey.step(who, 'uploads the intake workbook of 78 columns', 'REG-DATA-04', async () => {
    const { status, body } = await client.upload(who, upload, workbook);
    assert(status < 300, `answered ${status}: ${JSON.stringify(body).slice(0, 300)}`);
    assert(body.accepted === expected.accepted && body.refused === expected.refused.length, `accepted ${body.accepted}, refused ${body.refused}`);
    return { result: `${body.rows} rows: ${body.accepted} accepted, ${body.refused} refused`, value: body.batchId as string };
  });
  await journey.step(who, 'uploads the same again: nothing twice', 'REG-ENROL-12', async () => {
    const { body } = await client.upload(who, upload, workbook);
    assert(body.batchId === batchId, 'another batch was made');
    return { result: 'the same batch', value: undefined };
  });
  await journey.step(who, 'reads why twelve rows were refused', 'REG-ENROL-04', async () => {
    const report = await client.get(who, `query Report($id: ID!) { intakeBatch(id: $id) { rows(first: 100, outcome: "REFUSED") { edges { node { row findings { field rule message severity } } } } } }`, { id: batchId });
    const refused = new Map(nodes(report.intakeBatch.rows).map((row) => [row.row as number, row.findings as { field: string; rule: string; severity: string }[]]));
    assert(refused.size === expected.refused.length, `${refused.size} rows are refused`);
    for (const { row, field } of expected.refused) assert(refused.get(row)?.some((finding) => finding.field === field && finding.rule), `row ${row} is not refused for ${field}`);
    return { result: `rows ${[...refused.keys()].join(' ')}`, value: undefined };
  });
  await journey.step(who, 'takes the workbook home with a verdict per row', 'REG-ENROL-04', async () => {
    const { status, bytes } = await client.download(who, `/downloads/intake/${batchId}.xlsx`);
    assert(status === 200 && bytes.subarray(0, 2).toString() === 'PK', `answered ${status}`);
    return { result: `${Math.round(bytes.length / 1024)} KB`, value: undefined };
  });

  const decided = (name: string) => (data: any) => `${data[name].decided} rows${data[name].held.length > 0 ? `, ${data[name].held.length} held back: ${data[name].held.map((row: any) => row.rule).join(' ')}` : ''}`;
  await journey.give(who, 'submits the batch for the school check', 'REG-ENROL-04', intakeStep('submitIntake'), { batchId }, decided('submitIntake'));
  await journey.give(leader(PRIMARY), 'passes it; the kindergarten is asked for the child', 'PRE-CHG-03', intakeStep('passIntake'), { batchId }, decided('passIntake'));
  await journey.give(clerk(COUNTY), 'approves; the child not yet released is held back', 'PRE-CHG-03', intakeStep('approveIntake'), { batchId }, (data) => {
    const { decided: count, held } = data.approveIntake;
    assert(count === expected.accepted - 1 && held.length === 1 && held[0].row === CHILD.row && held[0].rule === 'PRE-CHG-03', `decided ${count}, held ${JSON.stringify(held).slice(0, 200)}`);
    return decided('approveIntake')(data);
  });
  const handoverId = await journey.step(clerk(KINDERGARTEN), 'finds the request for the child', 'PRE-CHG-04', async () => {
    const found = await client.until('the hand-over', () => client.get(clerk(KINDERGARTEN), `query Handovers($childId: ID!) { handovers(first: 5, childId: $childId) { edges { node { id state dueAt } } } }`, { childId }), (data: any) => nodes(data.handovers).some((each) => each.state === 'HANDOVER_REQUESTED'));
    const [handover] = nodes(found.handovers);
    return { result: `due ${handover.dueAt.slice(0, 10)}`, value: handover.id as string };
  });
  await journey.give(clerk(KINDERGARTEN), 'releases the child', 'PRE-CHG-03', `mutation Release($input: ReleaseHandoverInput!) { releaseHandover(input: $input) { handover { id state } } }`, { handoverId }, (data) => data.releaseHandover.handover.state);
  await journey.step(clerk(COUNTY), 'approves the child, who keeps the number', 'REG-NUM-02', async () => {
    await client.until('the release to arrive', () => client.get(clerk(PRIMARY), `query Row($id: ID!) { intakeBatch(id: $id) { rows(first: 5, state: "SUBMITTED") { edges { node { row handover { state } } } } } }`, { id: batchId }), (data: any) => nodes(data.intakeBatch.rows)[0]?.handover?.state === 'RELEASED');
    const { data, refusals } = await client.give(clerk(COUNTY), intakeStep('approveIntake'), { batchId });
    assert(refusals.length === 0 && data.approveIntake.decided === 1, `decided ${data?.approveIntake?.decided}, ${refusals[0]?.code ?? ''}`);
    const { student } = await client.get(clerk(PRIMARY), `query Pupil($id: ID!) { student(id: $id) { state nationalStudentNumberFull nationalStudentNumber grade school { id name } } }`, { id: childId });
    assert(student?.nationalStudentNumberFull === `G${CHILD.identityDocumentNumber}`, 'the number is not the kindergarten\'s');
    return { result: `${student.nationalStudentNumber} at ${student.school.name}`, value: undefined };
  });
  await journey.step(clerk(KINDERGARTEN), 'sees its record closed by the event', 'PRE-GRAD-02', async () => {
    const { child } = await client.until('the kindergarten record to close', () => client.get(clerk(KINDERGARTEN), `query Child($id: ID!) { child(id: $id) { state availableCommands } }`, { id: childId }), (data: any) => data.child.state === 'ENROLLED_PRIMARY');
    return { result: child.state, value: undefined };
  });
  await journey.step(clerk(COUNTY), 'counts the records of the batch', 'REG-NUM-01', async () => {
    const { intakeBatch } = await client.get(clerk(COUNTY), `query Counts($id: ID!) { intakeBatch(id: $id) { counts { state count } } }`, { id: batchId });
    const established = intakeBatch.counts.find((each: any) => each.state === 'ESTABLISHED')?.count;
    assert(established === expected.accepted, `${established} established`);
    return { result: `${established} established`, value: undefined };
  });
  return { batchId };
}

async function draw(journey: Journey): Promise<void> {
  const { client } = journey;
  const schools = [JUNIOR, OTHER_JUNIOR] as const;
  const pulls: string[] = [];
  for (const school of schools) {
    const { classes } = await client.get(clerk(school), `query Classes($schoolId: ID!) { classes(first: 5, schoolId: $schoolId, grade: 7) { edges { node { id } } } }`, { schoolId: school });
    const { pullGraduate } = await journey.give(clerk(school), 'pulls the graduate by name and number', 'REG-ENROL-05', `mutation Pull($input: PullGraduateInput!) { pullGraduate(input: $input) { newcomerPull { id state } } }`, { ...GRADUATE, classId: nodes(classes)[0].id }, (data) => data.pullGraduate.newcomerPull.state);
    pulls.push(pullGraduate.newcomerPull.id);
    await journey.give(clerk(school), 'submits the pull', 'REG-ENROL-05', `mutation SubmitPull($input: NewcomerPullInput!) { submitNewcomerPull(input: $input) { newcomerPull { state } } }`, { pullId: pulls.at(-1) }, (data) => data.submitNewcomerPull.newcomerPull.state);
  }
  await journey.step(clerk(COUNTY), 'and the other county approve at the same instant', 'REG-ENROL-07', async () => {
    const approve = `mutation ApprovePull($input: NewcomerPullInput!) { approveNewcomerPull(input: $input) { newcomerPull { state student { school { id } } } } }`;
    const answers = await Promise.all([client.give(clerk(COUNTY), approve, { pullId: pulls[0] }), client.give(clerk(OTHER_COUNTY), approve, { pullId: pulls[1] })]);
    const winners = answers.flatMap((answer, index) => (answer.refusals.length === 0 ? [index] : []));
    assert(winners.length === 1, `${winners.length} winners: ${answers.map((answer) => answer.refusals[0]?.code ?? 'approved').join(', ')}`);
    const loser = 1 - winners[0]!;
    const { newcomerPull } = await client.get(clerk(schools[loser]!), `query Pull($id: ID!) { newcomerPull(id: $id) { state } }`, { id: pulls[loser] });
    assert(newcomerPull.state === 'CLEARED', `the loser's pull is ${newcomerPull.state}`);
    const { notices } = await client.get(clerk(schools[loser]!), `query Notices { notices(first: 5) { edges { node { kind zh } } } }`);
    assert(nodes(notices).some((notice) => notice.kind === 'PULL_CLEARED'), 'the loser was not told');
    return { result: `${schools[winners[0]!]} won, ${schools[loser]} was told`, value: undefined };
  });
}

/** The documents of one transfer, as the school that files it has them. */
function uploadedBySchool(journey: Journey): Promise<{ kind: string; evidenceId: string }[]> {
  return journey.step(clerk(PRIMARY), 'uploads the documents', 'TRF-GEN-09', async () => {
    const documents = await uploadDocuments(journey.client, clerk(PRIMARY), TRANSFER_DOCUMENTS);
    return { result: `${documents.length} files, ${documents.map(({ scan }) => scan).join(' ')}`, value: documents.map(named) };
  });
}

async function transfer(journey: Journey, childId: string): Promise<void> {
  const { client } = journey;
  const file = `mutation FileTransfer($input: FileTransferInput!) { fileTransfer(input: $input) { transferCase { id state dueAt } } }`;
  await journey.refusedUpload(clerk(PRIMARY), 'may not upload a page that poses as a document', 'TRF-GEN-09', `/uploads/evidence?requestId=journey-evidence-0&fileName=${encodeURIComponent('户口簿.pdf')}`, Buffer.from('<html><script>1</script></html>'));
  const wanted = { studentId: childId, inSchoolId: OTHER_COUNTY_PRIMARY, reasonCode: 'RESIDENCE_MOVED' };
  await journey.refused(clerk(PRIMARY), 'may not file before 1 October', 'GEN-FLOW-07', () => client.give(clerk(PRIMARY), file, { ...wanted, documents: [] }));
  await journey.clock('2026-10-12');
  const filing = { ...wanted, documents: await uploadedBySchool(journey) };
  const { fileTransfer } = await journey.give(clerk(PRIMARY), 'files the transfer to the other county', 'TRF-INTRA-01', file, filing, (data) => `${data.fileTransfer.transferCase.state}, due ${data.fileTransfer.transferCase.dueAt.slice(0, 10)}`);
  const id: string = fileTransfer.transferCase.id;
  await journey.step(clerk(OTHER_COUNTY), 'reads the documents of the case', 'TRF-GEN-09', async () => {
    const { transferCase } = await client.get(clerk(OTHER_COUNTY), `query Evidence($id: ID!) { transferCase(id: $id) { evidence { fileName scan downloadPath } } }`, { id });
    const read = await Promise.all(transferCase.evidence.map(({ downloadPath }: any) => client.download(clerk(OTHER_COUNTY), downloadPath)));
    assert(read.length === 2 && read.every(({ status, bytes }) => status === 200 && bytes.subarray(0, 5).toString() === '%PDF-'), `answered ${read.map(({ status }) => status).join(' ')}`);
    const other = await client.download(clerk(JUNIOR), transferCase.evidence[0].downloadPath);
    assert(other.status === 404, `another school was answered ${other.status}`);
    return { result: `${transferCase.evidence.map(({ fileName, scan }: any) => `${fileName} ${scan}`).join(', ')}; not found by another school`, value: undefined };
  });
  await journey.refused(clerk(PRIMARY), 'may not file a second case', 'GEN-FLOW-06', () => client.give(clerk(PRIMARY), file, filing));
  const approve = `mutation ApproveTransfer($input: ApproveTransferInput!) { approveTransfer(input: $input) { transferCase { id state } } }`;
  const { classes } = await client.get(clerk(OTHER_COUNTY_PRIMARY), `query Classes($schoolId: ID!) { classes(first: 5, schoolId: $schoolId, grade: 1) { edges { node { id } } } }`, { schoolId: OTHER_COUNTY_PRIMARY });
  const approved = (data: any) => data.approveTransfer.transferCase.state as string;
  await journey.refused(clerk(OTHER_COUNTY), 'may not approve before its turn', 'GEN-FLOW-02', () => client.give(clerk(OTHER_COUNTY), approve, { id }));
  await journey.give(leader(OTHER_COUNTY_PRIMARY), 'agrees and names the class', 'TRF-GEN-04', approve, { id, classId: nodes(classes)[0].id }, approved);
  await journey.give(clerk(COUNTY), 'approves for the giving county', 'TRF-INTRA-01', approve, { id }, approved);
  await journey.give(clerk(OTHER_COUNTY), 'approves for the receiving county', 'TRF-INTRA-05', approve, { id }, approved);
  await journey.step(clerk(OTHER_COUNTY_PRIMARY), 'holds the record, moved by the event', 'TRF-GEN-06', async () => {
    const pupil = `query Pupil($id: ID!) { student(id: $id) { nationalStudentNumberFull school { id name } class { number } timeline { kind } transfers { state } } }`;
    const { student } = await client.until('custody to move', () => client.get(clerk(OTHER_COUNTY_PRIMARY), pupil, { id: childId }), (data: any) => data.student?.transfers?.[0]?.state === 'COMPLETED');
    assert(student.school.id === OTHER_COUNTY_PRIMARY && student.nationalStudentNumberFull === `G${CHILD.identityDocumentNumber}`, 'school or number is wrong');
    return { result: `${student.school.name}, class ${student.class.number}, timeline ${student.timeline.map((each: any) => each.kind).join(' ')}`, value: undefined };
  });
  await journey.step(clerk(PRIMARY), 'no longer finds the record', 'ACC-PERM-03', async () => {
    const { student } = await client.get(clerk(PRIMARY), `query Pupil($id: ID!) { student(id: $id) { id } }`, { id: childId });
    assert(student === null, 'the old school still sees the record');
    return { result: 'not found', value: undefined };
  });
}

/** The receiving school names a class that is not its own: every bureau agrees, the registry does not, and the pupil stays where he is. */
async function transferRefusedByRegistry(journey: Journey): Promise<void> {
  const { client } = journey;
  const approve = `mutation ApproveTransfer($input: ApproveTransferInput!) { approveTransfer(input: $input) { transferCase { id state } } }`;
  const approved = (data: any) => data.approveTransfer.transferCase.state as string;
  const pupil = await journey.step(clerk(PRIMARY), 'chooses another pupil of the batch', 'REG-DATA-14', async () => {
    const { students } = await client.get(clerk(PRIMARY), `query Pupils { students(first: 1) { edges { node { id class { number school { competentAuthority { name } } } } } } }`);
    const [first] = nodes(students);
    assert(first.class.school.competentAuthority.name, 'the competent authority is not reached');
    return { result: `class ${first.class.number}, ${first.class.school.competentAuthority.name}`, value: first.id as string };
  });
  const { classes } = await client.get(clerk(NEIGHBOUR), `query Classes($schoolId: ID!) { classes(first: 1, schoolId: $schoolId, grade: 1) { edges { node { id } } } }`, { schoolId: NEIGHBOUR });
  const documents = await uploadedBySchool(journey);
  const { fileTransfer } = await journey.give(clerk(PRIMARY), 'files a transfer of that pupil', 'TRF-INTRA-01', `mutation FileTransfer($input: FileTransferInput!) { fileTransfer(input: $input) { transferCase { id state } } }`,
    { studentId: pupil, inSchoolId: OTHER_COUNTY_PRIMARY, reasonCode: 'RESIDENCE_MOVED', documents }, (data) => data.fileTransfer.transferCase.state);
  const id: string = fileTransfer.transferCase.id;
  await journey.give(leader(OTHER_COUNTY_PRIMARY), 'agrees, but names a class of another school', 'TRF-GEN-04', approve, { id, classId: nodes(classes)[0].id }, approved);
  await journey.give(clerk(COUNTY), 'approves', 'TRF-INTRA-01', approve, { id }, approved);
  await journey.give(clerk(OTHER_COUNTY), 'approves', 'TRF-INTRA-05', approve, { id }, approved);
  await journey.step(clerk(PRIMARY), 'keeps the pupil: the registry refused to move the record', 'REG-CLASS-03', async () => {
    const { transferCase } = await client.until('the refusal of the registry', () => client.get(clerk(PRIMARY), `query Case($id: ID!) { transferCase(id: $id) { state refusal { step code rule } student { school { id } } } }`, { id }), (data: any) => data.transferCase.state !== 'MOVING');
    assert(transferCase.state === 'REJECTED' && transferCase.refusal.rule === 'REG-CLASS-03' && transferCase.student.school.id === PRIMARY, `the case is ${transferCase.state}`);
    return { result: `REJECTED: ${transferCase.refusal.code} [${transferCase.refusal.rule}]`, value: undefined };
  });
}

async function consultation(journey: Journey): Promise<void> {
  const guardian: Who = ['GUARDIAN', PRIMARY];
  const support: Who = ['SUPPORT', CITY];
  const open = `mutation Open($input: OpenConsultationInput!) { openConsultation(input: $input) { form { title } ticket { id state level } } }`;
  await journey.give(support, 'of the city comes online; school and county have nobody', 'HLP-DESK-04', `mutation Online($input: PresenceInput!) { goOnline(input: $input) { onlineForSeconds } }`, {}, (data) => `online for ${data.goOnline.onlineForSeconds} s`);
  await journey.give(guardian, 'asks, gets the problem form', 'HLP-DESK-02', open, { subject: '孩子学籍已转出，如何查询', channel: 'IME' }, (data) => {
    assert(data.openConsultation.form && !data.openConsultation.ticket, 'no form was given');
    return 'the form';
  });
  const { openConsultation } = await journey.give(guardian, 'fills it in; it climbs to the first staffed level', 'HLP-DESK-04', open, { subject: '孩子学籍已转出，如何查询', channel: 'IME', problem: { what: '转学后无法查询', steps: '登录后点击学籍查询', systemPart: '查询' } }, (data) => {
    assert(data.openConsultation.ticket.level === 'CITY', `it is at ${data.openConsultation.ticket.level}`);
    return `${data.openConsultation.ticket.state} at ${data.openConsultation.ticket.level}`;
  });
  const ticketId: string = openConsultation.ticket.id;
  const act = (who: Who, what: string, rule: string, name: string, type: string, input: object) => journey.give(who, what, rule, ticketStep(name, type), { ticketId, ...input }, (data) => data[name].ticket.state);
  await act(support, 'takes it', 'HLP-DESK-03', 'takeTicket', 'TicketCommandInput', {});
  await act(support, 'answers', 'HLP-DESK-05', 'answerTicket', 'TicketTextInput', { text: '请到转入学校查询' });
  await act(guardian, 'confirms; the ticket closes', 'HLP-DESK-06', 'confirmTicket', 'TicketCommandInput', {});
}

async function announcement(journey: Journey): Promise<void> {
  const { client } = journey;
  const author = clerk(CITY);
  const draft = `mutation Draft($input: DraftAnnouncementInput!) { draftAnnouncement(input: $input) { announcement { id state } } }`;
  const filter = { divisions: ['6101'], duties: ['REGISTRY_ADMIN'], levels: ['COUNTY'] };
  const { draftAnnouncement } = await journey.give(author, 'drafts an announcement to the county clerks', 'HLP-ANN-02', draft, { title: '转学工作提醒', body: '请在三个工作日内审核', filter }, (data) => data.draftAnnouncement.announcement.state);
  const announcementId: string = draftAnnouncement.announcement.id;
  const act = (who: Who, what: string, rule: string, name: string) => journey.give(who, what, rule, announcementStep(name), { announcementId }, (data) => `${data[name].announcement.state}, ${data[name].announcement.recipientCount ?? 0} recipients`);
  await act(author, 'submits it for audit', 'HLP-ANN-03', 'submitAnnouncement');
  await act(['IME_SUPER_ADMIN', CITY], 'audits and publishes it', 'HLP-ANN-03', 'approveAnnouncement');
  await journey.step(clerk(COUNTY), 'reads it', 'HLP-ANN-02', async () => {
    const { myAnnouncements } = await client.get(clerk(COUNTY), `query Mine { myAnnouncements(first: 5) { edges { node { title } } } }`);
    assert(nodes(myAnnouncements).length === 1, 'it did not arrive');
    return { result: nodes(myAnnouncements)[0].title, value: undefined };
  });
}

async function refusals(journey: Journey, childId: string): Promise<void> {
  const { client } = journey;
  await journey.refused(clerk(COUNTY), 'may not create a school', 'CODE-ORG-06', () => client.give(clerk(COUNTY), `mutation CreateSchool($input: CreateSchoolInput!) { createSchool(input: $input) { school { id } } }`, { name: '示例新校', authorityId: COUNTY, schoolType: '21', divisionCode: '610113' }));
  await journey.refused(clerk(PRIMARY), 'may not open accounts', 'CODE-ORG-07', () => client.give(clerk(PRIMARY), `mutation OpenAccount($input: OpenAccountInput!) { openAccount(input: $input) { account { id } } }`, { organizationId: PRIMARY, duty: 'TEACHER', username: 'x', password: 'x', realName: 'x', realNameVerified: true }));
  await journey.refused(clerk(KINDERGARTEN), 'may not graduate a child who is gone', 'GEN-FLOW-02', () => client.give(clerk(KINDERGARTEN), `mutation Graduate($input: ChildReasonInput!) { graduateChild(input: $input) { child { id } } }`, { childId, reason: '再次毕业' }));
  await journey.refusedUpload(clerk(PRIMARY), 'may not upload newcomers in October', 'GEN-FLOW-07', '/uploads/intake?requestId=journey-intake-2&fileName=late.xlsx', readFileSync(join(SEEDS, 'intake-2026-grade1.xlsx')));
  await journey.refused(['SYSTEM_ADMIN', COUNTY], 'may see no pupil', 'ACC-DUTY-06', () => client.ask(['SYSTEM_ADMIN', COUNTY], `query Pupils { students(first: 1) { edges { node { id } } } }`));
  await journey.refused(clerk(COUNTY), 'may not announce to another county', 'HLP-ANN-04', () => client.give(clerk(COUNTY), `mutation Draft($input: DraftAnnouncementInput!) { draftAnnouncement(input: $input) { announcement { id } } }`, { title: '越权公告', body: '……', filter: { divisions: ['610112'] } }));
  await journey.step(clerk(KINDERGARTEN), 'signs out; the token is worth nothing any more', 'ACC-PWD-01', async () => {
    const status = await client.signOut(clerk(KINDERGARTEN));
    assert(status === 401, `the old token was answered ${status}`);
    return { result: '401', value: undefined };
  });
  await journey.step(['PROVINCIAL_ADMIN', PROVINCE], 'looks up a rule that refused', 'HLP-ANN-04', async () => {
    const { rule } = await client.get(null, `query Rule($id: String!) { rule(id: $id) { id titleZh statementZh source { document article } } }`, { id: 'HLP-ANN-04' });
    assert(rule?.statementZh && rule.source.length > 0, 'the rule cannot be read');
    return { result: rule.titleZh, value: undefined };
  });
}
