import { randomUUID } from 'node:crypto';
import { transferApproved } from '@xueji/contracts';
import type { Actor } from '@xueji/platform';
import { actorFor, startTestService, type TestAnswer, type TestService } from '@xueji/testing';
import { registry } from '../../app';
import { demoChild } from '../../../seeds/demo/guardian';
import { establishPupils, openClass, type TestPupil } from '../record-status/pupils.fixture';

const FIRST = 's-2161000101';
const SECOND = 's-2161000102';
const REQUEST = 'mutation($input: RequestGuardianBindingInput!) { requestGuardianBinding(input: $input) { binding { id state student { id } availableCommands } } }';
const MINE = '{ myChildren { id name state grade nationalStudentNumber school { id } timeline { kind rule toSchool { id } } } }';
const ENTITIES = 'query($ids: [_Any!]!) { _entities(representations: $ids) { ... on Student { id name } } }';

describe('a guardian', () => {
  let service: TestService;
  let classId: string;

  beforeAll(async () => {
    service = await startTestService(registry({ filesDir: '/nowhere', allowSynthetic: true }), { demo: true, now: '2026-11-20T02:00:00Z' });
    classId = await openClass(service, FIRST, 3);
  });
  afterAll(() => service.stop());

  // Both have their account at the school that holds the pupils: the place of an account opens nothing.
  const guardian = actorFor('GUARDIAN', FIRST);
  const foreign: Actor = { ...guardian, accountId: 'a-another-guardian', realName: '另一家长' };
  const leader = actorFor('REGISTRY_LEADER', FIRST);
  const pupil = async () => (await establishPupils(service, 1, { schoolId: FIRST, classId, grade: 3 }))[0]!;
  const request = (actor: Actor, { name, number }: TestPupil): Promise<TestAnswer<any>> =>
    service.query(actor, REQUEST, { input: { requestId: randomUUID(), name, nationalStudentNumber: number, relationship: '1' } });
  const give = (actor: Actor, mutation: string, bindingId: string, more: object = {}): Promise<TestAnswer<any>> =>
    service.query(actor, `mutation($input: GuardianBindingInput!) { ${mutation}(input: $input) { binding { id state } } }`, { input: { requestId: randomUUID(), bindingId, ...more } });
  const refused = ({ errors }: TestAnswer<any>) => errors[0]?.extensions ?? { code: 'allowed' };
  const bound = async (actor: Actor, of: TestPupil): Promise<string> => {
    const { id } = (await request(actor, of)).data.requestGuardianBinding.binding;
    expect((await give(leader, 'confirmGuardianBinding', id)).data.confirmGuardianBinding.binding.state).toBe('CONFIRMED');
    return id;
  };
  const children = async (actor: Actor): Promise<any[]> => (await service.query(actor, MINE)).data.myChildren;
  const told = async (studentId: string) => (await service.told()).filter(({ type, partitionkey }) => type.includes('guardianBinding') && partitionkey === studentId).map(({ type, data }) => [type.split('.')[4], data.accountId]);

  it('sees the child from the confirmation of the school until the binding ends, and only the guardian-safe fields [REG-QUERY-01] [REG-QUERY-03] [ACC-PERM-03]', async () => {
    const child = await pupil();
    const { id, student, availableCommands } = (await request(guardian, child)).data.requestGuardianBinding.binding;
    expect([student, availableCommands, (await children(guardian)).length]).toEqual([null, ['drop'], 0]);
    await give(leader, 'confirmGuardianBinding', id);
    expect(await children(guardian)).toMatchObject([{ id: child.id, name: child.name, state: 'ACTIVE', nationalStudentNumber: expect.stringContaining('****'), timeline: [{ kind: 'ENROLMENT', toSchool: { id: FIRST } }] }]);
    for (const field of ['phone', 'identityDocumentNumber', 'nationalStudentNumberFull', 'familyMembers { name }', 'history { realName }', 'timeline { realName }', 'availableCommands']) {
      expect([field, refused(await service.query(guardian, `{ myChildren { ${field} } }`)).code]).toEqual([field, 'FIELD_FORBIDDEN']);
    }
    expect(await told(child.id)).toEqual([['confirmed', guardian.accountId]]);
    await give(guardian, 'endGuardianBinding', id);
    expect(await children(guardian)).toEqual([]);
    expect(await told(child.id)).toEqual([['confirmed', guardian.accountId], ['ended', guardian.accountId]]);
  });

  it('finds nothing of other children, by no door, though they are of the school of the account [ACC-PERM-03]', async () => {
    const [child, other] = [await pupil(), await pupil()];
    const binding = await bound(guardian, child);
    await bound(foreign, other);
    expect((await children(guardian)).map(({ id }) => id)).toEqual([child.id]);
    const one = 'query($id: ID!) { student(id: $id) { id name } }';
    expect((await service.query(guardian, one, { id: other.id })).data.student).toBeNull();
    const ids = [child, other].map(({ id }) => ({ __typename: 'Student', id }));
    expect((await service.query(guardian, ENTITIES, { ids })).data._entities).toEqual([{ id: child.id, name: child.name }, null]);
    expect(refused(await service.query(guardian, '{ students { edges { node { id } } } }')).code).toBe('FIELD_FORBIDDEN');
    const listed = (await service.query(foreign, '{ guardianBindings(state: "CONFIRMED") { edges { node { student { id } } } } }')).data.guardianBindings.edges;
    expect(listed).toEqual([{ node: { student: { id: other.id } } }]);
    expect(refused(await give(foreign, 'endGuardianBinding', binding))).toMatchObject({ code: 'RECORD_NOT_FOUND' });
  });

  it('must name the pupil by name and number, once, and is confirmed by the leader of the school alone [ACC-DUTY-03] [ACC-PERM-03]', async () => {
    const child = await pupil();
    expect(refused(await request(guardian, { ...child, name: '别人' }))).toMatchObject({ code: 'GUARDIAN_PUPIL_NOT_FOUND', field: 'nationalStudentNumber' });
    const { id } = (await request(guardian, child)).data.requestGuardianBinding.binding;
    expect(refused(await request(guardian, child))).toMatchObject({ code: 'GUARDIAN_BINDING_EXISTS' });
    expect(refused(await give(guardian, 'confirmGuardianBinding', id)).code).toBe('FIELD_FORBIDDEN');
    expect(refused(await give(actorFor('REGISTRY_ADMIN', FIRST), 'confirmGuardianBinding', id)).code).toBe('FIELD_FORBIDDEN');
    expect(refused(await give(actorFor('REGISTRY_LEADER', SECOND), 'confirmGuardianBinding', id)).code).toBe('RECORD_NOT_FOUND');
    expect(refused(await give(leader, 'refuseGuardianBinding', id))).toMatchObject({ code: 'REASON_REQUIRED' });
    expect((await give(leader, 'refuseGuardianBinding', id, { reason: '不是监护人' })).data.refuseGuardianBinding.binding.state).toBe('REJECTED');
    expect(await told(child.id)).toEqual([]);
  });

  it('stays bound when the pupil moves, and the new school looks after the binding [TRF-GEN-06] [REG-QUERY-01]', async () => {
    const child = await pupil();
    const binding = await bound(guardian, child);
    await service.deliver(transferApproved, child.id, { transferId: randomUUID(), studentId: child.id, outSchoolId: FIRST, inSchoolId: SECOND, effectiveOn: '2026-11-20', classId: await openClass(service, SECOND, 3) });
    expect((await children(guardian)).find(({ id }) => id === child.id)).toMatchObject({ school: { id: SECOND } });
    expect(refused(await give(leader, 'endGuardianBinding', binding)).code).toBe('RECORD_NOT_FOUND');
    expect((await give(actorFor('REGISTRY_LEADER', SECOND), 'endGuardianBinding', binding)).data.endGuardianBinding.binding.state).toBe('ENDED');
  });

  it('of the demonstration has a child', async () => {
    expect(await children(actorFor('GUARDIAN', SECOND))).toMatchObject([{ id: demoChild.id, name: demoChild.name }]);
  });
});
