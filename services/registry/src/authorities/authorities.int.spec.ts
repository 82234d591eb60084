import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { schemaDrift, type Actor } from '@xueji/platform';
import { actorFor, startAuthorityDoubles, startTestService, type AuthorityDoubles, type TestService } from '@xueji/testing';
import { registry } from '../app';
import { establishPupils, openClass, type TestPupil } from '../workflows/record-status/pupils.fixture';
import { httpAuthorities } from './http-authorities';

const SCHOOL = 's-2161000101';
const CHECK = `mutation($input: CheckIdentitiesInput!) { checkIdentities(input: $input) { verdicts { studentId outcome problem { id kind state openedAt } code rule message } } }`;
const clerk = actorFor('REGISTRY_ADMIN', SCHOOL);

describe('checking identities', () => {
  let service: TestService;
  let doubles: AuthorityDoubles;
  let pupils: TestPupil[];

  beforeAll(async () => {
    doubles = await startAuthorityDoubles({ strict: true });
    service = await startTestService(registry({ filesDir: tmpdir(), allowSynthetic: true, authorities: { policeIdentity: doubles.url, population: doubles.url } }), { now: '2026-09-10T02:00:00Z' });
    pupils = await establishPupils(service, 8, { schoolId: SCHOOL, classId: await openClass(service, SCHOOL, 3), grade: 3 });
  });
  afterAll(async () => {
    await service.stop();
    await doubles.stop();
  });
  beforeEach(() => {
    doubles.mood = 'well';
  });

  const numberOf = ({ number }: TestPupil) => number.slice(1);
  const check = async (ids: string[], { actor = clerk, authority = 'POLICE_IDENTITY', requestId = randomUUID() as string } = {}) => service.query(actor as Actor, CHECK, { input: { requestId, studentIds: ids, authority } });
  const verdicts = async (...given: Parameters<typeof check>) => {
    const { data, errors } = await check(...given);
    expect(errors).toEqual([]);
    return data.checkIdentities.verdicts;
  };
  const news = async (pupil: TestPupil) => (await service.told()).filter((event) => event.subject === pupil.id && event.type.includes('problemRecord')).map((event) => [event.type.split('.')[4], event.data.kind]);

  it('tells match, another name and no such number, and opens a problem record for the last two [AGY-IF-06]', async () => {
    const [good, misnamed, unknown] = pupils as [TestPupil, TestPupil, TestPupil];
    doubles.persons.set(numberOf(good), { name: good.name });
    doubles.persons.set(numberOf(misnamed), { name: '另有其人' });
    expect(await verdicts([good.id, misnamed.id, unknown.id])).toMatchObject([
      { studentId: good.id, outcome: 'MATCH', problem: null, code: null }, { studentId: misnamed.id, outcome: 'NAME_MISMATCH', problem: { kind: 'ID_NAME_MISMATCH', openedAt: '2026-09-10T02:00:00.000Z' } },
      { studentId: unknown.id, outcome: 'NOT_FOUND', problem: { kind: 'ID_NOT_FOUND' } },
    ]);
    expect([await news(good), await news(misnamed), await news(unknown)]).toEqual([[], [['opened', 'ID_NAME_MISMATCH']], [['opened', 'ID_NOT_FOUND']]]);
    const event = (await service.told()).find(({ subject, type }) => subject === misnamed.id && type.includes('problemRecord'))!;
    expect(JSON.stringify(event.data)).not.toContain(numberOf(misnamed));
  });

  it('opens a problem once, changes it with the answer, and resolves it when the authority agrees [AGY-IF-06]', async () => {
    const pupil = pupils[3]!;
    doubles.persons.set(numberOf(pupil), { name: '另有其人' });
    await Promise.all([verdicts([pupil.id]), verdicts([pupil.id]), verdicts([pupil.id])]);
    expect(await news(pupil)).toEqual([['opened', 'ID_NAME_MISMATCH']]);
    doubles.persons.delete(numberOf(pupil));
    service.clock.set(new Date('2026-09-10T03:00:00Z'));
    expect((await verdicts([pupil.id], { authority: 'POPULATION' }))[0]).toMatchObject({ problem: { kind: 'ID_NOT_FOUND' } });
    doubles.persons.set(numberOf(pupil), { name: pupil.name });
    service.clock.set(new Date('2026-09-10T04:00:00Z'));
    expect((await verdicts([pupil.id]))[0]).toMatchObject({ outcome: 'MATCH', problem: null });
    expect(await news(pupil)).toEqual([['opened', 'ID_NAME_MISMATCH'], ['resolved', 'ID_NAME_MISMATCH'], ['opened', 'ID_NOT_FOUND'], ['resolved', 'ID_NOT_FOUND']]);
    const { data } = await service.query(clerk, 'query($id: ID!) { student(id: $id) { identityChecks { authority outcome askedBy } } }', { id: pupil.id });
    expect(data.student.identityChecks.map((each: any) => [each.authority, each.outcome])).toEqual([...Array(3).fill(['POLICE_IDENTITY', 'NAME_MISMATCH']), ['POPULATION', 'NOT_FOUND'], ['POLICE_IDENTITY', 'MATCH']]);
  });

  it.each(['broken', 'strange'] as const)('takes no %s answer for an answer: nothing is written, and the rest goes on [AGY-IF-06]', async (mood) => {
    const pupil = pupils[4]!;
    doubles.mood = mood;
    expect((await verdicts([pupil.id]))[0]).toMatchObject({ outcome: null, problem: null, code: 'AUTHORITY_UNAVAILABLE', rule: 'AGY-IF-06' });
    expect(await service.dataSource.query('select 1 from identity_check where student_id = $1', [pupil.id])).toEqual([]);
  });

  it('tells a pupil of another school and one without a resident card apart from an answer', async () => {
    const own = pupils[5]!;
    const stranger = actorFor('REGISTRY_ADMIN', 's-2161000201');
    expect((await verdicts([own.id], { actor: stranger }))[0]).toMatchObject({ outcome: null, code: 'RECORD_NOT_FOUND', rule: 'ACC-PERM-03' });
    await service.dataSource.query(`update student set document_type = 'A' where id = $1`, [own.id]);
    const before = doubles.asked.length;
    expect((await verdicts([own.id]))[0]).toMatchObject({ outcome: null, code: 'IDENTITY_NOT_CHECKABLE', rule: 'AGY-IF-06' });
    expect(doubles.asked).toHaveLength(before);
  });

  it('is for those who enter or approve, one hundred at most, of an authority that is connected', async () => {
    expect((await check([pupils[0]!.id], { actor: actorFor('REGISTRY_LEADER', SCHOOL) })).errors[0]!.extensions.code).toBe('FIELD_FORBIDDEN');
    expect((await check(Array.from({ length: 101 }, (_, n) => `p-${n}`))).errors[0]!.extensions).toMatchObject({ code: 'LIST_SIZE_INVALID', field: 'studentIds' });
    expect((await check([])).errors[0]!.extensions).toMatchObject({ code: 'LIST_SIZE_INVALID' });
    const alone = await startTestService(registry({ filesDir: tmpdir(), allowSynthetic: true }));
    expect((await alone.query(clerk, CHECK, { input: { requestId: randomUUID(), studentIds: ['p'] } })).errors[0]!.extensions).toMatchObject({ code: 'AUTHORITY_NOT_CONNECTED', rule: 'AGY-IF-06', field: 'authority' });
    expect(await schemaDrift(alone.dataSource)).toEqual([]);
    await alone.stop();
  });

  it('answers a repeated request as it did the first time', async () => {
    const pupil = pupils[6]!;
    const requestId = randomUUID();
    doubles.persons.set(numberOf(pupil), { name: pupil.name });
    expect((await verdicts([pupil.id], { requestId }))[0].outcome).toBe('MATCH');
    doubles.persons.delete(numberOf(pupil));
    expect((await verdicts([pupil.id], { requestId }))[0].outcome).toBe('MATCH');
    expect(await news(pupil)).toEqual([]);
  });

  it('lists what is in doubt in the own area', async () => {
    const list = async (organization: string, args: string) =>
      (await service.query(actorFor('REGISTRY_ADMIN', organization), `{ problemRecords(first: 100, ${args}) { edges { node { kind state student { name } history { command realName reason } } } } }`)).data.problemRecords.edges.map((edge: any) => edge.node);
    expect((await list('b-610113', 'state: "OPEN"')).map((each: any) => each.student.name).sort()).toEqual([pupils[1]!.name, pupils[2]!.name].sort());
    expect(await list(SCHOOL, 'state: "OPEN", kind: ID_NOT_FOUND')).toEqual([{ kind: 'ID_NOT_FOUND', state: 'OPEN', student: { name: pupils[2]!.name }, history: [{ command: 'open', realName: '系统', reason: '公安部身份认证：查无此号' }] }]);
    expect((await list(SCHOOL, 'state: "RESOLVED"')).map((each: any) => each.history.at(-1)).map(({ command, reason }: any) => [command, reason])).toEqual([['confirm', '国家人口基础数据库：查无此号'], ['confirm', '公安部身份认证：一致']]);
    expect(await list('b-610112', 'state: "OPEN"')).toEqual([]);
  });

  it('never puts a name or a number into an address [AGY-IF-06]', async () => {
    expect(doubles.asked.length).toBeGreaterThan(5);
    for (const { path } of doubles.asked) expect(path).toMatch(/^\/(identity|population)\/check$/);
    expect(doubles.asked[0]!.body).toEqual({ name: expect.any(String), documentNumber: expect.stringMatching(/^9999/) });
  });

  it('asks four systems, each by its own adapter [AGY-IF-06]', async () => {
    const all = httpAuthorities({ policeIdentity: doubles.url, population: doubles.url, taxAndSocialSecurity: doubles.url, exitEntry: doubles.url });
    const person = { name: '示例监护人', documentNumber: '99990119800101001X' };
    doubles.persons.set(person.documentNumber, { name: person.name, householdDivision: '610113', contributions: [{ division: '610112', months: 26 }], abroadSince: '2026-01-31' });
    expect(await all.policeIdentity!.check(person)).toBe('MATCH');
    expect(await all.population!.check({ ...person, name: '另有其人' })).toBe('NAME_MISMATCH');
    expect(await all.population!.householdDivision(person)).toBe('610113');
    expect(await all.taxAndSocialSecurity!.contributions(person)).toEqual([{ division: '610112', months: 26 }]);
    expect(await all.exitEntry!.abroadSince(person)).toBe('2026-01-31');
    expect(await all.exitEntry!.abroadSince({ ...person, documentNumber: '999901198001010028' })).toBeNull();
    for (const mood of ['broken', 'strange'] as const) {
      doubles.mood = mood;
      for (const asked of [all.population!.householdDivision(person), all.taxAndSocialSecurity!.contributions(person), all.exitEntry!.abroadSince(person)]) await expect(asked).rejects.toMatchObject({ code: 'AUTHORITY_UNAVAILABLE', rule: 'AGY-IF-06' });
    }
    await expect(httpAuthorities({ policeIdentity: 'http://127.0.0.1:1' }).policeIdentity!.check(person)).rejects.toMatchObject({ code: 'AUTHORITY_UNAVAILABLE' });
  });
});
