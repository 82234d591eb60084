import { createHash, randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createGateway, type Gateway } from '@xueji/gateway';
import { appRoleOf, createLogger, createService, generateKeyPair, importSigningKey, signAccessToken, subgraphOf, type Actor, type EventBus, type Service } from '@xueji/platform';
import { actorFor, fillDemoOrganizations, samplePdf, testBus, testClock, testDatabase } from '@xueji/testing';
import { transfers } from '@xueji/transfers';
import { FILE_ROUTES } from '../deployment/ground';
import { supergraphOf } from '../generate';

const [SCHOOL, RECEIVING, OTHER] = ['s-2161000101', 's-2161000201', 's-2161000301'] as [string, string, string];
const clerk = actorFor('REGISTRY_ADMIN', SCHOOL);

describe.each(['local', 'http'] as const)('documents by the address of the gateway, the service reached by %s', (how) => {
  const filesDir = mkdtempSync(join(tmpdir(), 'xueji-evidence-gateway-'));
  let service: Service;
  let bus: EventBus;
  let gateway: Gateway;
  let url: string;
  let tokenOf: (actor: Actor) => Promise<string>;

  beforeAll(async () => {
    const [accessKeys, actorKeys] = [await generateKeyPair(), await generateKeyPair()];
    const signingKey = await importSigningKey(accessKeys.privateKey);
    tokenOf = (actor) => signAccessToken(signingKey, actor);
    const definition = transfers({ lookupKey: 'a key for tests only', filesDir });
    const { database, appUrl, migratorUrl } = await testDatabase('transfers');
    bus = await testBus();
    service = await createService(definition, {
      databaseUrl: appUrl, migratorUrl, appRole: appRoleOf(database), actorPublicKey: actorKeys.publicKey, bus, clock: testClock('2026-11-20T02:00:00Z'), demo: false, logLevel: 'silent',
    });
    await fillDemoOrganizations((sql, parameters) => service.dataSource.query(sql, parameters as unknown[]));
    gateway = await createGateway({
      supergraphSdl: supergraphOf([{ name: 'transfers', sdl: subgraphOf(definition).sdl }]),
      subgraphs: { transfers: how === 'local' ? { local: service } : { url: (await service.listen(0)).url } },
      accessTokenPublicKey: accessKeys.publicKey, actorSigningKey: actorKeys.privateKey, log: createLogger('gateway', 'silent'), production: true,
      routes: FILE_ROUTES.filter(({ subgraph }) => subgraph === 'transfers'),
    });
    url = new URL((await gateway.listen(0)).url).origin;
  });
  afterAll(async () => {
    await gateway?.close();
    await service?.stop();
    await bus?.close();
    rmSync(filesDir, { recursive: true, force: true });
  });

  const as = async (actor: Actor | null): Promise<Record<string, string>> => (actor ? { authorization: `Bearer ${await tokenOf(actor)}` } : {});
  const uploadPath = (fileName = '监护人申请.pdf') => `/uploads/evidence?requestId=${randomUUID()}&fileName=${encodeURIComponent(fileName)}`;
  const upload = async (actor: Actor | null, content: Buffer, headers: Record<string, string> = {}) => {
    const response = await fetch(`${url}${uploadPath()}`, { method: 'POST', body: new Uint8Array(content), headers: { ...(await as(actor)), ...headers } });
    return { status: response.status, body: (await response.json()) as any };
  };
  const ask = async (actor: Actor, query: string, variables: object): Promise<any> => {
    const response = await fetch(`${url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json', ...(await as(actor)) }, body: JSON.stringify({ query, variables }) });
    const { data, errors } = (await response.json()) as any;
    if (errors) throw new Error(JSON.stringify(errors));
    return data;
  };

  it('go up, are bound by the filing, and come down for those who see the case, unchanged and as files to keep [TRF-GEN-09] [TRF-GEN-10] [ACC-PERM-03]', async () => {
    const studentId = randomUUID();
    await service.dataSource.query(
      `insert into student_projection (student_id, school_id, stage, grade, state, number_hash, name_hash, version) values ($1, $2, 'PRIMARY', 3, 'ACTIVE', 'n', 'n', 1)`, [studentId, SCHOOL]);
    const contents = [samplePdf('application'), samplePdf('register')];
    const [application, register] = [await upload(clerk, contents[0]!, { 'content-type': 'application/pdf' }), await upload(clerk, contents[1]!)];
    expect(application).toEqual({
      status: 200, body: { evidenceId: expect.any(String), fileName: '监护人申请.pdf', size: contents[0]!.length, sha256: createHash('sha256').update(contents[0]!).digest('hex'), mediaType: 'application/pdf', scan: 'CLEAN' },
    });
    const documents = [{ kind: 'GUARDIAN_APPLICATION', evidenceId: application.body.evidenceId }, { kind: 'HOUSEHOLD_REGISTER', evidenceId: register.body.evidenceId }];
    const { fileTransfer } = await ask(clerk, 'mutation ($input: FileTransferInput!) { fileTransfer(input: $input) { transferCase { evidence { kind downloadPath } } } }', {
      input: { requestId: randomUUID(), studentId, inSchoolId: RECEIVING, reasonCode: 'HOUSEHOLD_MOVED', documents },
    });
    const path = fileTransfer.transferCase.evidence[0].downloadPath as string;
    const response = await fetch(`${url}${path}`, { headers: await as(actorFor('REGISTRY_LEADER', RECEIVING)) });
    expect(Buffer.from(await response.arrayBuffer()).equals(contents[0]!)).toBe(true);
    const headers = ['content-type', 'content-disposition', 'x-content-type-options', 'cache-control'].map((name) => response.headers.get(name));
    expect(headers).toEqual(['application/pdf', expect.stringContaining(`attachment; filename="${application.body.evidenceId}.pdf"; filename*=UTF-8''${encodeURIComponent('监护人申请.pdf')}`), 'nosniff', 'no-store']);
    expect((await fetch(`${url}${path}`, { headers: await as(actorFor('REGISTRY_ADMIN', OTHER)) })).status).toBe(404);
    expect((await fetch(`${url}${path}`)).status).toBe(401);
  });

  it('are refused with code, rule and field, and leave nothing behind [TRF-GEN-09]', async () => {
    const before = readdirSync(filesDir);
    expect(await upload(clerk, Buffer.from('MZ'))).toMatchObject({ status: 422, body: { errors: [{ message: '文件内容须为 JPEG、PNG、PDF', extensions: { code: 'FILE_TYPE_REFUSED', rule: 'TRF-GEN-09', field: 'file' } }] } });
    expect(await upload(clerk, Buffer.alloc((10 << 20) + 1))).toMatchObject({ status: 422, body: { errors: [{ extensions: { code: 'FILE_TOO_LARGE' } }] } });
    expect((await upload(null, samplePdf())).status).toBe(401);
    expect(readdirSync(filesDir)).toEqual(before);
  });

  it('leave nothing behind when the client goes away in the middle [TRF-GEN-09]', async () => {
    const before = readdirSync(filesDir);
    const headers = { ...(await as(clerk)), 'content-length': '500000' };
    const request = httpRequest(`${url}${uploadPath()}`, { method: 'POST', headers });
    request.on('error', () => undefined);
    request.write(Buffer.alloc(100_000));
    const reach = async (files: number) => {
      for (let left = 500; readdirSync(filesDir).length !== files; left -= 1) {
        if (left === 0) throw new Error(`there are ${readdirSync(filesDir).length} files`);
        await pause(10);
      }
    };
    await reach(before.length + 1);
    request.destroy();
    await reach(before.length);
    expect(readdirSync(filesDir)).toEqual(before);
  });
});
