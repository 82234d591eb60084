import { randomUUID } from 'node:crypto';
import { agreementSession, generateKeyPair, importVerifyingKey, memoryEndedSessions, verifyAccessToken, type Actor, type KeyPairText } from '@xueji/platform';
import { actorFor, DEMO_AGREEMENT, DEMO_CLIENT_KEY, startTestService, tokenRequest, type TestService } from '@xueji/testing';
import { accounts } from '../app';
import { expireAgreements } from './agreement.clock';

const NOW = '2026-11-22T02:00:00.000Z';
const SHOWN = 'id state version agencyName purpose fields validUntil dueAt dueRule requestedByName approvedByName availableCommands area { id } keys { kid revokedAt } history { command toState reason }';
const INPUTS: Record<string, string> = { requestAgreement: 'RequestAgreementInput', refuseAgreement: 'AgreementReasonInput', suspendAgreement: 'AgreementReasonInput' };
const clerk = actorFor('REGISTRY_ADMIN', 'b-61');
const asker = actorFor('PROVINCIAL_ADMIN', 'b-61');

describe('agreements', () => {
  const endedSessions = memoryEndedSessions();
  let service: TestService;
  let keys: KeyPairText;
  let own: KeyPairText;
  let url: string;

  beforeAll(async () => {
    keys = await generateKeyPair();
    own = await generateKeyPair();
    service = await startTestService(await accounts({ accessSigningKey: keys.privateKey, redis: null, endedSessions }), { now: NOW, demo: true });
    url = (await service.listen(0)).url.replace('/graphql', '/oauth/token');
  });
  afterAll(() => service.stop());
  beforeEach(() => service.clock.set(new Date(NOW)));

  const give = (actor: Actor | null, command: string, input: object) =>
    service.query(actor, `mutation($input: ${INPUTS[command] ?? 'AgreementCommandInput'}!) { ${command}(input: $input) { agreement { ${SHOWN} } } }`, { input: { requestId: randomUUID(), ...input } });
  const done = async (actor: Actor, command: string, input: object) => {
    const { data, errors } = await give(actor, command, input);
    expect(errors).toEqual([]);
    return data[command].agreement;
  };
  const asked = (more: object = {}) => ({
    agencyName: '示例资助中心', purpose: 'STUDENT_AID', legalBasis: '依据', fields: ['Query.students', 'Student.name'], areaId: 'b-610113', validFrom: NOW, validUntil: '2027-01-01T00:00:00.000Z', dailyQuota: 10,
    confidentialityAccepted: true, ...more,
  });
  const active = async (more: object = {}): Promise<string> => {
    const { id } = await done(asker, 'requestAgreement', asked(more));
    await done(clerk, 'approveAgreement', { agreementId: id });
    expect((await register(id, own.publicKey)).errors).toEqual([]);
    return id;
  };
  const register = (agreementId: string, publicKey: string) =>
    service.query(asker, 'mutation($input: RegisterAgencyKeyInput!) { registerAgencyKey(input: $input) { key { kid } } }', { input: { requestId: randomUUID(), agreementId, publicKey } });
  const post = async (body: string, headers: Record<string, string> = {}) => {
    const answer = await fetch(url, { method: 'POST', body, headers: { ...(await service.headers(null)), 'content-type': 'application/x-www-form-urlencoded', ...headers } });
    return { status: answer.status, ...((await answer.json()) as Record<string, any>) } as Record<string, any>;
  };
  const grantOf = async (token: string) => (await verifyAccessToken(await importVerifyingKey(keys.publicKey), token)).agency!;

  it('are asked for by one person and approved by another, who is told by event [AGY-IF-02] [AGY-IF-07]', async () => {
    const requested = await done(asker, 'requestAgreement', asked());
    expect(requested).toMatchObject({ state: 'REQUESTED', availableCommands: [], area: { id: 'b-610113' }, requestedByName: asker.realName });
    const approved = await done(clerk, 'approveAgreement', { agreementId: requested.id });
    expect(approved).toMatchObject({ state: 'ACTIVE', dueAt: '2027-01-01T00:00:00.000Z', dueRule: 'AGY-IF-02', approvedByName: clerk.realName, availableCommands: ['suspendAgreement'] });
    expect((await service.told()).find((event) => event.subject === requested.id)).toMatchObject({ type: 'cn.xueji.accounts.agreement.approved.v1', data: { purpose: 'STUDENT_AID', areaId: 'b-610113' } });
    const own = await done(clerk, 'requestAgreement', asked());
    expect((await give(clerk, 'approveAgreement', { agreementId: own.id })).errors[0]!.extensions).toMatchObject({ code: 'REVIEW_NOT_INDEPENDENT', rule: 'GEN-FLOW-05' });
    expect((await done(actorFor('REGISTRY_ADMIN', 'b-61', { accountId: 'a-second-clerk' }), 'refuseAgreement', { agreementId: own.id, reason: '依据不足' })).state).toBe('REFUSED');
  });

  it('are shown in the own area only, and to nobody without the duty [ACC-PERM-03]', async () => {
    const { id } = await done(asker, 'requestAgreement', asked());
    const one = (actor: Actor) => service.query(actor, 'query($id: ID!) { agreement(id: $id) { id } agreements(first: 100) { edges { node { id } } } }', { id });
    expect((await one(actorFor('REGISTRY_ADMIN', 'b-6101'))).data.agreement).toEqual({ id });
    for (const elsewhere of ['b-34', 'b-610112']) expect((await one(actorFor('REGISTRY_ADMIN', elsewhere))).data).toEqual({ agreement: null, agreements: { edges: [] } });
    expect((await one(actorFor('REGISTRY_LEADER', 'b-61'))).errors[0]!.extensions.code).toBe('FIELD_FORBIDDEN');
    expect((await give(actorFor('REGISTRY_ADMIN', 'b-34'), 'approveAgreement', { agreementId: id })).errors[0]!.extensions).toMatchObject({ code: 'RECORD_NOT_FOUND' });
  });

  it('give a token to the holder of a registered key, good for their fields, area, purpose and nothing else [AGY-IF-01] [AGY-IF-08]', async () => {
    const id = await active();
    const answer = await post(await tokenRequest(id, own.privateKey));
    expect(answer).toMatchObject({ status: 200, token_type: 'DPoP', expires_in: 600 });
    const actor = await verifyAccessToken(await importVerifyingKey(keys.publicKey), answer.access_token);
    expect(actor).toMatchObject({
      scopes: [], path: '/cn/b-61/b-6101/b-610113/', province: '61', sessionId: agreementSession(id), realName: '示例资助中心', duty: 'AGENCY',
      agency: { agreementId: id, purpose: 'STUDENT_AID', fields: ['Query.students', 'Student.name'], validUntil: '2027-01-01T00:00:00.000Z', dailyQuota: 10, keyThumbprint: (await importVerifyingKey(own.publicKey)).kid },
    });
    const [entry] = await service.dataSource.query(`select account_id, detail from audit_entry where action = 'agreement.token' and subject_id = $1`, [id]);
    expect(entry).toMatchObject({ account_id: `agency:${id}`, detail: { purpose: 'STUDENT_AID' } });
  });

  it('give no token for an assertion that is late, long-lived, for another audience, by another key or used before [AGY-IF-02]', async () => {
    const id = await active();
    const other = await generateKeyPair();
    const seconds = Math.floor(Date.now() / 1000);
    for (const changes of [
      { iat: seconds - 400, exp: seconds - 100 }, { exp: seconds + 3600 }, { aud: 'someone-else' }, { iss: 'someone-else' }, { jti: undefined }, { jti: 'short' }, { exp: undefined }, { nbf: seconds + 60 },
    ]) {
      expect(await post(await tokenRequest(id, own.privateKey, changes))).toMatchObject({ status: 401, error: 'invalid_client', code: 'CLIENT_INVALID', rule: 'AGY-IF-02' });
    }
    for (const request of [await tokenRequest(id, other.privateKey), await tokenRequest('no-such-agreement', own.privateKey), await tokenRequest(DEMO_AGREEMENT.id, own.privateKey)]) {
      expect(await post(request)).toMatchObject({ status: 401, error: 'invalid_client', code: 'CLIENT_INVALID' });
    }
    const once = await tokenRequest(id, own.privateKey);
    const answers = await Promise.all(Array.from({ length: 20 }, () => post(once)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ code }) => code === 'ASSERTION_SPENT')).toHaveLength(19);
  });

  it('give no token for a symmetric or absent signature', async () => {
    const id = await active();
    const [, payload] = new URLSearchParams(await tokenRequest(id, own.privateKey)).get('client_assertion')!.split('.');
    for (const alg of ['none', 'HS256', 'RS256', 'ES256']) {
      const header = Buffer.from(JSON.stringify({ alg, kid: (await importVerifyingKey(own.publicKey)).kid })).toString('base64url');
      const body = new URLSearchParams({ grant_type: 'client_credentials', client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer', client_assertion: `${header}.${payload}.${alg === 'none' ? '' : 'AAAA'}` });
      expect(await post(body.toString())).toMatchObject({ status: 401, code: 'CLIENT_INVALID' });
    }
  });

  it.each([
    ['another grant', { grant_type: 'password' }, 'unsupported_grant_type', 'grant_type'], ['another kind of assertion', { client_assertion_type: 'secret' }, 'invalid_request', 'client_assertion_type'],
    ['no assertion', { client_assertion: '' }, 'invalid_request', 'client_assertion'],
  ])('answer %s with the error OAuth has for it', async (_, changes, error, field) => {
    const form = new URLSearchParams({ ...Object.fromEntries(new URLSearchParams(await tokenRequest('x', own.privateKey))), ...changes });
    expect(await post(form.toString(), { 'accept-language': 'en' })).toMatchObject({ status: 400, error, field, rule: 'AGY-IF-02', error_description: expect.stringMatching(/[a-z]/) });
  });

  it('end at once when they are suspended: their tokens, new tokens, and everywhere by event [AGY-IF-12]', async () => {
    const id = await active();
    expect(await endedSessions.hasEnded(agreementSession(id))).toBe(false);
    expect((await done(clerk, 'suspendAgreement', { agreementId: id, reason: '超范围使用' })).history.at(-1)).toMatchObject({ command: 'suspendAgreement', toState: 'SUSPENDED', reason: '超范围使用' });
    expect(await endedSessions.hasEnded(agreementSession(id))).toBe(true);
    expect(await post(await tokenRequest(id, own.privateKey))).toMatchObject({ status: 400, error: 'invalid_grant', code: 'AGREEMENT_ENDED', rule: 'AGY-IF-12' });
    expect((await service.told()).filter((event) => event.subject === id).at(-1)).toMatchObject({ type: 'cn.xueji.accounts.agreement.ended.v1', data: { agreementId: id, state: 'SUSPENDED' } });
    expect((await give(clerk, 'approveAgreement', { agreementId: id })).errors[0]!.extensions).toMatchObject({ code: 'COMMAND_OUT_OF_ORDER' });
  });

  it('expire by the clock, and give no token before their period or after it [AGY-IF-02]', async () => {
    const id = await active({ validFrom: '2026-12-01T00:00:00.000Z' });
    expect(await post(await tokenRequest(id, own.privateKey))).toMatchObject({ error: 'invalid_grant', code: 'AGREEMENT_NOT_YET', rule: 'AGY-IF-02' });
    service.clock.set(new Date('2026-12-31T23:59:59Z'));
    expect((await post(await tokenRequest(id, own.privateKey))).status).toBe(200);
    await expireAgreements(service.host, endedSessions);
    expect(await endedSessions.hasEnded(agreementSession(id))).toBe(false);
    service.clock.set(new Date('2027-01-01T00:00:00Z'));
    expect(await post(await tokenRequest(id, own.privateKey))).toMatchObject({ code: 'AGREEMENT_ENDED' });
    expect(await expireAgreements(service.host, endedSessions)).toBeGreaterThan(0);
    expect(await endedSessions.hasEnded(agreementSession(id))).toBe(true);
    expect((await service.told()).filter((event) => event.subject === id).at(-1)).toMatchObject({ data: { state: 'EXPIRED' } });
  });

  it('take public keys only, and no token for one that was revoked', async () => {
    const id = await active();
    expect((await register(id, own.privateKey)).errors[0]!.extensions).toMatchObject({ code: 'KEY_IS_PRIVATE', rule: 'AGY-IF-02', field: 'publicKey' });
    expect((await register(id, 'bm90IGEga2V5')).errors[0]!.extensions).toMatchObject({ code: 'KEY_INVALID', field: 'publicKey' });
    const { kid } = await importVerifyingKey(own.publicKey);
    await service.query(asker, 'mutation($input: RevokeAgencyKeyInput!) { revokeAgencyKey(input: $input) { key { revokedAt } } }', { input: { requestId: randomUUID(), agreementId: id, kid } });
    expect(await post(await tokenRequest(id, own.privateKey))).toMatchObject({ status: 401, code: 'CLIENT_INVALID' });
  });

  it('answer no call of an agency on themselves or on accounts [AGY-IF-08]', async () => {
    const { access_token: token } = await post(await tokenRequest(DEMO_AGREEMENT.id, DEMO_CLIENT_KEY.privateKey));
    const agency = await verifyAccessToken(await importVerifyingKey(keys.publicKey), token);
    expect((await grantOf(token)).purpose).toBe('STUDENT_AID');
    for (const document of ['{ me { id } }', '{ agreements { edges { node { id } } } }', 'mutation { signOut { signedOut } }', '{ accounts { pageInfo { hasNextPage } } }']) {
      expect((await service.query(agency, document)).errors[0]!.extensions).toMatchObject({ code: 'FIELD_NOT_AGREED', rule: 'AGY-IF-08' });
    }
  });
});
