import { createHash, randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileFolder, verifyAudit, type Actor } from '@xueji/platform';
import { actorFor, sampleJpeg, samplePdf, samplePng, startTestService, type TestService } from '@xueji/testing';
import { transfers } from '../app';
import { A, admin, B, C, casesOf, D, FILE, leader } from '../transfer/cases.fixture';
import { removeExpired, scanHeld } from './evidence.clock';
import { TEST_SIGNATURE, testSignatureScanner, type VirusScanner } from './scanner';

const NOW = '2026-11-20T02:00:00Z';
const QUIET_MS = 3_600_000;
const HOUR = 3_600_000;
const EVIDENCE = `query($id: ID!) { transferCase(id: $id) { evidence { id kind fileName mediaType size sha256 scan scannedBy finding uploadedBy uploadedAt downloadPath } } }`;
const APPROVE = 'mutation($input: ApproveTransferInput!) { approveTransfer(input: $input) { transferCase { id state } } }';
const infected = () => samplePdf('x', { objects: [`<< /Length ${TEST_SIGNATURE.length} >>\nstream\n${TEST_SIGNATURE.toString('latin1')}\nendstream`] });

describe('the evidence of a transfer', () => {
  const filesDir = mkdtempSync(join(tmpdir(), 'xueji-evidence-'));
  let service: TestService;
  let root: string;
  let scannerIsDown: boolean;
  const scanner: VirusScanner = {
    name: 'of a test',
    scan: async (content) => {
      if (!scannerIsDown) return testSignatureScanner.scan(content);
      content.destroy();
      throw new Error('the scanner is down');
    },
  };
  const keeping = { files: fileFolder(filesDir), scanner };
  const definition = () => transfers({ lookupKey: 'a key for tests only', filesDir, scanner, tickMs: QUIET_MS });
  const { give, done, refused, pupil, approved } = casesOf(() => service);

  beforeAll(async () => {
    service = await startTestService(definition(), { now: NOW });
    root = (await service.listen(0)).url.replace('/graphql', '');
  });
  beforeEach(() => {
    service.clock.set(new Date(NOW));
    scannerIsDown = false;
  });
  afterAll(async () => {
    await service.stop();
    rmSync(filesDir, { recursive: true, force: true });
  });

  const rows = (sql: string, ...parameters: unknown[]): Promise<any[]> => service.dataSource.query(sql, parameters);
  const stored = async () => ({ rows: (await rows(`select id from transfer_evidence where account_id not like 'fixture%'`)).length, files: readdirSync(filesDir).length });
  const upload = async (actor: Actor | null, content: Buffer, { fileName = '申请.pdf', requestId = randomUUID(), type, language = 'zh-CN' }: { fileName?: string; requestId?: string; type?: string; language?: string } = {}) => {
    const response = await fetch(`${root}/uploads/evidence?requestId=${requestId}&fileName=${encodeURIComponent(fileName)}`, {
      method: 'POST', body: new Uint8Array(content), headers: { ...(await service.headers(actor)), 'accept-language': language, ...(type && { 'content-type': type }) },
    });
    return { status: response.status, body: (await response.json()) as any };
  };
  const refusal = async (answer: Promise<{ status: number; body: any }>) => {
    const { status, body } = await answer;
    return { status, ...body.errors?.[0]?.extensions };
  };
  const fetched = async (actor: Actor | null, id: string) => fetch(`${root}/downloads/evidence/${id}`, { headers: await service.headers(actor) });
  const codeOf = async (response: Promise<Response>) => {
    const answer = await response;
    return [answer.status, answer.ok ? 'allowed' : ((await answer.json()) as any).errors[0].extensions.code];
  };
  const evidenceOf = async (actor: Actor, id: string): Promise<any[]> => (await service.query(actor, EVIDENCE, { id })).data.transferCase.evidence;
  const document = async (actor: Actor, kind: string, content = samplePdf(kind)) => ({ kind, evidenceId: (await upload(actor, content)).body.evidenceId as string });
  const documents = async (actor: Actor) => [await document(actor, 'GUARDIAN_APPLICATION'), await document(actor, 'HOUSEHOLD_REGISTER')];
  const toFile = async (papers: object[], from = A) => ({ studentId: (await pupil(from)).studentId, inSchoolId: C, reasonCode: 'HOUSEHOLD_MOVED', documents: papers });
  const filed = async (papers?: object[]): Promise<string> => done(await give(admin(A), FILE, await toFile(papers ?? (await documents(admin(A)))))).id;
  const audited = async (id: string): Promise<string[]> => (await rows('select action, account_id from audit_entry where subject_id = $1', id)).map(({ action, account_id: by }) => `${action} ${by}`);
  const scanOf = async (id: string) => (await rows('select scan, finding, scanned_by from transfer_evidence where id = $1', id))[0];

  describe('an upload', () => {
    it.each([
      ['申请.pdf', samplePdf(), 'application/pdf'], ['户口簿.JPG', sampleJpeg(), 'image/jpeg'], ['居住证.png', samplePng(), 'image/png'],
    ])('of %s is answered with what it is, known by its content, and lies under a random name [TRF-GEN-09]', async (fileName, content, mediaType) => {
      const before = new Set(readdirSync(filesDir));
      const { status, body } = await upload(admin(A), content, { fileName });
      expect({ status, body }).toEqual({
        status: 200,
        body: { evidenceId: expect.any(String), fileName, size: content.length, sha256: createHash('sha256').update(content).digest('hex'), mediaType, scan: 'CLEAN' },
      });
      const [key] = readdirSync(filesDir).filter((name) => !before.has(name));
      expect(readFileSync(join(filesDir, key!)).equals(content)).toBe(true);
      expect([key, body.evidenceId].every((name) => /^[0-9a-f-]{36}$/.test(name!))).toBe(true);
      expect(key).not.toBe(body.evidenceId);
      expect((await audited(body.evidenceId)).sort()).toEqual(['evidence.scan system', `evidence.upload ${admin(A).accountId}`]);
    });

    it('that is sent again is one file with the first answer, and another one under its request id is refused [GEN-FLOW-01]', async () => {
      const requestId = randomUUID();
      const first = await upload(admin(A), samplePdf('once'), { requestId });
      const before = await stored();
      expect(await upload(admin(A), samplePdf('once'), { requestId })).toEqual(first);
      expect(await refusal(upload(admin(A), samplePdf('other'), { requestId }))).toMatchObject({ code: 'REQUEST_ID_REUSED' });
      expect(await stored()).toEqual(before);
    });

    it.each<[string, Buffer, { fileName?: string; type?: string }, object]>([
      ['of a program', Buffer.from('MZ'), {}, { code: 'FILE_TYPE_REFUSED', field: 'file' }],
      ['of a page with a script', Buffer.from('<svg onload="x()"/>'), { fileName: 'a.png', type: 'image/png' }, { code: 'FILE_TYPE_REFUSED', field: 'file' }],
      ['of a PDF that runs a script', samplePdf('x', { catalog: '/OpenAction << /S /JavaScript /JS (1) >>' }), {}, { code: 'PDF_ACTIVE', field: 'file', found: 'JavaScript' }],
      ['of a damaged picture', sampleJpeg().subarray(0, 60), { fileName: 'a.jpg' }, { code: 'FILE_DAMAGED', field: 'file' }],
      ['of a picture called a PDF', samplePng(), {}, { code: 'FILE_TYPE_DIFFERS', field: 'fileName' }],
      ['of a PDF declared a picture', samplePdf(), { type: 'image/png' }, { code: 'FILE_TYPE_DIFFERS', field: 'content-type' }],
      ['of nothing', Buffer.alloc(0), {}, { code: 'FILE_EMPTY', field: 'file' }],
      ['over 10 MB', Buffer.alloc((10 << 20) + 1), {}, { code: 'FILE_TOO_LARGE', field: 'file', limit: 10 << 20 }],
      ['without a name', samplePdf(), { fileName: '../' }, { code: 'FILE_NAME_INVALID', field: 'fileName' }],
    ])('%s is refused and leaves nothing behind [TRF-GEN-09]', async (_what, content, how, expected) => {
      const before = await stored();
      expect(await refusal(upload(admin(A), content, how))).toMatchObject({ status: 422, rule: 'TRF-GEN-09', ...expected });
      expect(await stored()).toEqual(before);
    });

    it('is refused in the language asked for [TRF-GEN-09]', async () => {
      const [zh, en] = [await upload(admin(A), Buffer.from('MZ')), await upload(admin(A), Buffer.from('MZ'), { language: 'en' })];
      expect([zh.body.errors[0].message, en.body.errors[0].message]).toEqual(['文件内容须为 JPEG、PNG、PDF', 'The content must be JPEG, PNG, PDF']);
    });

    it('that breaks off leaves nothing behind [TRF-GEN-09]', async () => {
      const before = await stored();
      const headers = { ...(await service.headers(admin(A))), 'content-length': '100000' };
      await new Promise<void>((resolve) => {
        const request = httpRequest(`${root}/uploads/evidence?requestId=${randomUUID()}&fileName=a.pdf`, { method: 'POST', headers });
        request.on('error', () => resolve());
        request.write(Buffer.alloc(1000));
        const poll = setInterval(() => {
          if (readdirSync(filesDir).length === before.files) return;
          clearInterval(poll);
          request.destroy();
        }, 5);
      });
      for (let left = 400; left > 0 && (await stored()).rows > before.rows; left -= 1) await new Promise((resolve) => setTimeout(resolve, 10));
      expect(await stored()).toEqual(before);
    });

    it.each<[string, () => Actor, string]>([
      ['a leader, who reviews', () => leader(A), 'DUTY_NOT_PERMITTED'],
      ['a bureau', () => admin('b-610113'), 'DUTY_NOT_PERMITTED'],
      ['a guardian, whom no policy lets file', () => actorFor('GUARDIAN', A), 'DUTY_NOT_PERMITTED'],
      ['a kindergarten', () => admin('s-1161000101'), 'DUTY_NOT_PERMITTED'],
    ])('is not taken from %s [ACC-DUTY-02] [TRF-INTRA-01]', async (_who, actor, code) => {
      const before = await stored();
      expect(await refusal(upload(actor(), samplePdf()))).toMatchObject({ status: 422, code, rule: expect.stringMatching(/^ACC-/) });
      expect(await stored()).toEqual(before);
    });

    it('keeps a Chinese name and nothing that could mislead [TRF-GEN-09]', async () => {
      expect((await upload(admin(A), samplePdf(), { fileName: '../../户口簿\u202E（第1页）\u200b.pdf' })).body.fileName).toBe('户口簿（第1页）.pdf');
    });

    it('is refused when two hundred files of the school wait for a case [TRF-GEN-09]', async () => {
      await rows(
        `insert into transfer_evidence (id, file_key, file_name, account_id, uploaded_by, organization_id, uploaded_at, expires_at, scan)
         select 'full-' || n, 'full-' || n, 'x.pdf', 'fixture', 'x', $1, $2::timestamptz, $2::timestamptz + interval '1 hour', 'RECEIVING' from generate_series(1, 200) n`, D, NOW);
      expect(await refusal(upload(admin(D), samplePdf()))).toMatchObject({ code: 'EVIDENCE_TOO_MANY', rule: 'TRF-GEN-09', field: 'file', limit: 200 });
      await rows(`delete from transfer_evidence where id like 'full-%'`);
    });
  });

  describe('a filing', () => {
    it('makes the files those of the case, with their digests in its history [TRF-GEN-09] [GEN-FLOW-04]', async () => {
      const papers = await documents(admin(A));
      const id = await filed(papers);
      expect(await evidenceOf(leader(C), id)).toEqual([
        expect.objectContaining({ id: papers[0]!.evidenceId, kind: 'GUARDIAN_APPLICATION', fileName: '申请.pdf', mediaType: 'application/pdf', scan: 'CLEAN', scannedBy: 'of a test', uploadedBy: admin(A).realName, uploadedAt: '2026-11-20T02:00:00.000Z', downloadPath: `/downloads/evidence/${papers[0]!.evidenceId}` }),
        expect.objectContaining({ id: papers[1]!.evidenceId, kind: 'HOUSEHOLD_REGISTER' }),
      ]);
      const [step] = await rows(`select attachments from case_step where record_id = $1 and command = 'file'`, id);
      expect(step.attachments).toHaveLength(2);
      expect(await audited(papers[0]!.evidenceId)).toContain(`evidence.bind ${admin(A).accountId}`);
    });

    it('is refused files that do not exist, of another school, expired or of another case, which stay as they are [TRF-GEN-09] [ACC-PERM-03]', async () => {
      const [application, register] = await documents(admin(A));
      const foreign = await document(admin(B), 'HOUSEHOLD_REGISTER');
      const filing = async (second: object) => refused(await give(admin(A), FILE, await toFile([application!, second])));
      const nowhere = { kind: 'HOUSEHOLD_REGISTER', evidenceId: randomUUID() };
      const notFound = { code: 'EVIDENCE_NOT_FOUND', rule: 'TRF-GEN-09', field: 'documents' };
      expect(await filing(nowhere)).toMatchObject({ ...notFound, evidenceIds: [nowhere.evidenceId] });
      expect(await filing(foreign)).toMatchObject({ ...notFound, evidenceIds: [foreign.evidenceId] });
      await filed([await document(admin(A), 'GUARDIAN_APPLICATION'), register!]);
      expect(await filing(register!)).toMatchObject({ code: 'EVIDENCE_BOUND', rule: 'TRF-GEN-09', field: 'documents', evidenceIds: [register!.evidenceId] });
      const fresh = await document(admin(A), 'HOUSEHOLD_REGISTER');
      service.clock.set(new Date(Date.parse(NOW) + 24 * HOUR));
      expect(await filing(fresh)).toMatchObject({ ...notFound, evidenceIds: [application!.evidenceId, fresh.evidenceId] });
      expect(await rows('select case_id from transfer_evidence where id = any($1)', [application!.evidenceId, foreign.evidenceId, fresh.evidenceId])).toEqual([{ case_id: null }, { case_id: null }, { case_id: null }]);
    });

    it('gives a file to one case only, of ten that name it at the same instant [TRF-GEN-09]', async () => {
      const papers = await documents(admin(A));
      const inputs = await Promise.all(Array.from({ length: 10 }, () => toFile(papers)));
      const answers = await Promise.all(inputs.map((input) => give(admin(A), FILE, input)));
      const codes = answers.map((answer) => refused(answer).code).sort();
      expect(codes).toEqual([...Array<string>(9).fill('EVIDENCE_BOUND'), 'allowed']);
      const [{ cases }] = await rows('select count(*)::int as cases from transfer_case where student_id = any($1)', inputs.map(({ studentId }) => studentId));
      expect(cases).toBe(1);
    });

    it('that is refused leaves the files free for the next one [GEN-FLOW-03] [TRF-GEN-09]', async () => {
      const papers = await documents(admin(A));
      expect(refused(await give(admin(A), FILE, { ...(await toFile(papers)), reasonCode: 'BETTER_SCHOOL' }))).toMatchObject({ code: 'TRANSFER_REASON_UNKNOWN' });
      expect(await filed(papers)).toEqual(expect.any(String));
    });

    it('is refused a file with a virus [TRF-GEN-09]', async () => {
      const bad = await document(admin(A), 'HOUSEHOLD_REGISTER', infected());
      expect(await scanOf(bad.evidenceId)).toEqual({ scan: 'INFECTED', finding: 'EICAR-Test-Signature', scanned_by: 'of a test' });
      expect(refused(await give(admin(A), FILE, await toFile([await document(admin(A), 'GUARDIAN_APPLICATION'), bad])))).toMatchObject({ code: 'EVIDENCE_INFECTED', rule: 'TRF-GEN-09', field: 'documents', evidenceIds: [bad.evidenceId] });
    });
  });

  describe('a scanner that is down', () => {
    const approval = async (id: string) => refused(await give(leader(C), APPROVE, { id, classId: 'c-new' }));

    it('holds the file: the case is filed, not read and not agreed to, until a later look finds nothing [TRF-GEN-01] [TRF-GEN-09]', async () => {
      scannerIsDown = true;
      const { body } = await upload(admin(A), samplePdf('held'));
      expect(body.scan).toBe('PENDING');
      const register = await document(admin(A), 'HOUSEHOLD_REGISTER');
      const id = await filed([{ kind: 'GUARDIAN_APPLICATION', evidenceId: body.evidenceId }, register]);
      const held = expect.arrayContaining([body.evidenceId, register.evidenceId]);
      expect(await approval(id)).toMatchObject({ code: 'EVIDENCE_NOT_CLEARED', rule: 'TRF-GEN-09', held, infected: [] });
      expect(await codeOf(fetched(leader(C), body.evidenceId))).toEqual([422, 'EVIDENCE_HELD']);
      expect((await evidenceOf(admin(A), id)).map(({ scan, downloadPath }) => [scan, downloadPath])).toEqual([['PENDING', null], ['PENDING', null]]);

      service.clock.set(new Date(Date.parse(NOW) + HOUR));
      await expect(scanHeld(service.host, keeping)).rejects.toThrow('the scanner is down');
      expect(await scanOf(body.evidenceId)).toMatchObject({ scan: 'PENDING' });
      scannerIsDown = false;
      service.clock.set(new Date(Date.parse(NOW) + 2 * HOUR));
      await scanHeld(service.host, keeping);
      expect([await scanOf(body.evidenceId), await scanOf(register.evidenceId)]).toEqual([expect.objectContaining({ scan: 'CLEAN' }), expect.objectContaining({ scan: 'CLEAN' })]);
      expect((await audited(body.evidenceId)).filter((entry) => entry.startsWith('evidence.scan'))).toEqual(['evidence.scan system']);
      expect((await fetched(leader(C), body.evidenceId)).status).toBe(200);
      expect(await approved(leader(C), id, 'c-new')).toMatchObject({ state: 'OUT_COUNTY_REVIEW' });
    });

    it('and finds a virus later leaves the reviewer nothing but to refuse [TRF-GEN-09] [GEN-FLOW-03]', async () => {
      scannerIsDown = true;
      const bad = await document(admin(A), 'HOUSEHOLD_REGISTER', infected());
      scannerIsDown = false;
      const id = await filed([await document(admin(A), 'GUARDIAN_APPLICATION'), bad]);
      service.clock.set(new Date(Date.parse(NOW) + HOUR));
      await scanHeld(service.host, keeping);
      expect(await approval(id)).toMatchObject({ code: 'EVIDENCE_NOT_CLEARED', infected: [bad.evidenceId], held: [] });
      expect(await codeOf(fetched(leader(C), bad.evidenceId))).toEqual([422, 'EVIDENCE_INFECTED']);
      expect(refused(await give(leader(C), 'mutation($input: RefuseTransferInput!) { refuseTransfer(input: $input) { transferCase { state } } }', { id, reasonCode: 'DOCUMENT_MISSING', reason: '文件不能打开' })).code).toBe('allowed');
    });

    it('is asked again after a restart, each file by one of two clocks, in an order that lets no file wait for ever [TRF-GEN-09]', async () => {
      scannerIsDown = true;
      const held = [await document(admin(A), 'OTHER_PROOF'), await document(admin(A), 'OTHER_PROOF'), await document(admin(A), 'OTHER_PROOF')].map(({ evidenceId }) => evidenceId);
      service.clock.set(new Date(Date.parse(NOW) + HOUR));
      await expect(scanHeld(service.host, keeping)).rejects.toThrow();
      const attempts = await rows('select scan_attempts as n from transfer_evidence where id = any($1) order by n', held);
      expect(attempts.map(({ n }) => n)).toEqual([1, 1, 2]);
      scannerIsDown = false;
      service.clock.set(new Date(Date.parse(NOW) + 2 * HOUR));
      // A second process, new on the same database, knows nothing but what stands in it.
      const seen: string[] = [];
      const counting = { ...keeping, scanner: { ...scanner, scan: async (content: any) => {
        seen.push(content.path);
        return scanner.scan(content);
      } } };
      await Promise.all([scanHeld({ ...service.host }, counting), scanHeld({ ...service.host }, counting)]);
      expect([seen.length, new Set(seen).size]).toEqual([3, 3]);
      for (const id of held) expect(await scanOf(id)).toMatchObject({ scan: 'CLEAN' });
    });
  });

  describe('a download', () => {
    let id: string;
    let evidenceId: string;
    const content = samplePdf('the application');

    beforeAll(async () => {
      service.clock.set(new Date(NOW));
      const application = await document(admin(A), 'GUARDIAN_APPLICATION', content);
      evidenceId = application.evidenceId;
      id = await filed([application, await document(admin(A), 'HOUSEHOLD_REGISTER')]);
    });

    it.each<[string, () => Actor]>([
      ['the school that filed', () => admin(A)], ['its leader', () => leader(A)], ['the receiving school', () => leader(C)], ['the old county', () => admin('b-610113')], ['the new county', () => admin('b-610112')],
      ['the city above both', () => admin('b-6101')], ['the province', () => leader('b-61')],
    ])('is for %s, as a file to keep, and stands in the audit [TRF-GEN-10] [TRF-GEN-09]', async (_who, actor) => {
      const response = await fetched(actor(), evidenceId);
      expect(response.status).toBe(200);
      expect(Buffer.from(await response.arrayBuffer()).equals(content)).toBe(true);
      expect(Object.fromEntries(['content-type', 'content-disposition', 'x-content-type-options', 'cache-control', 'content-length'].map((name) => [name, response.headers.get(name)]))).toEqual({
        'content-type': 'application/pdf', 'content-disposition': `attachment; filename="${evidenceId}.pdf"; filename*=UTF-8''${encodeURIComponent('申请.pdf')}`, 'x-content-type-options': 'nosniff',
        'cache-control': 'no-store', 'content-length': String(content.length),
      });
      expect(await audited(evidenceId)).toContain(`evidence.download ${actor().accountId}`);
      const [{ n }] = await service.dataSource.query(
        `select count(*)::int as n from audit_entry join transfer_case t on detail -> 'pupils' ? t.student_id join transfer_evidence e on e.case_id = t.id where action = 'read' and source = 'download' and e.id = $1 and audit_entry.account_id = $2`,
        [evidenceId, actor().accountId]);
      expect(n).toBe(1);
    });

    it.each<[string, () => Actor]>([
      ['a third school of the county', () => admin(B)], ['a school of another city', () => admin(D)], ['a county that takes no part', () => admin('b-610302')], ['another province', () => admin('b-41')],
    ])('is not found by %s, who sees no case either, as if there were none [ACC-PERM-03]', async (_who, actor) => {
      const before = await audited(evidenceId);
      const [real, absent] = [await fetched(actor(), evidenceId), await fetched(actor(), randomUUID())];
      expect([real.status, absent.status]).toEqual([404, 404]);
      expect(await real.json()).toEqual(await absent.json());
      expect((await service.query(actor(), EVIDENCE, { id })).data.transferCase).toBeNull();
      expect(await audited(evidenceId)).toEqual(before);
    });

    it('is refused to duties that read no pupils, and to nobody signed in [ACC-DUTY-02]', async () => {
      for (const duty of ['TEACHER', 'GUARDIAN', 'SYSTEM_ADMIN'] as const) expect(await codeOf(fetched(actorFor(duty, A), evidenceId))).toEqual([422, 'DUTY_NOT_PERMITTED']);
      expect((await fetch(`${root}/downloads/evidence/${evidenceId}`)).status).toBe(401);
    });

    it('of a file that no case has is not found, even by its own school [ACC-PERM-03]', async () => {
      expect((await fetched(admin(A), (await document(admin(A), 'OTHER_PROOF')).evidenceId)).status).toBe(404);
    });

    it('leads to no other file, whatever the address [ACC-PERM-03]', async () => {
      writeFileSync(join(filesDir, 'secret'), 'x');
      for (const path of ['secret', '..%2fsecret', '%2e%2e/secret', `${evidenceId}/../secret`, `${evidenceId}%00.pdf`, '']) expect((await fetched(admin(A), path)).status).toBe(404);
      rmSync(join(filesDir, 'secret'));
    });
  });

  describe('files that no case took', () => {
    it('are taken away after a day with their rows, and those of cases are not [TRF-GEN-09]', async () => {
      const kept = await documents(admin(A));
      await filed(kept);
      const waiting = await document(admin(A), 'OTHER_PROOF');
      const [{ file_key: key }] = await rows('select file_key from transfer_evidence where id = $1', waiting.evidenceId);
      await removeExpired(service.host, keeping);
      service.clock.set(new Date(Date.parse(NOW) + 24 * HOUR - 1));
      await removeExpired(service.host, keeping);
      expect(readdirSync(filesDir)).toContain(key);
      service.clock.set(new Date(Date.parse(NOW) + 24 * HOUR));
      await Promise.all([removeExpired(service.host, keeping), removeExpired(service.host, keeping)]);
      expect(readdirSync(filesDir)).not.toContain(key);
      expect(await rows('select id from transfer_evidence where id = any($1)', [waiting.evidenceId, ...kept.map(({ evidenceId }) => evidenceId)])).toHaveLength(2);
      expect((await audited(waiting.evidenceId)).filter((entry) => entry.startsWith('evidence.remove'))).toEqual(['evidence.remove system']);
    });

    it('are taken away after a crash in the middle of an upload, whatever was there of them [TRF-GEN-09]', async () => {
      writeFileSync(join(filesDir, 'half'), 'half a file');
      await rows(
        `insert into transfer_evidence (id, file_key, file_name, account_id, uploaded_by, organization_id, uploaded_at, expires_at, scan)
         values ('crashed', 'half', 'x.pdf', 'fixture', 'x', $1, $2::timestamptz, $2::timestamptz + interval '1 hour', 'RECEIVING')`, A, NOW);
      expect(refused(await give(admin(A), FILE, await toFile([{ kind: 'GUARDIAN_APPLICATION', evidenceId: 'crashed' }])))).toMatchObject({ code: 'EVIDENCE_NOT_FOUND' });
      service.clock.set(new Date(Date.parse(NOW) + HOUR));
      await removeExpired(service.host, keeping);
      expect([readdirSync(filesDir).includes('half'), await rows(`select 1 from transfer_evidence where id = 'crashed'`)]).toEqual([false, []]);
    });
  });

  it('leaves neither names of files nor of people in the log of actions, and an audit that holds', async () => {
    const entries = await rows(`select detail::text as detail from audit_entry where subject_type = 'transfer-evidence'`);
    expect(entries.length).toBeGreaterThan(20);
    expect(entries.filter(({ detail }) => /\.pdf|申请|户口/.test(detail))).toEqual([]);
    expect(await verifyAudit(service.dataSource.manager)).toEqual([]);
  });
});
