import { randomUUID } from 'node:crypto';
import { organizationRegistered } from '@xueji/contracts';
import { generateKeyPair, importVerifyingKey, memoryEndedSessions, schemaDrift, verifyAccessToken, type KeyPairText } from '@xueji/platform';
import { actorFor, DEMO_PASSWORD, startTestService, type TestService } from '@xueji/testing';
import { accounts } from './app';

const login = `mutation($u: String!, $p: String!) { login(input: { username: $u, password: $p }) { tokens { accessToken expiresInSeconds refreshToken } } }`;
const refresh = `mutation($t: String!) { refreshSession(input: { refreshToken: $t }) { accessToken refreshToken } }`;
const signOut = `mutation { signOut { signedOut } }`;
const open = `mutation($input: OpenAccountInput!) { openAccount(input: $input) { account { id duty state realNameVerified } } }`;

describe('accounts', () => {
  const endedSessions = memoryEndedSessions();
  let service: TestService;
  let keys: KeyPairText;

  beforeAll(async () => {
    keys = await generateKeyPair();
    service = await startTestService(await accounts({ accessSigningKey: keys.privateKey, redis: null, endedSessions }), { demo: true });
  });
  afterAll(() => service.stop());

  const signIn = async (username: string, password = DEMO_PASSWORD) => service.query(null, login, { u: username, p: password });
  const opened = (input: object) => ({ input: { requestId: randomUUID(), organizationId: 's-2161000101', duty: 'REGISTRY_ADMIN', username: `u${randomUUID().slice(0, 8)}`, password: 'Long-enough-1', realName: '演示甲', realNameVerified: true, ...input } });

  it('signs in with a token that says who, which duty, where in the tree, and shows the same person to the gateway [ACC-PWD-01]', async () => {
    const { data } = await signIn('registry-admin.s-2161000101');
    expect(data.login.tokens.expiresInSeconds).toBeLessThanOrEqual(600);
    const actor = await verifyAccessToken(await importVerifyingKey(keys.publicKey), data.login.tokens.accessToken);
    expect(actor).toMatchObject({ duty: 'REGISTRY_ADMIN', organizationId: 's-2161000101', level: 'SCHOOL', path: '/cn/b-61/b-6101/b-610113/s-2161000101/', province: '61', realNameVerified: true });
  });

  it('answers an unknown name and a wrong password alike', async () => {
    const unknown = await signIn('nobody-of-this-name');
    const wrong = await signIn('registry-admin.b-610112', 'Wrong-password-1');
    expect(unknown.errors).toEqual(wrong.errors);
    expect(unknown.errors[0]!.extensions).toMatchObject({ code: 'CREDENTIALS_WRONG', rule: 'ACC-PWD-01' });
  });

  it('stops after five tries on one account, also for the right password', async () => {
    for (let n = 0; n < 5; n += 1) await signIn('registry-admin.b-610302', `Wrong-password-${n}`);
    const answer = await signIn('registry-admin.b-610302');
    expect(answer.errors[0]!.extensions).toMatchObject({ code: 'LOGIN_ATTEMPTS_EXCEEDED' });
  });

  it('renews a session once per token, and ends it when a spent token comes back', async () => {
    const first = (await signIn('registry-leader.s-2161000101')).data.login.tokens.refreshToken;
    const second = (await service.query(null, refresh, { t: first })).data.refreshSession.refreshToken;
    expect((await service.query(null, refresh, { t: first })).errors[0]!.extensions.code).toBe('SESSION_ENDED');
    expect((await service.query(null, refresh, { t: second })).errors[0]!.extensions.code).toBe('SESSION_ENDED');
  });

  it('ends the session at sign-out', async () => {
    const { data } = await signIn('registry-leader.b-610113');
    const actor = await verifyAccessToken(await importVerifyingKey(keys.publicKey), data.login.tokens.accessToken);
    expect(await endedSessions.hasEnded(actor.sessionId)).toBe(false);
    expect((await service.query(actor, signOut)).data.signOut.signedOut).toBe(true);
    expect(await endedSessions.hasEnded(actor.sessionId)).toBe(true);
    expect((await service.query(null, refresh, { t: data.login.tokens.refreshToken })).errors[0]!.extensions.code).toBe('SESSION_ENDED');
  });

  it('ends the other sessions when the password is changed, and all when the account is closed', async () => {
    const { data } = await service.query(actorFor('PROVINCIAL_ADMIN', 'b-61'), open, opened({ username: 'two-sessions', duty: 'TEACHER' }));
    const tokens = [await signIn('two-sessions', 'Long-enough-1'), await signIn('two-sessions', 'Long-enough-1')].map((answer) => answer.data.login.tokens);
    const key = await importVerifyingKey(keys.publicKey);
    const [first, second] = await Promise.all(tokens.map((each) => verifyAccessToken(key, each.accessToken)));
    const change = `mutation($input: ChangePasswordInput!) { changePassword(input: $input) { account { id } } }`;
    expect((await service.query(first!, change, { input: { requestId: randomUUID(), oldPassword: 'Long-enough-1', newPassword: 'Longer-still-2' } })).errors).toEqual([]);
    expect([await endedSessions.hasEnded(first!.sessionId), await endedSessions.hasEnded(second!.sessionId)]).toEqual([false, true]);
    expect((await service.query(null, refresh, { t: tokens[1].refreshToken })).errors[0]!.extensions.code).toBe('SESSION_ENDED');
    const close = `mutation($input: CloseAccountInput!) { closeAccount(input: $input) { account { state } } }`;
    expect((await service.query(actorFor('PROVINCIAL_ADMIN', 'b-61'), close, { input: { requestId: randomUUID(), accountId: data.openAccount.account.id } })).data.closeAccount.account.state).toBe('CLOSED');
    expect(await endedSessions.hasEnded(first!.sessionId)).toBe(true);
    expect((await signIn('two-sessions', 'Longer-still-2')).errors[0]!.extensions.code).toBe('CREDENTIALS_WRONG');
  });

  it('keeps passwords as argon2id hashes only [ACC-PWD-03]', async () => {
    const rows = await service.dataSource.query('select distinct left(password_hash, 9) as kind from account where password_hash is not null');
    expect(rows).toEqual([{ kind: '$argon2id' }]);
    expect(JSON.stringify(await service.dataSource.query('select * from audit_entry'))).not.toContain(DEMO_PASSWORD);
    expect(JSON.stringify(await service.dataSource.query('select * from command_request'))).not.toMatch(/refreshToken|accessToken/);
  });

  it('gives a new organisation three separate accounts, vacant until a person is named [ACC-DUTY-01] [ACC-DUTY-09] [CODE-ORG-07]', async () => {
    const data = { organizationId: 's-new', parentId: 'b-610113', path: '/cn/b-61/b-6101/b-610113/s-new/', level: 'SCHOOL' as const, name: '示例新校', divisionCode: '610113', province: '61', schoolIdentifier: null, schoolType: '21', stages: ['PRIMARY' as const], status: 'PENDING_CODE' as const, competentAuthorityId: 'b-610113', version: 1 };
    await service.deliver(organizationRegistered, 's-new', data);
    await service.deliver(organizationRegistered, 's-new', { ...data, version: 2 });
    const vacant = `query { accounts(organizationId: "s-new", vacant: true) { edges { node { duty state realName } } } }`;
    const { data: found } = await service.query(actorFor('PROVINCIAL_ADMIN', 'b-61'), vacant);
    expect(found.accounts.edges.map((edge: any) => edge.node.duty).sort()).toEqual(['REGISTRY_ADMIN', 'REGISTRY_LEADER', 'SYSTEM_ADMIN']);
    const { data: filled } = await service.query(actorFor('PROVINCIAL_ADMIN', 'b-61'), open, opened({ organizationId: 's-new' }));
    expect(filled.openAccount.account).toMatchObject({ duty: 'REGISTRY_ADMIN', state: 'ACTIVE' });
    expect((await service.query(actorFor('PROVINCIAL_ADMIN', 'b-61'), vacant)).data.accounts.edges).toHaveLength(2);
  });

  it('refuses a duty that the level does not have, another area, a weak password and a taken name', async () => {
    const admin = actorFor('PROVINCIAL_ADMIN', 'b-61');
    expect((await service.query(admin, open, opened({ duty: 'PROVINCIAL_ADMIN' }))).errors[0]!.extensions).toMatchObject({ code: 'DUTY_NOT_AT_LEVEL', rule: 'ACC-DUTY-01', field: 'duty' });
    expect((await service.query(admin, open, opened({ organizationId: 's-2134000101' }))).errors[0]!.extensions).toMatchObject({ code: 'RECORD_NOT_FOUND', rule: 'ACC-PERM-03' });
    expect((await service.query(admin, open, opened({ password: 'short' }))).errors[0]!.extensions).toMatchObject({ code: 'PASSWORD_WEAK', field: 'password' });
    expect((await service.query(admin, open, opened({ username: 'registry-admin.s-2161000101' }))).errors[0]!.extensions).toMatchObject({ code: 'USERNAME_TAKEN', field: 'username' });
  });

  it('lets nobody but the two configuring duties open accounts [ACC-DUTY-02] [ACC-DUTY-06]', async () => {
    for (const duty of ['REGISTRY_ADMIN', 'REGISTRY_LEADER', 'SUPPORT', 'GUARDIAN']) {
      expect((await service.query(actorFor(duty, 's-2161000101'), open, opened({}))).errors[0]!.extensions.code).toBe('FIELD_FORBIDDEN');
    }
    expect((await service.query(actorFor('SYSTEM_ADMIN', 'b-610113'), open, opened({}))).errors[0]!.extensions).toMatchObject({ code: 'ACCOUNT_NOT_OWN_LEVEL', rule: 'ACC-PERM-02' });
  });

  it('shows accounts of the own area only [ACC-PERM-03]', async () => {
    const document = `query($r: [_Any!]!) { _entities(representations: $r) { ... on Account { id duty } } }`;
    const r = ['a-registry-admin.s-2161000101', 'a-registry-admin.s-2134000101'].map((id) => ({ __typename: 'Account', id }));
    const { data } = await service.query(actorFor('REGISTRY_ADMIN', 'b-61'), document, { r });
    expect(data._entities).toEqual([{ id: 'a-registry-admin.s-2161000101', duty: 'REGISTRY_ADMIN' }, null]);
  });

  it('keeps entities and migrations in step', async () => {
    expect(await schemaDrift(service.dataSource)).toEqual([]);
  });
});
