import { randomUUID } from 'node:crypto';
import { guardianBindingConfirmed, guardianBindingEnded, studentTransferred } from '@xueji/contracts';
import type { Actor } from '@xueji/platform';
import { POLICY_PROFILES } from '@xueji/standards';
import { actorFor, startTestService, type TestAnswer, type TestService } from '@xueji/testing';
import { transfers } from '../app';
import { A, admin, C, casesOf, FILE, leader, papers } from '../transfer/cases.fixture';
import { TransferCase } from '../transfer/transfer.entity';
import { isVisible } from '../transfer/transfer.rows';

const FIELDS = `id state stateText currentStep steps awaits { id } dueAt dueRule overdue procedure grade reasonCode documentKinds availableCommands filedAt
  outSchool { id } inSchool { id } attendingAt { id } refusal { step code rule message text } progress { at command text organization { id } }`;
const CASE = `query($id: ID!) { transferCase(id: $id) { ${FIELDS} } }`;
const LIST = 'query($view: TransferView!) { transferCases(view: $view, first: 100) { edges { node { id } } } }';
const ENTITIES = 'query($of: [_Any!]!) { _entities(representations: $of) { ... on TransferCase { id state } ... on Student { transfers { id state currentStep progress { text } } } } }';
const READINESS = `query($studentId: ID, $studentNumber: String, $name: String, $toSchool: ID!) { transferReadiness(studentId: $studentId, studentNumber: $studentNumber, name: $name, toSchool: $toSchool, documentKinds: ["GUARDIAN_APPLICATION"], reasonCode: "HEALTH") {
  ready appliesBy { id } steps blockers { code rule missing clearedBy organization { id } openCase { id } } } }`;

describe('the guardian of a pupil who is transferred', () => {
  let service: TestService;
  const { give, pupil, filed, passed, approved, rejected } = casesOf(() => service);

  beforeAll(async () => {
    service = await startTestService(transfers({ lookupKey: 'a key for tests only' }), { now: '2026-11-20T02:00:00Z' });
  });
  afterAll(() => service.stop());

  // Both accounts are of the school that holds the pupils, whose place in the tree would show everything of it.
  const guardian = actorFor('GUARDIAN', A);
  const foreign: Actor = { ...guardian, accountId: 'a-another-guardian' };
  const bind = async (studentId: string, { accountId }: Actor = guardian) => {
    const binding = { bindingId: randomUUID(), accountId, studentId };
    await service.deliver(guardianBindingConfirmed, studentId, binding);
    return binding;
  };
  const seen = async (actor: Actor, id: string) => (await service.query(actor, CASE, { id })).data?.transferCase ?? null;
  const listed = async (actor: Actor, view = 'ALL'): Promise<string[]> => (await service.query(actor, LIST, { view })).data.transferCases.edges.map((edge: any) => edge.node.id);
  const refused = ({ errors }: TestAnswer<any>) => errors[0]?.extensions ?? { code: 'allowed' };

  it('sees the same step as both schools, who decides, until when, and what happened, without anybody of the staff [TRF-GEN-10] [REG-QUERY-03]', async () => {
    const { id, studentId } = await filed(A, C);
    await bind(studentId);
    await approved(leader(C), id, 'c-new');
    const own = await seen(guardian, id);
    expect(own).toMatchObject({
      state: 'OUT_COUNTY_REVIEW', stateText: '转出主管部门审核', currentStep: 'OUT_COUNTY', awaits: { id: 'b-610113' }, dueAt: '2026-11-25T15:59:59.000Z', dueRule: 'TRF-GEN-03', overdue: false,
      documentKinds: ['GUARDIAN_APPLICATION', 'HOUSEHOLD_REGISTER'], availableCommands: [], refusal: null, outSchool: { id: A }, inSchool: { id: C },
      progress: [{ command: 'file', text: '转入学校审核', organization: { id: A } }, { command: 'approve', text: '转出主管部门审核', organization: { id: C } }],
    });
    for (const school of [admin(A), admin(C)]) expect(await seen(school, id)).toMatchObject({ ...own, availableCommands: school.organizationId === A ? ['withdraw'] : [] });
    for (const field of ['history { realName }', 'evidence { sha256 }', 'evidence { fileName }', 'classSection { id }', 'ministryCheck { result }']) {
      expect([field, refused(await service.query(guardian, `query($id: ID!) { transferCase(id: $id) { ${field} } }`, { id })).code]).toEqual([field, 'FIELD_FORBIDDEN']);
    }
  });

  it('reads the reason of a refusal with its rule, in the language asked for [GEN-FLOW-03] [TRF-GEN-10]', async () => {
    const { id, studentId } = await filed(A, C);
    await bind(studentId);
    await rejected(leader(C), id);
    expect(await seen(guardian, id)).toMatchObject({ state: 'REJECTED', refusal: { step: 'IN_SCHOOL', code: 'CLASS_FULL', rule: 'GEN-FLOW-03', text: '已满' }, awaits: null });
    expect((await service.query(guardian, CASE, { id }, 'en')).data.transferCase).toMatchObject({ refusal: { message: 'No place in the class' } });
  });

  it('finds nothing of other children by any door: case, list, pupil, reference, history, evidence, readiness [ACC-PERM-03] [REG-QUERY-01]', async () => {
    const [own, other] = [await filed(A, C), await filed(A, C)];
    await bind(own.studentId);
    await bind(other.studentId, foreign);
    expect([await seen(guardian, other.id), (await seen(guardian, own.id)).id]).toEqual([null, own.id]);
    expect([await listed(foreign), (await listed(guardian)).includes(other.id)]).toEqual([[other.id], false]);
    for (const view of ['MINE', 'ORGANIZATION', 'OVERDUE']) expect([view, (await listed(guardian, view)).includes(other.id)]).toEqual([view, false]);
    const of = [own.id, other.id].map((id) => ({ __typename: 'TransferCase', id }));
    expect((await service.query(guardian, ENTITIES, { of })).data._entities).toEqual([{ id: own.id, state: 'IN_SCHOOL_REVIEW' }, null]);
    const pupils = [own, other].map(({ studentId }) => ({ __typename: 'Student', id: studentId }));
    expect((await service.query(guardian, ENTITIES, { of: pupils })).data._entities).toMatchObject([{ transfers: [{ id: own.id, progress: [{ text: '转入学校审核' }] }] }, { transfers: [] }]);
    const reach = (field: string) => service.query(guardian, `query($of: [_Any!]!) { _entities(representations: $of) { ... on TransferCase { ${field} } } }`, { of });
    for (const field of ['history { reason }', 'evidence { fileName }']) expect(refused(await reach(field)).code).toBe('FIELD_FORBIDDEN');
    expect(refused(await service.query(guardian, READINESS, { studentId: other.studentId, toSchool: C }))).toMatchObject({ code: 'RECORD_NOT_FOUND', rule: 'ACC-PERM-03' });
    const { nationalStudentNumber: studentNumber, name } = await pupil(A);
    expect(refused(await service.query(guardian, READINESS, { studentNumber, name, toSchool: C }))).toMatchObject({ code: 'RECORD_NOT_FOUND' });
  });

  it('sees nothing before the school confirmed, nothing after the binding ended, and goes on seeing a child who moved [REG-QUERY-01] [TRF-GEN-06]', async () => {
    const { id, studentId } = await passed(A, C);
    expect(await seen(guardian, id)).toBeNull();
    const binding = await bind(studentId);
    await service.deliver(studentTransferred, studentId, { studentId, transferId: id, fromSchoolId: A, toSchoolId: C, stage: 'PRIMARY', grade: 3, classId: 'c-new' }, { version: 2 });
    expect((await seen(guardian, id)).state).toBe('COMPLETED');
    await service.deliver(guardianBindingEnded, studentId, binding);
    expect(await seen(guardian, id)).toBeNull();
    await service.deliver(guardianBindingConfirmed, studentId, binding);
    expect(await seen(guardian, id)).toBeNull();
  });

  it('learns before a filing all that stands against it and who must clear it, as the school that files would [TRF-GEN-09] [TRF-INTRA-04]', async () => {
    const { studentId } = await pupil(A);
    await bind(studentId);
    const { data } = await service.query(guardian, READINESS, { studentId, toSchool: C });
    expect(data.transferReadiness).toEqual({
      ready: false, appliesBy: { id: A }, steps: ['IN_SCHOOL', 'OUT_COUNTY', 'IN_COUNTY'],
      blockers: [{ code: 'TRANSFER_DOCUMENT_MISSING', rule: 'TRF-GEN-09', missing: ['MEDICAL_PROOF'], clearedBy: 'APPLICANT', organization: { id: A }, openCase: null }],
    });
    const across = (await service.query(guardian, READINESS, { studentId, toSchool: 's-2141000101' })).data.transferReadiness;
    expect([across.appliesBy, across.blockers.map(({ code }: any) => code)]).toEqual([{ id: 's-2141000101' }, ['TRANSFER_DOCUMENT_MISSING', 'TRANSFER_CLASS_REQUIRED']]);
  });

  it('neither files nor withdraws: in every profile a school does both [TRF-INTRA-04] [TRF-INTER-04]', async () => {
    expect([...new Set(POLICY_PROFILES.map(({ transfer }) => transfer.initiator))].sort()).toEqual(['IN_SCHOOL', 'OUT_SCHOOL']);
    const { id, studentId } = await filed(A, C);
    await bind(studentId);
    expect(refused(await give(guardian, FILE, { studentId, inSchoolId: C, reasonCode: 'HOUSEHOLD_MOVED', documents: papers }))).toMatchObject({ code: 'FIELD_FORBIDDEN', rule: 'ACC-DUTY-02' });
    const WITHDRAW = 'mutation($input: WithdrawTransferInput!) { withdrawTransfer(input: $input) { transferCase { id } } }';
    expect(refused(await give(guardian, WITHDRAW, { id }))).toMatchObject({ code: 'FIELD_FORBIDDEN', rule: 'ACC-DUTY-02' });
    // Should a scope ever be given by mistake, a command would still not find the case, though the account is of the school.
    const transfer = await service.dataSource.manager.findOneByOrFail(TransferCase, { id });
    expect([isVisible(transfer, guardian), isVisible(transfer, admin(A))]).toEqual([false, true]);
  });
});
