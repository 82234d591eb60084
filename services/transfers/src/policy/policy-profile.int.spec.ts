import { randomUUID } from 'node:crypto';
import { studentTransferred } from '@xueji/contracts';
import { ACTOR_HEADER, createService, generateKeyPair, importSigningKey, schemaDrift, signActorToken, type Actor } from '@xueji/platform';
import { POLICY_PROFILES } from '@xueji/standards';
import { actorFor, startTestService, type TestService } from '@xueji/testing';
import { transfers } from '../app';
import { withUploads } from '../evidence/evidence.fixture';
import { A, admin, C, casesOf, FILE, leader, papers } from '../transfer/cases.fixture';

const FIELDS = 'policyProfile { id profileId edition province name effectiveFrom effectiveTo legalSource document state version dueAt dueRule overdue availableCommands history { command toState realName reason } }';
const mutation = (name: string) => `mutation($input: ${name[0]!.toUpperCase()}${name.slice(1)}Input!) { ${name}(input: $input) { ${FIELDS} } }`;
const commandOf = (name: string) => `mutation($input: PolicyProfileCommandInput!) { ${name}(input: $input) { ${FIELDS} } }`;
const DRAFT = mutation('draftPolicyProfile');
const REVISE = mutation('revisePolicyProfile');
const REFUSE = mutation('refusePolicyProfile');
const [SUBMIT, APPROVE, WITHDRAW] = ['submitPolicyProfile', 'approvePolicyProfile', 'withdrawPolicyProfile'].map(commandOf) as [string, string, string];
const LIST = `query($province: String, $on: String, $state: PolicyProfileState) { policyProfiles(province: $province, on: $on, state: $state, first: 100) { edges { node { id profileId edition province effectiveFrom effectiveTo state document } } } }`;
const ONE = 'query($id: ID!) { policyProfile(id: $id) { id state name } }';
const CASE = 'query($id: ID!) { transferCase(id: $id) { id state steps dueAt profileId profileEffectiveFrom } }';
const DRY_RUN = `query($policyProfileId: ID, $document: PolicyDocument, $profileId: String, $caseIds: [ID!]) {
  transferPolicyDryRun(policyProfileId: $policyProfileId, document: $document, profileId: $profileId, caseIds: $caseIds) {
    edges { node { id would { profileId profileEffectiveFrom initiator steps { step workingDays dueAt } } differences { aspect was would } } } } }`;

// A Friday. What is drafted today holds from the Friday after.
const NOW = '2026-11-20T02:00:00Z';
const FROM = '2026-11-27';
const TO_LAST = '2026-11-26';
const THEN = '2026-11-27T02:00:00Z';
const definition = () => transfers({ lookupKey: 'a key for tests only', tickMs: 3_600_000 });

const author = actorFor('SYSTEM_ADMIN', 'b-61');
const approver = actorFor('PROVINCIAL_ADMIN', 'b-61');
const ministry = actorFor('SYSTEM_ADMIN', 'cn');

describe('a policy profile', () => {
  let service: TestService;
  const { give, done, refused, pupil, filed, approved } = casesOf(() => service);

  const goTo = (instant: string) => service.clock.set(new Date(instant));
  const listed = async (actor: Actor, variables: object = {}): Promise<any[]> => (await service.query(actor, LIST, { ...variables })).data.policyProfiles.edges.map((edge: any) => edge.node);
  const inForce = async (province: string, on: string): Promise<any> => (await listed(author, { province, on }))[0];
  /** Shaanxi turns its chain round, gives five days a step and lets the city see every transfer. */
  const turned = async (change: (document: any) => void = () => undefined) => {
    const { document } = await inForce('61', '2026-11-20');
    Object.assign(document.transfer, { initiator: 'IN_SCHOOL', withinProvince: ['IN_COUNTY', 'OUT_SCHOOL', 'OUT_COUNTY', 'OUT_CITY'], stepWorkingDays: 5, reminderAfterWorkingDays: 4 });
    change(document);
    return document;
  };
  const text = async (change: object = {}) => ({ profileId: 'SHAANXI', zh: '陕西省转学新规', en: 'New rules of Shaanxi', effectiveFrom: FROM, legalSource: '陕教〔2026〕1号', document: await turned(), ...change });
  const drafted = async (change: object = {}, by = author): Promise<any> => done(await give(by, DRAFT, await text(change)));
  const submitted = async (change: object = {}, by = author): Promise<any> => done(await give(by, SUBMIT, { id: (await drafted(change, by)).id }));
  const inPlace = async (change: object = {}): Promise<any> => done(await give(approver, APPROVE, { id: (await submitted(change)).id }));
  const fileByReceiver = async (to: string, who: { nationalStudentNumber: string; name: string }) =>
    give(admin(to), FILE, { studentNumber: who.nationalStudentNumber, name: who.name, classId: 'c-new', reasonCode: 'HOUSEHOLD_MOVED', documents: papers });
  const seen = async (id: string) => (await service.query(admin('b-61'), CASE, { id })).data.transferCase;
  const moved = (id: string, studentId: string, from: string, to: string) =>
    service.deliver(studentTransferred, studentId, { studentId, transferId: id, fromSchoolId: from, toSchoolId: to, stage: 'PRIMARY', grade: 3, classId: 'c-new' }, { version: 2 });

  describe('that was approved', () => {
    beforeEach(async () => {
      service = await startTestService(definition(), { now: NOW });
    });
    afterEach(() => service.stop());

    it('changes the chain of a province by a row: cases filed before keep the old one, cases filed after follow the new one to the end [GEN-SCOPE-07] [TRF-INTRA-04] [TRF-INTRA-02]', async () => {
      const old = await filed(A, C);
      const profile = await inPlace();
      expect(profile).toMatchObject({ profileId: 'SHAANXI', edition: 3, province: '61', state: 'APPROVED', effectiveFrom: FROM, effectiveTo: null, dueAt: null });
      expect(profile.history.map(({ command, realName }: any) => [command, realName])).toEqual([['draft', author.realName], ['submit', author.realName], ['approve', approver.realName]]);

      goTo('2026-11-26T15:59:59Z');
      const eve = await filed(A, C);
      expect(await seen(eve.id)).toMatchObject({ state: 'IN_SCHOOL_REVIEW', profileEffectiveFrom: '2025-01-03' });
      goTo('2026-11-26T16:00:00Z');
      expect(refused(await give(admin(A), FILE, { studentId: (await pupil(A)).studentId, inSchoolId: C, reasonCode: 'HOUSEHOLD_MOVED', documents: papers }))).toMatchObject({ code: 'ACTOR_NOT_PERMITTED' });

      const child = await pupil(A);
      const { id } = done(await fileByReceiver(C, child));
      // Received on Friday 27 November at midnight; five working days end on Friday 4 December.
      expect(await seen(id)).toMatchObject({ state: 'IN_COUNTY_REVIEW', steps: ['IN_COUNTY', 'OUT_SCHOOL', 'OUT_COUNTY', 'OUT_CITY'], dueAt: '2026-12-04T15:59:59.000Z', profileId: 'SHAANXI', profileEffectiveFrom: FROM });
      const states = [];
      for (const reviewer of [admin('b-610112'), leader(A), admin('b-610113'), admin('b-6101')]) states.push((await approved(reviewer, id)).state);
      expect(states).toEqual(['OUT_SCHOOL_REVIEW', 'OUT_COUNTY_REVIEW', 'OUT_CITY_REVIEW', 'MOVING']);
      await moved(id, child.studentId, A, C);
      expect((await seen(id)).state).toBe('COMPLETED');

      expect(await seen(old.id)).toMatchObject({ steps: ['IN_SCHOOL', 'OUT_COUNTY', 'IN_COUNTY'], dueAt: '2026-11-25T15:59:59.000Z' });
      const before = [(await approved(leader(C), old.id, 'c-new')), await approved(admin('b-610113'), old.id), await approved(admin('b-610112'), old.id)];
      // Reached on the 27th, and still three days: the 30th, the 1st, the 2nd.
      expect(before.map(({ state, dueAt }) => [state, dueAt])).toEqual([['OUT_COUNTY_REVIEW', '2026-12-02T15:59:59.000Z'], ['IN_COUNTY_REVIEW', '2026-12-02T15:59:59.000Z'], ['MOVING', '2026-11-27T16:00:00.000Z']]);
      await moved(old.id, old.studentId, A, C);
      expect((await seen(old.id)).state).toBe('COMPLETED');
    });

    it('ends the version before it on the eve, and leaves both on record with who decided [GEN-SCOPE-07] [GEN-FLOW-01]', async () => {
      const { id } = await inPlace();
      expect((await listed(author, { province: '61' })).map(({ effectiveFrom, effectiveTo, edition }) => [effectiveFrom, effectiveTo, edition])).toEqual([['2014-08-01', '2025-01-02', 1], ['2025-01-03', TO_LAST, 2], [FROM, null, 3]]);
      expect([(await inForce('61', TO_LAST)).edition, (await inForce('61', FROM)).edition]).toEqual([2, 3]);
      const trail = await service.dataSource.query(`select action, account_id from audit_entry where subject_type = 'policy-profile' and (subject_id = $1 or action = 'policy-profile.end') order by action`, [id]);
      expect(trail.map((row: any) => [row.action, row.account_id])).toEqual([
        ['policy-profile.approve', approver.accountId], ['policy-profile.draft', author.accountId], ['policy-profile.end', 'system'], ['policy-profile.submit', author.accountId],
      ]);
    });

    it('holds in every replica without a restart [GEN-SCOPE-07]', async () => {
      const keys = await generateKeyPair();
      const signing = await importSigningKey(keys.privateKey);
      const replica = await createService(definition(), {
        databaseUrl: service.migratorUrl, migratorUrl: null, appRole: null, actorPublicKey: keys.publicKey, bus: service.bus, clock: service.clock, demo: false, logLevel: 'silent',
      });
      const there = async (studentId: string): Promise<any> => replica.execute(
        { query: `mutation($input: FileTransferInput!) { fileTransfer(input: $input) { transferCase { steps } } }`, variables: { input: await withUploads(service, admin(A), { requestId: randomUUID(), studentId, inSchoolId: C, reasonCode: 'HOUSEHOLD_MOVED', documents: papers }) } },
        { [ACTOR_HEADER]: await signActorToken(signing, admin(A), { audience: 'transfers' }) },
      );
      expect((await there((await pupil(A)).studentId)).data.fileTransfer.transferCase.steps).toEqual(['IN_SCHOOL', 'OUT_COUNTY', 'IN_COUNTY']);
      await inPlace({ document: await turned((document) => Object.assign(document.transfer, { initiator: 'OUT_SCHOOL', withinProvince: ['IN_SCHOOL', 'IN_COUNTY', 'OUT_COUNTY'] })) });
      goTo(THEN);
      expect((await there((await pupil(A)).studentId)).data.fileTransfer.transferCase.steps).toEqual(['IN_SCHOOL', 'IN_COUNTY', 'OUT_COUNTY']);
      await replica.stop();
    });

    it('is approved by another person than its author, of the province or of the Ministry, and by nobody else [GEN-FLOW-05] [GEN-SCOPE-04] [ACC-DUTY-05]', async () => {
      const own = await submitted({}, approver);
      expect(refused(await give(approver, APPROVE, { id: own.id }))).toMatchObject({ code: 'REVIEW_NOT_INDEPENDENT', rule: 'GEN-FLOW-05' });
      expect(own.availableCommands).toEqual(['withdraw']);
      // Who revised it is an author as well, though another person submits it.
      const shared = await drafted();
      done(await give(approver, REVISE, { id: shared.id, ...(await text({ zh: '改过的' })) }));
      done(await give(author, SUBMIT, { id: shared.id }));
      expect(refused(await give(approver, APPROVE, { id: shared.id }))).toMatchObject({ code: 'REVIEW_NOT_INDEPENDENT' });
      for (const [other, code] of [[author, 'ACTOR_NOT_PERMITTED'], [actorFor('PROVINCIAL_ADMIN', 'b-41'), 'RECORD_NOT_FOUND'], [actorFor('SYSTEM_ADMIN', 'b-6101'), 'RECORD_NOT_FOUND'], [actorFor('REGISTRY_LEADER', 'b-61'), 'FIELD_FORBIDDEN'], [admin('b-61'), 'FIELD_FORBIDDEN']] as const) {
        expect([other.accountId, refused(await give(other, APPROVE, { id: shared.id })).code]).toEqual([other.accountId, code]);
      }
      expect(done(await give(ministry, APPROVE, { id: shared.id })).state).toBe('APPROVED');
    });

    it('is drafted by a province or the Ministry for itself, under a name of its own [GEN-SCOPE-07] [GEN-SCOPE-03]', async () => {
      expect(refused(await give(actorFor('SYSTEM_ADMIN', 'b-6101'), DRAFT, await text()))).toMatchObject({ code: 'ACTOR_NOT_PERMITTED' });
      expect(refused(await give(admin('b-61'), DRAFT, await text()))).toMatchObject({ code: 'FIELD_FORBIDDEN' });
      const { document } = await inForce('41', '2026-11-20');
      expect(refused(await give(actorFor('SYSTEM_ADMIN', 'b-41'), DRAFT, await text({ document })))).toMatchObject({ code: 'POLICY_PROFILE_NAME_TAKEN', field: 'profileId' });
      const national = (await inForce('00', '2026-11-20')).document;
      const country = { profileId: 'NATIONAL_2026', document: national };
      expect(refused(await give(ministry, DRAFT, await text({ ...country, effectiveTo: '2027-07-31' })))).toMatchObject({ code: 'POLICY_PROFILE_NATIONAL_ENDS' });
      const { id } = await submitted(country, ministry);
      expect(refused(await give(approver, APPROVE, { id }))).toMatchObject({ code: 'RECORD_NOT_FOUND' });
      expect(done(await give({ ...ministry, accountId: 'a-second' }, APPROVE, { id }))).toMatchObject({ province: null, edition: 1 });
      expect([(await inForce('00', TO_LAST)).profileId, (await inForce('00', FROM)).profileId]).toEqual(['NATIONAL_2025', 'NATIONAL_2026']);
    });

    it('does not begin today or before, nor on days that another version has [GEN-FLOW-04] [GEN-SCOPE-07]', async () => {
      expect(refused(await give(author, DRAFT, await text({ effectiveFrom: '2026-11-20' })))).toMatchObject({ code: 'POLICY_PROFILE_TOO_LATE', rule: 'GEN-FLOW-04', field: 'effectiveFrom' });
      const late = await submitted();
      expect([late.dueAt, late.dueRule]).toEqual(['2026-11-26T15:59:59.000Z', 'GEN-FLOW-04']);
      const { id } = await inPlace();
      expect(refused(await give(approver, APPROVE, { id: late.id }))).toMatchObject({ code: 'POLICY_PROFILE_OVERLAPS', overlapping: [{ id, effectiveFrom: FROM, effectiveTo: null }] });
      expect(refused(await give(author, DRAFT, await text({ effectiveFrom: '2026-11-25' })))).toMatchObject({ code: 'POLICY_PROFILE_OVERLAPS', rule: 'GEN-SCOPE-07', field: 'effectiveFrom' });
      goTo(THEN);
      expect(refused(await give(approver, APPROVE, { id: late.id }))).toMatchObject({ code: 'POLICY_PROFILE_TOO_LATE' });
      expect((await service.query(author, 'query($id: ID!) { policyProfile(id: $id) { overdue } }', { id: late.id })).data.policyProfile).toEqual({ overdue: true });
    });

    it('is one of those that are approved at once for the same days, and the database says so itself [GEN-SCOPE-07]', async () => {
      const rivals = [await submitted(), await submitted({ effectiveTo: '2026-12-31' }), await submitted({ effectiveTo: '2027-06-30' })];
      const answers = await Promise.all(rivals.map(({ id }) => give(approver, APPROVE, { id })));
      const codes = answers.map((answer) => refused(answer).code);
      expect([codes.filter((code) => code === 'allowed').length, codes.filter((code) => code === 'POLICY_PROFILE_OVERLAPS').length]).toEqual([1, 2]);
      const sneaked = service.dataSource.query(`update policy_profile set state = 'APPROVED' where id = any($1)`, [rivals.map(({ id }) => id)]);
      await expect(sneaked).rejects.toMatchObject({ driverError: { constraint: expect.stringMatching(/^policy_profile_(period|named)$/) } });
    });

    it('says the overlap in words when only the database noticed it [GEN-SCOPE-07]', async () => {
      // A version for December alone ends the one before; another follows it. Without December the first would have to go on into the second.
      const december = await inPlace({ effectiveFrom: '2026-12-01', effectiveTo: '2026-12-31' });
      await inPlace({ effectiveFrom: '2027-01-01' });
      expect(refused(await give(approver, WITHDRAW, { id: december.id }))).toMatchObject({ code: 'POLICY_PROFILE_OVERLAPS', rule: 'GEN-SCOPE-07' });
      expect((await listed(author, { province: '61', on: '2026-12-15' })).map(({ id }) => id)).toEqual([december.id]);
    });

    it('can be called back before its first day, and the version before it goes on [GEN-FLOW-04]', async () => {
      const { id } = await inPlace();
      expect(refused(await give(author, WITHDRAW, { id }))).toMatchObject({ code: 'ACTOR_NOT_PERMITTED' });
      expect(done(await give(approver, WITHDRAW, { id })).state).toBe('WITHDRAWN');
      expect(await inForce('61', FROM)).toMatchObject({ edition: 2, effectiveTo: null });
      const next = await inPlace();
      goTo(THEN);
      expect(refused(await give(approver, WITHDRAW, { id: next.id }))).toMatchObject({ code: 'POLICY_PROFILE_BEGUN' });
    });

    it('is seen by all once it is approved, before that by its province and the Ministry [GEN-SCOPE-03] [ACC-PERM-03]', async () => {
      const { id } = await drafted();
      const found = async (actor: Actor) => (await service.query(actor, ONE, { id })).data.policyProfile?.id ?? null;
      expect([await found(admin('b-61')), await found(ministry), await found(admin('b-41')), await found(admin('b-6101')), await found(admin(A))]).toEqual([id, id, null, null, null]);
      expect((await listed(admin(A), { province: '61', state: 'DRAFT' })).length).toBe(0);
      done(await give(author, SUBMIT, { id }));
      done(await give(approver, APPROVE, { id }));
      expect([await found(admin('b-41')), await found(actorFor('GUARDIAN', A))]).toEqual([id, id]);
      expect((await service.query(author, LIST, { on: 'soon' })).errors[0]!.extensions).toMatchObject({ code: 'DAY_INVALID', field: 'on' });
    });

    it('comes with the regulations at the first start, and later starts leave what a province has set [GEN-SCOPE-07]', async () => {
      const rows = () => service.dataSource.query('select profile_id, edition, effective_from, effective_to, state, version from policy_profile order by profile_id, edition');
      expect((await rows()).map((row: any) => [row.profile_id, row.effective_from, row.effective_to, row.state])).toEqual(
        [...POLICY_PROFILES].sort((a, b) => (`${a.id} ${a.effectiveFrom}` < `${b.id} ${b.effectiveFrom}` ? -1 : 1)).map(({ id, effectiveFrom, effectiveTo }) => [id, effectiveFrom, effectiveTo, 'APPROVED']));
      await inPlace();
      const before = await rows();
      const { publicKey } = await generateKeyPair();
      const restart = async (profiles = POLICY_PROFILES) => (await createService(transfers({ lookupKey: 'a key for tests only', profiles }), {
        databaseUrl: service.migratorUrl, migratorUrl: null, appRole: null, actorPublicKey: publicKey, bus: service.bus, clock: service.clock, demo: false, logLevel: 'silent',
      })).stop();
      await restart();
      expect(await rows()).toEqual(before);
      // A release that knows of a newer Shaanxi, and of a province that has set nothing.
      const national = POLICY_PROFILES.find(({ id }) => id === 'NATIONAL_2025')!;
      const shaanxi = POLICY_PROFILES.find(({ id, effectiveTo }) => id === 'SHAANXI' && effectiveTo === null)!;
      await restart([...POLICY_PROFILES, { ...shaanxi, effectiveFrom: '2026-12-01' }, { ...national, id: 'GANSU', province: '62', effectiveFrom: '2026-12-01' }]);
      expect(await rows()).toEqual([...before.slice(0, 2), { profile_id: 'GANSU', edition: 1, effective_from: '2026-12-01', effective_to: null, state: 'APPROVED', version: 1 }, ...before.slice(2)]);
    });
  });

  describe('that is not approved', () => {
    beforeAll(async () => {
      service = await startTestService(definition(), { now: NOW });
    });
    beforeEach(() => goTo(NOW));
    afterAll(() => service.stop());

    it('is refused with every fault and its path when it is drafted or revised, and nothing is kept [GEN-SCOPE-07] [TRF-INTRA-01]', async () => {
      const broken = await turned((document) => {
        document.transfer.withinProvince = ['IN_COUNTY', 'VILLAGE'];
        delete document.transfer.stepWorkingDays;
        document.transfer.requiredDocuments = ['TAX_BILL'];
        document.windows.TRANSFER.from = '02-30';
      });
      const { code, rule, field, faults } = refused(await give(author, DRAFT, await text({ document: broken, profileId: 'shaanxi' }))) as any;
      expect({ code, rule, field }).toEqual({ code: 'POLICY_PROFILE_INVALID', rule: 'GEN-SCOPE-07', field: 'document' });
      expect(faults.map(({ path }: any) => path)).toEqual([
        'profileId', 'document.windows.TRANSFER.from', 'document.transfer.withinProvince.1', 'document.transfer.stepWorkingDays', 'document.transfer.requiredDocuments.0',
      ]);
      const { id } = await drafted();
      expect(refused(await give(author, REVISE, { id, ...(await text({ document: broken })) }))).toMatchObject({ code: 'POLICY_PROFILE_INVALID' });
      expect(await service.dataSource.query('select version, document->$1->>$2 as days from policy_profile where id = $3', ['transfer', 'stepWorkingDays', id])).toEqual([{ version: 1, days: '5' }]);
    });

    it('goes back to its author with a reason when it is refused, and holds nowhere before it is approved [GEN-FLOW-03] [GEN-FLOW-04]', async () => {
      const { id } = await submitted();
      expect(refused(await give(approver, REFUSE, { id, reason: ' ' }))).toMatchObject({ code: 'REASON_REQUIRED', field: 'reason' });
      const returned = done(await give(approver, REFUSE, { id, reason: '期限过长' }));
      expect([returned.state, returned.history.at(-1).reason]).toEqual(['DRAFT', '期限过长']);
      done(await give(author, SUBMIT, { id }));
      goTo(THEN);
      expect((await filed(A, C)).state).toBe('IN_SCHOOL_REVIEW');
      expect(done(await give(author, WITHDRAW, { id })).state).toBe('WITHDRAWN');
    });

    it('is drafted once however often the request comes, and not over a version that others have changed [GEN-FLOW-01]', async () => {
      const input = { requestId: randomUUID(), ...(await text()) };
      const [first, again] = [done(await give(author, DRAFT, input)), done(await give(author, DRAFT, input))];
      expect(again.id).toBe(first.id);
      done(await give(author, REVISE, { id: first.id, ...(await text()) }));
      expect(refused(await give(author, SUBMIT, { id: first.id, expectedVersion: 1 }))).toMatchObject({ code: 'VERSION_STALE' });
    });

    it('can be tried on cases while it is a draft, and before that as a bare document [GEN-SCOPE-07] [TRF-GEN-09]', async () => {
      const { id } = await filed(A, C);
      const draft = await drafted();
      const dryRun = (variables: object) => service.query(admin('b-61'), DRY_RUN, { caseIds: [id], ...variables });
      const node = async (variables: object) => (await dryRun(variables)).data.transferPolicyDryRun.edges[0].node;
      const tried = await node({ policyProfileId: draft.id });
      expect(tried.would).toMatchObject({ profileId: 'SHAANXI', profileEffectiveFrom: FROM, initiator: 'IN_SCHOOL', steps: ['IN_COUNTY', 'OUT_SCHOOL', 'OUT_COUNTY', 'OUT_CITY'].map((step) => ({ step, workingDays: 5 })) });
      expect(tried.differences.map(({ aspect, would }: any) => [aspect, would])).toEqual([
        ['INITIATOR', 'IN_SCHOOL'], ['STEPS', 'IN_COUNTY, OUT_SCHOOL, OUT_COUNTY, OUT_CITY'], ['WORKING_DAYS', 'IN_COUNTY 5, OUT_COUNTY 5'],
      ]);
      const bare = await node({ document: await turned((document) => (document.transfer.requiredDocuments = ['GUARDIAN_APPLICATION', 'RESIDENCE_PROOF'])) });
      expect([bare.would.profileId, bare.differences.at(-1)]).toEqual(['DOCUMENT', { aspect: 'DOCUMENTS', was: '—', would: 'RESIDENCE_PROOF' }]);
      const refusal = async (variables: object) => (await dryRun(variables)).errors[0]!.extensions;
      expect(await refusal({ document: { transfer: {} } })).toMatchObject({ code: 'POLICY_PROFILE_INVALID', faults: expect.arrayContaining([expect.objectContaining({ path: 'transfer.stepWorkingDays' })]) });
      expect(await refusal({ document: draft.document, policyProfileId: draft.id })).toMatchObject({ code: 'DRY_RUN_INVALID', field: 'profileId' });
      expect(await refusal({})).toMatchObject({ code: 'DRY_RUN_INVALID' });
      expect(await refusal({ policyProfileId: randomUUID() })).toMatchObject({ field: 'policyProfileId' });
      expect((await service.query(admin('b-41'), DRY_RUN, { caseIds: [id], policyProfileId: draft.id })).errors[0]!.extensions).toMatchObject({ field: 'policyProfileId' });
      expect(await seen(id)).toMatchObject({ state: 'IN_SCHOOL_REVIEW', profileEffectiveFrom: '2025-01-03' });
    });

    it('keeps entities and migrations in step', async () => {
      expect(await schemaDrift(service.dataSource)).toEqual([]);
    });
  });
});
