import { randomUUID } from 'node:crypto';
import { organizationChanged, studentTransferred } from '@xueji/contracts';
import type { Actor } from '@xueji/platform';
import { demoOrganization, startTestService, type TestService } from '@xueji/testing';
import { transfers } from '../app';
import { A, admin, C, casesOf, FILE, leader, papers } from '../transfer/cases.fixture';

const NOW = '2026-11-20T02:00:00Z';
const FIELDS = 'expectation { id toSchoolName recordedAt droppedAt student { id } school { id } transferCase { id } }';
const EXPECT = `mutation($input: ExpectTransferOutInput!) { expectTransferOut(input: $input) { ${FIELDS} } }`;
const DROP = `mutation($input: DropTransferExpectationInput!) { dropTransferExpectation(input: $input) { ${FIELDS} } }`;
const OUTGOING = 'query($withoutCase: Boolean) { outgoingPupils(first: 100, withoutCase: $withoutCase) { edges { node { student { id } transferCase { id } } } } }';

describe('pupils who are leaving', () => {
  let service: TestService;
  const { give, done, refused, pupil, approved, withdrawn } = casesOf(() => service);

  beforeAll(async () => {
    service = await startTestService(transfers({ lookupKey: 'a key for tests only' }), { now: NOW });
  });
  afterAll(() => service.stop());

  const expected = async (studentId: string) => done(await give(admin(A), EXPECT, { studentId, toSchoolName: ' 示例外省第一小学 ' }));
  const file = async (studentId: string) => done(await give(admin(A), FILE, { studentId, inSchoolId: C, reasonCode: 'HOUSEHOLD_MOVED', documents: papers }));
  const outgoing = async (actor: Actor, withoutCase = true): Promise<any[]> => (await service.query(actor, OUTGOING, { withoutCase })).data.outgoingPupils.edges.map((edge: any) => edge.node);
  const tasks = async (actor: Actor) => (await outgoing(actor)).map(({ student }) => student.id);

  it('stay a task of the old school until they have a case, and again when it comes to nothing [TRF-GEN-08]', async () => {
    const { studentId } = await pupil(A);
    expect(await expected(studentId)).toMatchObject({ toSchoolName: '示例外省第一小学', recordedAt: NOW.replace('Z', '.000Z'), student: { id: studentId }, school: { id: A }, transferCase: null });
    expect(await tasks(admin(A))).toContain(studentId);
    const { id } = await file(studentId);
    expect(await tasks(admin(A))).not.toContain(studentId);
    expect(await outgoing(admin(A), false)).toContainEqual({ student: { id: studentId }, transferCase: { id } });
    await withdrawn(admin(A), id);
    expect(await outgoing(leader(A))).toContainEqual({ student: { id: studentId }, transferCase: null });
    expect(await tasks(admin('b-610113'))).toContain(studentId);
    expect(await tasks(admin(C))).not.toContain(studentId);
  });

  it('are done with when the change is done [TRF-GEN-08]', async () => {
    const { studentId } = await pupil(A);
    await expected(studentId);
    const { id } = await file(studentId);
    await approved(leader(C), id, 'c-new');
    await approved(admin('b-610113'), id);
    await approved(admin('b-610112'), id);
    await service.deliver(studentTransferred, studentId, { studentId, transferId: id, fromSchoolId: A, toSchoolId: C, stage: 'PRIMARY', grade: 3, classId: 'c-new' }, { version: 2 });
    expect(await tasks(admin(A))).not.toContain(studentId);
    expect(await outgoing(admin(A), false)).toContainEqual({ student: { id: studentId }, transferCase: { id } });
  });

  it('are recorded once, by the school that holds them, and dropped when they stay [TRF-GEN-08] [ACC-PERM-03]', async () => {
    const { studentId } = await pupil(A);
    const { id } = await expected(studentId);
    expect(refused(await give(admin(A), EXPECT, { studentId, toSchoolName: '另一所' }))).toMatchObject({ code: 'TRANSFER_EXPECTED_ALREADY', rule: 'TRF-GEN-08', field: 'studentId' });
    expect(refused(await give(admin(C), EXPECT, { studentId, toSchoolName: '另一所' }))).toMatchObject({ code: 'RECORD_NOT_FOUND', rule: 'ACC-PERM-03' });
    expect(refused(await give(admin(A), EXPECT, { studentId: randomUUID(), toSchoolName: ' ' }))).toMatchObject({ code: 'SCHOOL_NAME_INVALID', field: 'toSchoolName' });
    expect(refused(await give(leader(A), EXPECT, { studentId, toSchoolName: '另一所' }))).toMatchObject({ code: 'FIELD_FORBIDDEN' });
    expect(refused(await give(admin(C), DROP, { id }))).toMatchObject({ code: 'RECORD_NOT_FOUND' });
    expect(done(await give(admin(A), DROP, { id }))).toMatchObject({ id, droppedAt: NOW.replace('Z', '.000Z') });
    expect(await tasks(admin(A))).not.toContain(studentId);
    expect((await expected(studentId)).id).not.toBe(id);
  });

  it('follow the school that comes under another bureau [TRF-GEN-08] [GEN-SCOPE-04]', async () => {
    const { studentId } = await pupil(A);
    await expected(studentId);
    const school = demoOrganization(A);
    await service.deliver(organizationChanged, A, {
      organizationId: A, parentId: 'b-6101', path: `/cn/b-61/b-6101/${A}/`, level: 'SCHOOL', name: school.name, divisionCode: '610113', province: '61',
      schoolIdentifier: school.schoolIdentifier!, schoolType: '21', stages: ['PRIMARY'], status: 'ACTIVE', competentAuthorityId: 'b-6101', version: 2,
    });
    expect([(await tasks(admin('b-610113'))).includes(studentId), (await tasks(admin('b-6101'))).includes(studentId)]).toEqual([false, true]);
  });
});
