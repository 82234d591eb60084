import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { schemaDrift, type Actor } from '@xueji/platform';
import { actorFor, startTestService, type TestService } from '@xueji/testing';
import { registry } from '../app';
import { establishPupils, openClass, type TestPupil } from '../workflows/record-status/pupils.fixture';

const SCHOOL = 's-2161000101';
const clerk = actorFor('REGISTRY_ADMIN', SCHOOL);
const leader = actorFor('REGISTRY_LEADER', SCHOOL);
const NOW = '2026-09-10T02:00:00Z';

describe('exports', () => {
  let service: TestService;
  let origin: string;
  let pupils: TestPupil[];

  beforeAll(async () => {
    service = await startTestService(registry({ filesDir: tmpdir(), allowSynthetic: true }), { now: NOW });
    origin = new URL((await service.listen(0)).url).origin;
    pupils = await establishPupils(service, 7, { schoolId: SCHOOL, classId: await openClass(service, SCHOOL, 3), grade: 3 });
    await establishPupils(service, 2, { schoolId: 's-2161000102', classId: await openClass(service, 's-2161000102', 3), grade: 3 });
  });
  afterAll(() => service.stop());
  beforeEach(() => service.clock.set(new Date(NOW)));

  const give = (actor: Actor, command: string, type: string, input: object) =>
    service.query(actor, `mutation($input: ${type}!) { ${command}(input: $input) { dataExport { id state dueAt downloads downloadPath availableCommands } } }`, { input: { requestId: randomUUID(), ...input } });
  const request = async (actor: Actor, input: object) => {
    const { data, errors } = await give(actor, 'requestExport', 'RequestExportInput', { purpose: '核对', ...input });
    expect(errors).toEqual([]);
    return data.requestExport.dataExport;
  };
  const approve = (actor: Actor, id: string) => give(actor, 'approveExport', 'ExportCommandInput', { exportId: id });
  const download = async (actor: Actor | null, path: string) => {
    const response = await fetch(`${origin}${path}`, { headers: await service.headers(actor) });
    // As it is on the wire, byte order mark included.
    const text = Buffer.from(await response.arrayBuffer()).toString('utf8');
    return { status: response.status, text, code: text.startsWith('{"errors') ? JSON.parse(text).errors[0].extensions.code : null, rule: text.startsWith('{"errors') ? JSON.parse(text).errors[0].extensions.rule : null };
  };

  it('gives a school in full what it has entered, once another person agrees, marked in each row, and writes down whose records went out [AGY-IF-11] [PRE-DATA-17]', async () => {
    await service.dataSource.query('update student set name = $2 where id = $1', [pupils[0]!.id, '=HYPERLINK("http://x")']);
    const asked = await request(clerk, { content: 'FULL' });
    expect(await download(clerk, asked.downloadPath)).toMatchObject({ status: 422, code: 'COMMAND_OUT_OF_ORDER' });
    expect((await approve(clerk, asked.id)).errors[0]!.extensions.code).toBe('FIELD_FORBIDDEN');
    expect((await approve(leader, asked.id)).data.approveExport.dataExport).toMatchObject({ state: 'APPROVED', dueAt: '2026-09-11T02:00:00.000Z' });
    const { status, text } = await download(clerk, asked.downloadPath);
    expect(status).toBe(200);
    const lines = text.trim().split('\r\n');
    expect(lines).toHaveLength(8);
    expect(text.startsWith('\ufeff')).toBe(true);
    expect(lines[0]).toMatch(/学籍号,姓名,.*导出标识$/);
    for (const { number } of pupils) expect(text).toContain(number);
    for (const line of lines.slice(1)) expect(line).toMatch(new RegExp(`,${asked.id}/${clerk.accountId}/1$`));
    expect(text).toContain(`"'=HYPERLINK(""http://x"")"`);
    const [entry] = await service.dataSource.query(`select account_id, detail from audit_entry where action = 'read' and source = 'export'`);
    expect(entry).toMatchObject({ account_id: clerk.accountId, detail: { pupils: pupils.map(({ id }) => id).sort() } });
    expect((await download(clerk, asked.downloadPath)).text).toContain(`/${clerk.accountId}/2`);
  });

  it('is fetched by nobody else, not after a day, not when withdrawn, not under another ending', async () => {
    const asked = await request(clerk, { content: 'FULL', format: 'NDJSON' });
    await approve(leader, asked.id);
    expect(await download(leader, asked.downloadPath)).toMatchObject({ status: 422, code: 'DUTY_NOT_PERMITTED' });
    expect(await download({ ...clerk, accountId: 'a-another' }, asked.downloadPath)).toMatchObject({ code: 'ACTOR_NOT_PERMITTED' });
    expect(await download(actorFor('REGISTRY_ADMIN', 's-2161000102'), asked.downloadPath)).toMatchObject({ code: 'RECORD_NOT_FOUND' });
    expect(await download(clerk, asked.downloadPath.replace('ndjson', 'csv'))).toMatchObject({ code: 'RECORD_NOT_FOUND' });
    expect(await download(clerk, '/downloads/exports/%2e%2e%2fintake.csv')).toMatchObject({ code: 'RECORD_NOT_FOUND' });
    const rows = (await download(clerk, asked.downloadPath)).text.trim().split('\n').map((line) => JSON.parse(line));
    expect(rows.map((row: any) => row['学籍号']).sort()).toEqual(pupils.map(({ number }) => number).sort());
    service.clock.set(new Date('2026-09-11T02:00:00Z'));
    expect(await download(clerk, asked.downloadPath)).toMatchObject({ code: 'EXPORT_EXPIRED', rule: 'AGY-IF-11' });
    service.clock.set(new Date(NOW));
    await give(clerk, 'withdrawExport', 'ExportCommandInput', { exportId: asked.id });
    expect(await download(clerk, asked.downloadPath)).toMatchObject({ code: 'COMMAND_OUT_OF_ORDER' });
  });

  it('refuses a bureau the rows of its schools and gives it their totals, small ones left out [AGY-IF-11] [PRE-DATA-17] [AGY-IF-13]', async () => {
    const bureau = actorFor('REGISTRY_ADMIN', 'b-610113');
    const { errors } = await give(bureau, 'requestExport', 'RequestExportInput', { content: 'FULL', purpose: '核对' });
    expect(errors[0]!.extensions).toMatchObject({ code: 'EXPORT_NOT_OWN_DATA', rule: 'PRE-DATA-17', field: 'content' });
    const asked = await request(bureau, { content: 'SUMMARY' });
    expect((await approve(actorFor('REGISTRY_ADMIN', 'b-6101'), asked.id)).errors).toEqual([]);
    const { text } = await download(bureau, asked.downloadPath);
    expect(text).toContain('示例区第一小学');
    for (const { number, name } of pupils) {
      expect(text).not.toContain(number);
      expect(text).not.toContain(`${name},`);
    }
    const counts = text.trim().split('\r\n').slice(1).map((line) => line.split(',')[4]!);
    expect(counts).toContain('*');
    expect(counts.filter((count) => Number(count) > 0 && Number(count) < 5)).toEqual([]);
  });

  it('keeps entities and migrations in step', async () => {
    expect(await schemaDrift(service.dataSource)).toEqual([]);
  });
});
