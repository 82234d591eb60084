import { randomUUID } from 'node:crypto';
import { childGraduated, childLeft, childNumbered } from '@xueji/contracts';
import { schemaDrift, verifyAudit } from '@xueji/platform';
import { actorFor, startTestService, type TestService } from '@xueji/testing';
import { preschool } from '../../app';
import { acting, inventedArchive, inventedId, KINDERGARTEN, OTHER_KINDERGARTEN } from '../../preschool.fixture';

describe('the child archive', () => {
  let service: TestService;
  let act: ReturnType<typeof acting>;
  const county = actorFor('REGISTRY_ADMIN', 'b-610113');
  const otherCounty = actorFor('REGISTRY_ADMIN', 'b-610112');
  const city = actorFor('REGISTRY_ADMIN', 'b-6101');
  const clerk = actorFor('REGISTRY_ADMIN', KINDERGARTEN);
  const leader = actorFor('REGISTRY_LEADER', KINDERGARTEN);
  const otherClerk = actorFor('REGISTRY_ADMIN', OTHER_KINDERGARTEN);

  beforeAll(async () => {
    service = await startTestService(preschool({ allowSynthetic: true }));
    act = acting(service);
  });
  beforeEach(() => service.clock.set(new Date('2026-09-10T02:00:00Z')));
  afterAll(() => service.stop());

  const refusal = (answer: { errors: { extensions: object }[] }) => answer.errors[0]?.extensions;

  it('keeps entities and migrations in step', async () => {
    expect(await schemaDrift(service.dataSource)).toEqual([]);
  });

  describe('classes', () => {
    const input = { schoolYear: 2026, level: 'SENIOR', name: '大班(9)' };

    it('places no child in a class that the institution has not created [PRE-ARCH-08]', async () => {
      const childId = await act.register();
      const foreign = await act.createClass(OTHER_KINDERGARTEN);
      for (const classId of ['no-such-class', foreign]) {
        expect(refusal(await act.give(clerk, 'createChildArchive', { childId, archive: inventedArchive(classId) }))).toMatchObject({ code: 'PRESCHOOL_CLASS_MISSING', rule: 'PRE-ARCH-08', field: 'classId' });
      }
      expect(await act.look(clerk, childId, 'state class { id }')).toEqual({ state: 'REGISTERED', class: null });
    });

    it('has one class of a name in a school year, also when two are created at the same instant [PRE-ARCH-08]', async () => {
      const answers = await Promise.all([1, 2].map(() => act.give(clerk, 'createPreschoolClass', input)));
      expect(answers.filter((answer) => answer.errors.length === 0)).toHaveLength(1);
      expect(refusal(answers.find((answer) => answer.errors.length > 0)!)).toMatchObject({ code: 'PRESCHOOL_CLASS_NAME_TAKEN', rule: 'PRE-ARCH-08', field: 'name' });
    });

    it('are for preschool institutions [GEN-SCOPE-02] and for the clerk [ACC-DUTY-02]', async () => {
      expect(refusal(await act.give(actorFor('REGISTRY_ADMIN', 's-2161000101'), 'createPreschoolClass', input))).toMatchObject({ code: 'INSTITUTION_NOT_PRESCHOOL', rule: 'GEN-SCOPE-02' });
      expect(refusal(await act.give(leader, 'createPreschoolClass', input))).toMatchObject({ code: 'FIELD_FORBIDDEN', rule: 'ACC-DUTY-02' });
    });

    it('are listed page by page within the viewer\'s area only', async () => {
      await act.createClass(OTHER_KINDERGARTEN);
      await act.createClass();
      const list = `query($after: String) { preschoolClasses(first: 2, after: $after) { edges { node { id institution { id } } } pageInfo { hasNextPage endCursor } } }`;
      const seen: string[] = [];
      let after: string | null = null;
      do {
        const { data }: any = await service.query(county, list, { after });
        seen.push(...data.preschoolClasses.edges.map((edge: any) => edge.node.institution.id));
        after = data.preschoolClasses.pageInfo.hasNextPage ? data.preschoolClasses.pageInfo.endCursor : null;
      } while (after);
      const [{ count }] = await service.dataSource.query('select count(*)::int as count from preschool_class where institution_id = $1', [KINDERGARTEN]);
      expect(seen).toEqual(Array.from({ length: count }, () => KINDERGARTEN));
    });
  });

  describe('from registration to number', () => {
    it('lists a registered child as late once the month has passed, for the institution and the levels above, and moves nothing [PRE-ARCH-01] [GEN-FLOW-08]', async () => {
      const childId = await act.register();
      const late = `{ children(overdue: true, first: 100) { edges { node { id state overdue dueAt dueRule } } } }`;
      const ids = async (actor: typeof clerk) => (await service.query(actor, late)).data.children.edges.map((edge: any) => edge.node).filter((node: any) => node.id === childId);
      service.clock.set(new Date('2026-10-10T15:59:59Z'));
      expect(await ids(clerk)).toEqual([]);
      service.clock.set(new Date('2026-10-10T16:00:00Z'));
      for (const actor of [clerk, county, city, actorFor('REGISTRY_LEADER', 'b-61')]) {
        expect(await ids(actor)).toEqual([{ id: childId, state: 'REGISTERED', overdue: true, dueAt: '2026-10-10T15:59:59.000Z', dueRule: 'PRE-ARCH-01' }]);
      }
      expect(await ids(otherCounty)).toEqual([]);
    });

    it('reviews, checks for doubles, then numbers, in this order and at once [PRE-ARCH-04]', async () => {
      const childId = await act.draft(inventedArchive(await act.createClass()));
      await act.done(leader, 'reviewChildArchive', { childId });
      const child = await act.look(clerk, childId, 'state paperArchiveKeeper dueAt history { version command fromState toState duty realName }');
      expect(child).toMatchObject({ state: 'ACTIVE', paperArchiveKeeper: '档案室', dueAt: null });
      expect(child.history.map((step: any) => [step.version, step.command, step.toState, step.duty])).toEqual([
        [1, 'register', 'REGISTERED', 'REGISTRY_ADMIN'], [2, 'createArchive', 'DRAFT', 'REGISTRY_ADMIN'], [3, 'reviewArchive', 'INSTITUTION_REVIEWED', 'REGISTRY_LEADER'],
        [4, 'requestNumber', 'NUMBER_REQUESTED', 'SYSTEM'], [5, 'assignNumber', 'ACTIVE', 'SYSTEM'],
      ]);
    });

    it('makes the number of the resident ID number and tells it with the identity [PRE-ARCH-05] [REG-NUM-01]', async () => {
      const archive = inventedArchive(await act.createClass());
      const { id } = await act.reviewed(archive);
      expect(await act.look(clerk, id, 'nationalStudentNumberFull studentNumberType')).toEqual({ nationalStudentNumberFull: `G${archive.identityDocumentNumber}`, studentNumberType: 'FORMAL_ID' });
      expect((await act.told(childNumbered.type, id))[0]).toMatchObject({
        partitionkey: id, aggregateversion: 5,
        data: { childId: id, nationalStudentNumber: `G${archive.identityDocumentNumber}`, institutionId: KINDERGARTEN, identity: { name: archive.name, birthDate: '2020-05-06', documentNumber: archive.identityDocumentNumber } },
      });
    });

    it('numbers children from abroad and children without a document by place, birth date and sequence [PRE-ARCH-09] [REG-NUM-06]', async () => {
      const classId = await act.createClass();
      const numbers = [];
      for (const document of ['E0000001', 'E0000002']) {
        const { id } = await act.reviewed(inventedArchive(classId, { birthDate: '2021-01-02', identityDocumentType: 'A', identityDocumentNumber: document, nationality: 'FRA' }));
        numbers.push((await act.look(clerk, id, 'nationalStudentNumberFull')).nationalStudentNumberFull.slice(0, 18));
      }
      const { id } = await act.reviewed(inventedArchive(classId, { birthDate: '2021-01-02', identityDocumentType: 'Z', identityDocumentNumber: null }));
      numbers.push((await act.look(clerk, id, 'nationalStudentNumberFull')).nationalStudentNumberFull);
      expect(numbers).toEqual(['J61011320210102001', 'J61011320210102002', 'L610113202101020001']);
    });

    it('takes the steps only in order and from the one whose step it is [GEN-FLOW-02]', async () => {
      const childId = await act.register();
      expect(refusal(await act.review(childId))).toMatchObject({ code: 'COMMAND_OUT_OF_ORDER', rule: 'GEN-FLOW-02' });
      expect(refusal(await act.give(clerk, 'graduateChild', { childId }))).toMatchObject({ code: 'COMMAND_OUT_OF_ORDER' });
      expect(refusal(await act.give(clerk, 'reviewChildArchive', { childId }))).toMatchObject({ code: 'FIELD_FORBIDDEN', rule: 'ACC-DUTY-03' });
      expect((await act.look(clerk, childId, 'version')).version).toBe(1);
    });

    it('returns a draft to the clerk with a reason, and offers each person their own steps [GEN-FLOW-03]', async () => {
      const classId = await act.createClass();
      const childId = await act.draft(inventedArchive(classId));
      expect((await act.look(leader, childId, 'availableCommands')).availableCommands).toEqual(['reviewArchive', 'returnArchive']);
      expect((await act.look(county, childId, 'availableCommands')).availableCommands).toEqual([]);
      expect(refusal(await act.give(leader, 'returnChildArchive', { childId, reason: ' ' }))).toMatchObject({ rule: 'GEN-FLOW-03', field: 'reason' });
      await act.done(leader, 'returnChildArchive', { childId, reason: '姓名有误' });
      await act.done(clerk, 'createChildArchive', { childId, archive: inventedArchive(classId, { name: '改名示例' }) });
      expect(await act.look(clerk, childId, 'state name')).toEqual({ state: 'DRAFT', name: '改名示例' });
    });
  });

  describe('doubles and problems', () => {
    const double = async (institutionId = KINDERGARTEN) => {
      const original = inventedArchive(await act.createClass());
      await act.reviewed(original);
      const classId = await act.createClass(institutionId);
      const { id, state } = await act.reviewed({ ...original, name: '另一姓名', classId }, institutionId);
      expect(state).toBe('PROBLEM');
      return { id, original, classId };
    };
    const namesake = async (institutionId: string) => {
      const changes = { name: `同名示例${randomUUID().slice(0, 6)}`, identityDocumentType: 'Z', identityDocumentNumber: null };
      await act.reviewed(inventedArchive(await act.createClass(), changes));
      const { id, state } = await act.reviewed(inventedArchive(await act.createClass(institutionId), changes), institutionId);
      expect(state).toBe('PROBLEM');
      return id;
    };

    it('finds the same document number at another institution, numbers nothing and names the other archive to those who may see it [PRE-ARCH-03] [PRE-ARCH-06]', async () => {
      const { id } = await double(OTHER_KINDERGARTEN);
      const fields = 'nationalStudentNumberFull problem { kind disputed otherChild { id } } availableCommands';
      expect(await act.look(otherClerk, id, fields)).toEqual({
        nationalStudentNumberFull: null, problem: { kind: 'DUPLICATE_DOCUMENT', disputed: true, otherChild: null }, availableCommands: ['deleteArchive', 'modifyArchive', 'substantiate'],
      });
      expect((await act.look(city, id, fields)).problem.otherChild).not.toBeNull();
      expect(await act.told(childNumbered.type, id)).toEqual([]);
    });

    it('finds the same name, sex and birth date where one of the two has no document [PRE-ARCH-03]', async () => {
      const id = await namesake(KINDERGARTEN);
      expect((await act.look(clerk, id, 'problem { kind disputed }')).problem).toEqual({ kind: 'DUPLICATE_PERSON', disputed: false });
    });

    it('lets two children of one name and birthday be when each has a document of its own', async () => {
      const classId = await act.createClass();
      const name = `双名示例${randomUUID().slice(0, 6)}`;
      for (const identityDocumentNumber of [inventedId('2020-05-06', '2'), inventedId('2020-05-06', '2')]) {
        expect((await act.reviewed(inventedArchive(classId, { name, identityDocumentNumber }))).state).toBe('ACTIVE');
      }
    });

    it('deletes a double with a reason, for ever [PRE-ARCH-06]', async () => {
      const { id } = await double();
      expect(refusal(await act.give(clerk, 'deleteChildArchive', { childId: id }))).toMatchObject({ rule: 'GEN-FLOW-03', field: 'reason' });
      expect((await act.done(clerk, 'deleteChildArchive', { childId: id, reason: '重复建档' })).child).toMatchObject({ state: 'DELETED', availableCommands: [] });
      expect((await service.dataSource.query('select * from child_custody where child_id = $1', [id]))).toEqual([]);
    });

    it('checks a modified archive again, and again [PRE-ARCH-06]', async () => {
      const { id, original, classId } = await double();
      const still = await act.done(clerk, 'modifyChildArchive', { childId: id, archive: { ...original, classId, name: '又一姓名' } });
      expect(still.child.state).toBe('PROBLEM');
      const cured = await act.done(clerk, 'modifyChildArchive', { childId: id, archive: inventedArchive(classId) });
      expect(cured.child.state).toBe('ACTIVE');
      expect((await act.look(clerk, id, 'problem { kind }')).problem).toBeNull();
    });

    it('asks the superior bureau only with the proof of the parents, and numbers the child when it is upheld [PRE-ARCH-07]', async () => {
      const id = await namesake(KINDERGARTEN);
      expect(refusal(await act.give(clerk, 'substantiateChild', { childId: id, attachments: [] }))).toMatchObject({ code: 'SUBSTANTIATION_PROOF_REQUIRED', rule: 'PRE-ARCH-07', field: 'attachments' });
      await act.done(clerk, 'substantiateChild', { childId: id, attachments: ['proof-1'] });
      expect(refusal(await act.give(city, 'upholdChildSubstantiation', { childId: id }))).toMatchObject({ code: 'ACTOR_NOT_PERMITTED' });
      expect(refusal(await act.give(otherCounty, 'upholdChildSubstantiation', { childId: id }))).toMatchObject({ code: 'RECORD_NOT_FOUND', rule: 'ACC-PERM-03' });
      expect((await act.look(county, id, 'attachments availableCommands'))).toEqual({ attachments: ['proof-1'], availableCommands: ['upholdSubstantiation', 'rejectSubstantiation'] });
      expect((await act.done(county, 'upholdChildSubstantiation', { childId: id })).child.state).toBe('ACTIVE');
      expect((await act.look(clerk, id, 'nationalStudentNumberFull')).nationalStudentNumberFull).toMatch(/^L6101132020050600\d\d$/);
    });

    it('goes back to the institution when the proof is not upheld, with a reason [PRE-ARCH-07]', async () => {
      const id = await namesake(KINDERGARTEN);
      await act.done(clerk, 'substantiateChild', { childId: id, attachments: ['proof-1'] });
      expect(refusal(await act.give(county, 'rejectChildSubstantiation', { childId: id }))).toMatchObject({ rule: 'GEN-FLOW-03' });
      expect((await act.done(county, 'rejectChildSubstantiation', { childId: id, reason: '证明不足' })).child.state).toBe('PROBLEM');
    });

    it('leaves a dispute between institutions to the county, even for a kindergarten straight under the city [PRE-DATA-07]', async () => {
      await service.dataSource.query(
        `insert into organization (id, parent_id, path, level, name, division_code, province, school_identifier, school_type, stages, status, competent_authority_id, version)
         values ('s-direct', 'b-6101', '/cn/b-61/b-6101/s-direct/', 'INSTITUTION', '示例市直属幼儿园', '610113', '61', null, '11', '{PRESCHOOL}', 'ACTIVE', 'b-6101', 1) on conflict do nothing`,
      );
      const place = { organizationId: 's-direct', organizationName: '示例市直属幼儿园', path: '/cn/b-61/b-6101/s-direct/' };
      const [directClerk, directLeader] = [{ ...clerk, ...place }, { ...leader, ...place }];
      const { class: { id: classId } } = await act.done(directClerk, 'createPreschoolClass', { schoolYear: 2026, level: 'SENIOR', name: '大班(1)' });
      const changes = { name: '争议示例', identityDocumentType: 'Z', identityDocumentNumber: null };
      await act.reviewed(inventedArchive(await act.createClass(), changes));
      const { child: { id: childId } } = await act.done(directClerk, 'registerChild', { name: '争议示例' });
      await act.done(directClerk, 'createChildArchive', { childId, archive: inventedArchive(classId, changes) });
      expect((await act.done(directLeader, 'reviewChildArchive', { childId })).child.state).toBe('PROBLEM');
      await act.done(directClerk, 'substantiateChild', { childId, attachments: ['proof-1'] });

      const answer = await act.give(city, 'upholdChildSubstantiation', { childId });
      expect(refusal(answer)).toMatchObject({ code: 'ACTOR_NOT_PERMITTED', cites: expect.arrayContaining(['PRE-DATA-07']) });
      const queue = await service.query(county, `{ children(states: ["SUBSTANTIATION"], first: 100) { edges { node { id } } } }`);
      expect(queue.data.children.edges.map((edge: any) => edge.node.id)).toContain(childId);
      expect((await act.done(county, 'upholdChildSubstantiation', { childId })).child.state).toBe('ACTIVE');
    });

    it('leaves one active archive when twenty of the same child are reviewed at the same instant [PRE-ARCH-03] [PRE-ARCH-05]', async () => {
      const [here, there] = [await act.createClass(), await act.createClass(OTHER_KINDERGARTEN)];
      const archive = inventedArchive(here);
      const drafts = await Promise.all(Array.from({ length: 20 }, async (_, index) => {
        const institutionId = index % 2 === 0 ? KINDERGARTEN : OTHER_KINDERGARTEN;
        return { institutionId, id: await act.draft({ ...archive, classId: index % 2 === 0 ? here : there }, institutionId) };
      }));
      const answers = await Promise.all(drafts.map(({ id, institutionId }) => act.review(id, institutionId)));
      expect(answers.flatMap((answer) => answer.errors)).toEqual([]);
      const states = answers.map((answer) => answer.data.reviewChildArchive.child.state);
      expect(states.filter((state) => state === 'ACTIVE')).toHaveLength(1);
      expect(states.filter((state) => state === 'PROBLEM')).toHaveLength(19);
    });

    it('could not store a second archive of a document or a number even if a check were missed [PRE-ARCH-05]', async () => {
      const ids = [await act.active(), await act.active()];
      const copy = (columns: string) => service.dataSource.query(`update child c set (${columns}) = (select ${columns} from child o where o.id = $2) where c.id = $1`, ids);
      await expect(copy('identity_document_type, identity_document_number')).rejects.toMatchObject({ driverError: { constraint: 'child_document' } });
      await expect(copy('national_student_number, student_number_type')).rejects.toMatchObject({ driverError: { constraint: 'child_number' } });
    });
  });

  describe('who sees what', () => {
    it('shows numbers masked, and whole to those who may see identities [ACC-PERM-03]', async () => {
      const archive = inventedArchive(await act.createClass());
      const { id } = await act.reviewed(archive);
      const whole = archive.identityDocumentNumber as string;
      const mask = `${whole.slice(0, 4)}**********${whole.slice(14)}`;
      expect(await act.look(leader, id, 'identityDocumentNumber nationalStudentNumber')).toEqual({ identityDocumentNumber: mask, nationalStudentNumber: `G${mask}` });
      expect(await act.look(county, id, 'identityDocumentNumberFull')).toEqual({ identityDocumentNumberFull: whole });
      for (const field of ['identityDocumentNumberFull', 'nationalStudentNumberFull']) {
        const answer = await service.query(leader, `{ child(id: "${id}") { ${field} } }`);
        expect([answer.data?.child ?? null, answer.errors[0]!.extensions]).toMatchObject([null, { code: 'FIELD_FORBIDDEN', rule: 'ACC-PERM-03' }]);
      }
    });

    it('does not find a child of another area, by query, list, command or reference [ACC-PERM-03]', async () => {
      const id = await act.active();
      expect(await act.look(otherClerk, id, 'id')).toBeNull();
      const list = await service.query(otherClerk, '{ children(first: 100) { edges { node { id } } } }');
      expect(list.data.children.edges.map((edge: any) => edge.node.id)).not.toContain(id);
      expect(refusal(await act.give(otherClerk, 'graduateChild', { childId: id, reason: '测试' }))).toMatchObject({ code: 'RECORD_NOT_FOUND' });
      const byReference = 'query($r: [_Any!]!) { _entities(representations: $r) { ... on Child { name } } }';
      expect((await service.query(otherClerk, byReference, { r: [{ __typename: 'Child', id }] })).data._entities).toEqual([null]);
      expect((await service.query(county, byReference, { r: [{ __typename: 'Child', id }] })).data._entities[0].name).toMatch('示例幼儿');
    });
  });

  describe('graduating and leaving', () => {
    it('graduates in July without ado, in another month with a reason [PRE-DATA-06]', async () => {
      const ids = [await act.active(), await act.active()];
      service.clock.set(new Date('2027-06-30T15:59:59Z'));
      expect(refusal(await act.give(clerk, 'graduateChild', { childId: ids[0] }))).toMatchObject({ code: 'SEASON_REASON_REQUIRED', rule: 'PRE-DATA-06', field: 'reason' });
      await act.done(clerk, 'graduateChild', { childId: ids[0], reason: '随家长迁居' });
      service.clock.set(new Date('2027-06-30T16:00:00Z'));
      await act.done(clerk, 'graduateChild', { childId: ids[1] });
      expect(await act.look(clerk, ids[1]!, 'state graduatedOn')).toEqual({ state: 'GRADUATED', graduatedOn: '2027-07-01' });
    });

    it('tells primary schools of a graduate with number, identity, guardian and institution [PRE-GRAD-01] [GEN-DATA-02]', async () => {
      const archive = inventedArchive(await act.createClass());
      const { id } = await act.reviewed(archive);
      await act.done(clerk, 'graduateChild', { childId: id, reason: '测试' });
      expect((await act.told(childGraduated.type, id))[0]!.data).toEqual({
        childId: id, nationalStudentNumber: `G${archive.identityDocumentNumber}`, numberType: 'FORMAL_ID', institutionId: KINDERGARTEN, graduatedOn: '2026-09-10',
        guardian: { name: '示例家长', relationship: '2', phone: '000-0000-0000' },
        identity: { name: archive.name, sex: '2', birthDate: '2020-05-06', documentType: '1', documentNumber: archive.identityDocumentNumber, ethnicity: '01', nationality: 'CHN' },
      });
    });

    it('graduates a class child by child, with a verdict on each, once for a repeated request [PRE-GRAD-01]', async () => {
      const classId = await act.createClass();
      const ready = [await act.reviewed(inventedArchive(classId)), await act.reviewed(inventedArchive(classId))].map(({ id }) => id);
      const draft = await act.draft(inventedArchive(classId));
      service.clock.set(new Date('2027-07-01T02:00:00Z'));
      const request = { requestId: randomUUID(), classId };
      const first = await act.done(clerk, 'graduatePreschoolClass', request);
      expect(first.graduated).toEqual(ready.sort().map((id) => ({ id, state: 'GRADUATED' })));
      expect(first.refused).toMatchObject([{ childId: draft, code: 'COMMAND_OUT_OF_ORDER', rule: 'GEN-FLOW-02' }]);
      expect(await act.done(clerk, 'graduatePreschoolClass', request)).toEqual(first);
      expect(await act.told(childGraduated.type, ready[0]!)).toHaveLength(1);
      expect(refusal(await act.give(otherClerk, 'graduatePreschoolClass', { classId }))).toMatchObject({ code: 'RECORD_NOT_FOUND' });
    });

    it('lets a child leave in real time and tells it [PRE-CHG-01]', async () => {
      const id = await act.active();
      await act.done(clerk, 'leaveKindergarten', { childId: id, leftOn: '2026-09-10', reason: '迁居' });
      expect((await act.told(childLeft.type, id))[0]!.data).toEqual({ childId: id, institutionId: KINDERGARTEN, leftOn: '2026-09-10' });
      expect(refusal(await act.give(clerk, 'graduateChild', { childId: id }))).toMatchObject({ code: 'COMMAND_OUT_OF_ORDER' });
    });
  });

  it('keeps an unbroken audit of all of this [ACC-AUDIT-01]', async () => {
    expect(await verifyAudit(service.dataSource.manager)).toEqual([]);
  });
});
