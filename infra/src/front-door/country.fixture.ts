import { randomUUID } from 'node:crypto';
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { demoOrganization, demoPath, personas } from '@xueji/testing/dist/src/demo';
import type { ServiceName } from '../deployment/ground';
import { ROOT } from '../root';
import { BUREAU_IDS, KINDERGARTENS, ORGANIZATIONS, SCHOOLS, type Facts } from './rulebook.fixture';
import type { Chance, Stand } from './stand.fixture';

export const KINDS = [
  'student', 'class', 'schoolYear', 'batch', 'newcomer', 'pull', 'graduation', 'departure', 'archive', 'notice', 'primaryHandover', 'child', 'preschoolClass', 'handover', 'kindergartenGraduate',
  'transfer', 'reminder', 'expectation', 'ticket', 'announcement', 'codeApplication', 'account',
] as const;
export type Kind = (typeof KINDS)[number];
/** Every record of the country that the tests know of, by kind. */
export type Country = Record<Kind, Facts[]>;

/** When everything happened: before the clock of the tests, so that no deadline is near. */
const AT = '2026-10-12T02:00:00Z';
export const NOW = '2026-11-16T02:00:00Z';
export const PERIOD = { from: '2026-10-01', to: '2026-10-31' };

const FILLERS: Record<string, unknown> = { text: 'x', integer: 1, boolean: false, date: '2026-10-12', 'timestamp with time zone': AT, jsonb: {}, json: [], ARRAY: '{}', bigint: 1, uuid: null };

/** Puts records of every kind all over the demonstration country, past the services: what is held where is the point here, not how it came there. */
export async function settleCountry(stand: Stand, chance: Chance): Promise<Country> {
  const country = Object.fromEntries(KINDS.map((kind) => [kind, []])) as unknown as Country;
  const { services, ground } = stand.product;
  const columns = new Map<string, { name: string; type: string }[]>();

  /** Writes a row; what must stand in it and is not given is filled with anything. */
  async function write(service: ServiceName, table: string, values: Record<string, unknown>): Promise<void> {
    const { dataSource } = services[service];
    const key = `${service} ${table}`;
    if (!columns.has(key)) {
      columns.set(key, await dataSource.query(
        `select column_name as name, data_type as type from information_schema.columns where table_schema = 'public' and table_name = $1 and is_nullable = 'NO' and column_default is null and is_identity = 'NO'`, [table]));
    }
    const filled = { ...Object.fromEntries(columns.get(key)!.map(({ name, type }) => [name, FILLERS[type]])), ...values };
    const names = Object.keys(filled);
    await dataSource.query(`insert into ${table} (${names.join(', ')}) values (${names.map((_, at) => `$${at + 1}`).join(', ')})`,
      Object.values(filled).map((value) => (value !== null && typeof value === 'object' && !Array.isArray(value) ? JSON.stringify(value) : value)));
  }

  let counted = 0;
  const record = (kind: Kind, holder: string, more: Partial<Facts> = {}): Facts => {
    const facts = { id: `${kind.slice(0, 3)}-${randomUUID()}`, holder, ...more };
    country[kind].push(facts);
    return facts;
  };
  const times = async (count: number, work: (nth: number) => Promise<void>) => {
    for (let nth = 0; nth < count; nth += 1) await work(nth);
  };
  const number = () => `9999${String(10_000_000_000_000 + (counted += 1)).slice(1)}X`;
  const person = { accountId: 'a', realName: '示例' };
  const JSON_EMPTY_LIST = '[]';

  await times(40, async (nth) => {
    const school = chance.pick(SCHOOLS);
    const facts = record('class', school, { rank: String(1000 + nth) });
    const year = record('schoolYear', school);
    await write('registry', 'school_year', { id: year.id, school_id: school, holder_path: demoPath(school), year: 1000 + nth, terms: JSON_EMPTY_LIST, grades: [1] });
    await write('registry', 'class_section', { id: facts.id, school_year_id: year.id, school_id: school, holder_path: demoPath(school), year: 2026, grade: 1, number: String(1000 + nth), name: '示例班' });
  });
  await times(80, async (nth) => {
    const school = chance.pick(SCHOOLS);
    const facts = record('student', school, { rank: nth });
    const id = number();
    await write('registry', 'student', {
      id: facts.id, state: nth % 5 === 0 ? 'GRADUATED' : 'ACTIVE', version: 1, national_student_number: `G${id}`, document_number: id, name: `示例生${nth}`, sex: '1', birth_date: '2017-01-01', school_id: school, holder_path: demoPath(school),
      class_id: chance.pick(country.class).id, stage: 'PRIMARY', grade: 1, producing_organization_id: school, entered_by: person, created_at: new Date(Date.parse(AT) + nth * 1000).toISOString(),
      details: { phone: '000-1111-2222', currentAddress: '示例路9号', nativePlace: '示例', guardian1: { name: '示例家长', relationship: '1', phone: '000-3333-4444', isGuardian: true } },
    });
    if (nth % 5 === 0) {
      const graduated = record('graduation', chance.pick(SCHOOLS), { about: facts.id });
      await write('registry', 'graduation', { id: graduated.id, student_id: facts.id, school_id: graduated.holder, holder_path: demoPath(graduated.holder), stage: 'PRIMARY', outcome: 'GRADUATED' });
    }
  });
  await times(30, async (nth) => {
    const school = chance.pick(SCHOOLS);
    const batch = record('batch', school);
    const key = randomUUID();
    const folder = join(ground.filesDir, 'intake');
    mkdirSync(folder, { recursive: true });
    copyFileSync(join(ROOT, 'services/registry/seeds/demo/intake-2026-grade1.xlsx'), join(folder, key));
    await write('registry', 'intake_batch', { id: batch.id, school_id: school, holder_path: demoPath(school), year: 2026, file_name: '示例.xlsx', file_key: key, uploaded_by: person, row_count: 2, accepted_count: 2, refused_count: 0 });
    await times(2, async (row) => {
      const facts = record('newcomer', school, { about: batch.id });
      await write('registry', 'newcomer', {
        id: facts.id, state: 'DRAFT', version: 1, batch_id: batch.id, row_number: row + 2, school_id: school, holder_path: demoPath(school), name: `示例新生${nth}`, document_number: number(), accepted: true, findings: JSON_EMPTY_LIST, entered_by: person,
        student_id: chance.pick(country.student).id, form_values: JSON_EMPTY_LIST,
      });
    });
  });
  await times(30, async () => {
    const school = chance.pick(SCHOOLS);
    const facts = record('pull', school, { about: chance.pick(country.student).id });
    await write('registry', 'newcomer_pull', { id: facts.id, state: 'CLEARED', version: 1, student_id: facts.about, school_id: school, holder_path: demoPath(school), class_id: chance.pick(country.class).id, stage: 'JUNIOR' });
  });
  await times(20, async () => {
    const from = chance.pick(SCHOOLS);
    const facts = record('departure', from, { other: chance.pick(SCHOOLS) });
    await write('registry', 'departure', { id: facts.id, student_id: randomUUID(), from_school_id: from, holder_path: demoPath(from), to_school_id: facts.other, to_province: '34', national_student_number: `G${number()}`, name: '示例' });
  });
  await times(20, async (nth) => {
    const facts = record('archive', chance.pick(SCHOOLS), { other: chance.pick(SCHOOLS), isOpen: nth % 2 === 0 });
    const studentId = randomUUID();
    await write('registry', 'student_archive', { transfer_id: facts.id, student_id: studentId, from_school_id: facts.holder, to_school_id: facts.other, content: '{}' });
    await write('registry', 'open_case', { case_id: facts.id, student_id: studentId, is_open: facts.isOpen });
  });
  await times(40, async () => {
    const facts = record('notice', 'cn', { addressed: chance.pick([...SCHOOLS, ...BUREAU_IDS]) });
    await write('registry', 'notice', { id: facts.id, organization_id: facts.addressed, kind: 'PULL_CLEARED', subject_id: 'x' });
  });
  await times(20, async () => {
    const school = chance.pick(SCHOOLS);
    const facts = record('primaryHandover', school);
    await write('registry', 'handover', { id: facts.id, state: 'REFUSED', version: 1, child_id: randomUUID(), institution_id: chance.pick(KINDERGARTENS), school_id: school, holder_path: demoPath(school) });
  });
  await times(20, async () => {
    const facts = record('kindergartenGraduate', chance.pick(KINDERGARTENS));
    await write('registry', 'preschool_child', { id: facts.id, number: `G${number()}`, name: '示例幼儿', institution_id: facts.holder, state: 'GRADUATED' });
  });

  await times(30, async (nth) => {
    const facts = record('preschoolClass', chance.pick(KINDERGARTENS));
    await write('preschool', 'preschool_class', { id: facts.id, institution_id: facts.holder, path: demoPath(facts.holder), school_year: 1000 + nth, level: 'SENIOR', name: '示例班' });
  });
  await times(60, async (nth) => {
    const arbitrated = nth % 4 === 0;
    const institution = chance.pick(KINDERGARTENS);
    const facts = record('child', institution, arbitrated ? { addressed: chance.pick(BUREAU_IDS) } : {});
    await write('preschool', 'child', {
      id: facts.id, state: 'ACTIVE', version: 1, institution_id: institution, path: demoPath(institution), name: `示例幼儿${nth}`, identity_document_number: number(), national_student_number: `G${number()}`, class_id: chance.pick(country.preschoolClass).id,
      guardian_name: '示例家长', guardian_relationship: '1', guardian_phone: '000-5555-6666', arbiter_id: facts.addressed ?? null, created_at: new Date(Date.parse(AT) + nth * 1000).toISOString(),
      ...(country.child.length > 1 && { problem_kind: 'DUPLICATE_PERSON', problem_child_id: (facts.about = chance.pick(country.child.slice(0, -1)).id) }),
    });
  });
  await times(40, async () => {
    const facts = record('handover', chance.pick(KINDERGARTENS), { about: chance.pick(country.child).id });
    await write('preschool', 'handover', { id: facts.id, state: 'COMPLETED', version: 1, child_id: facts.about, institution_id: facts.holder, path: demoPath(facts.holder), receiving_school_id: chance.pick(SCHOOLS) });
  });

  await times(60, async (nth) => {
    const [out, into] = [chance.pick(SCHOOLS), chance.pick(SCHOOLS)];
    const facts = record('transfer', out, { other: into, about: country.student[nth]!.id, state: nth % 3 === 0 ? 'MOVING' : 'OUT_SCHOOL_REVIEW' });
    await write('transfers', 'transfer_case', {
      id: facts.id, state: facts.state, version: 1, procedure: 'within-province', student_id: facts.about, stage: 'PRIMARY', grade: 1, out_school_id: out, in_school_id: into, out_authority_id: demoOrganization(out).parentId,
      in_authority_id: demoOrganization(into).parentId, out_path: demoPath(out), in_path: demoPath(into), chain: { initiator: 'IN_SCHOOL', steps: ['OUT_SCHOOL'], stepWorkingDays: 3 }, refusal_reasons: JSON_EMPTY_LIST, documents: JSON_EMPTY_LIST,
      profile_id: 'SHAANXI', reason_code: 'RESIDENCE_MOVED', class_id: chance.pick(country.class).id,
    });
    const reminder = record('reminder', 'cn', { addressed: chance.pick([...SCHOOLS, ...BUREAU_IDS]), about: facts.id });
    await write('transfers', 'transfer_reminder', { id: reminder.id, case_id: facts.id, version: 1, kind: 'DUE', state: facts.state, addressed_id: reminder.addressed });
  });
  await times(30, async (nth) => {
    const school = chance.pick(SCHOOLS);
    const facts = record('expectation', school, { about: country.student[79 - nth]!.id });
    await write('transfers', 'transfer_expectation', { id: facts.id, student_id: facts.about, school_id: school, school_path: demoPath(school), to_school_name: '示例校', recorded_by: 'a' });
  });

  await times(60, async (nth) => {
    const author = chance.pick(personas);
    const desk = chance.pick(ORGANIZATIONS);
    const facts = record('ticket', author.organizationId, { owner: author.accountId, addressed: desk, isOpen: nth % 2 === 0 });
    await write('helpdesk', 'ticket', {
      id: facts.id, state: facts.isOpen ? 'QUEUED' : 'IN_PROGRESS', version: 1, submitted_by: author.accountId, subject: '示例', channel: 'IME', user_name: '示例', user_organization_id: author.organizationId, holder_path: demoPath(author.organizationId),
      level: demoOrganization(desk).level, desk_organization_id: desk, desk_path: demoPath(desk), waiting_since: facts.isOpen ? AT : null,
    });
  });
  await times(40, async (nth) => {
    const bureau = chance.pick(BUREAU_IDS);
    const recipients = chance.some(personas, 40).map(({ accountId }) => accountId);
    const isPublished = nth % 4 !== 0;
    const facts = record('announcement', bureau, { recipients: isPublished ? recipients : [], isOpen: isPublished && nth % 4 !== 1 });
    await write('helpdesk', 'announcement', {
      id: facts.id, state: isPublished ? 'PUBLISHED' : 'DRAFT', version: 1, title: '示例', body: '示例', organization_id: bureau, holder_path: demoPath(bureau), author_id: 'a', author_name: '示例',
      filter: { divisions: [], levels: [], duties: [], stages: [], schoolTypes: [], accountTypes: [], organizationTypes: [] },
      published_at: isPublished ? AT : null, archived_at: isPublished && !facts.isOpen ? AT : null, recipient_count: facts.recipients!.length,
    });
    for (const accountId of facts.recipients!) await write('helpdesk', 'announcement_recipient', { announcement_id: facts.id, account_id: accountId });
  });

  for (const school of chance.some([...SCHOOLS, ...KINDERGARTENS], 25)) {
    const facts = record('codeApplication', school);
    await write('school-codes', 'code_application', { id: facts.id, state: 'SUBMITTED', version: 1, kind: 'RENAME', school_id: school, path: demoPath(school), applicant_id: demoOrganization(school).parentId, holder_id: 'b-61' });
  }
  country.account = personas.map(({ accountId, organizationId }) => ({ id: accountId, holder: organizationId, owner: accountId }));
  return country;
}
