import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { anchorFile, auditPages, chainHeads, generateKeyPair, importSigningKey, importVerifyingKey, readAnchors, readLedger, startAnchoring, verifyAudit, verifyRows, type AuditRow, type ChainHead } from '@xueji/platform';
import { Client } from 'pg';
import { actorFor } from '../kit/actors';
import { startTestService, type TestService } from '../kit/test-service';
import { toy } from './toy.service';

const reading = (n: number) => ({
  actor: actorFor('REGISTRY_ADMIN', 'b-610113'), source: 'graph', clientAddress: '127.0.0.1', traceId: `t-${n}`, operation: null, fields: ['Student.name'], pupils: [`p-${n}`], searches: [],
});

describe('the audit of readings', () => {
  let service: TestService;
  let owner: Client;
  let anchors: ChainHead[];

  beforeAll(async () => {
    service = await startTestService(toy());
    owner = new Client({ connectionString: service.migratorUrl });
    await owner.connect();
    const ledger = readLedger(service.dataSource, service.clock);
    for (let batch = 0; batch < 100; batch += 1) await Promise.all(Array.from({ length: 10 }, (_, n) => ledger.append(reading(batch * 10 + n))));
    anchors = await chainHeads(service.dataSource);
  });
  afterAll(async () => {
    await owner.end();
    await service.stop();
  });

  const rows = async (): Promise<number> => (await service.dataSource.query('select count(*)::int as n from audit_entry'))[0].n;
  /** Does something as the owner of the database and puts all back as it was. */
  const tampered = async (...statements: string[]) => {
    await owner.query('create table kept as table audit_entry');
    for (const statement of statements) await owner.query(statement);
    const found = await verifyAudit(service.dataSource.manager, anchors);
    await owner.query('truncate audit_entry; insert into audit_entry select * from kept; drop table kept');
    return found;
  };
  const fullest = () => anchors.reduce((most, head) => (Number(head.position) > Number(most.position) ? head : most));

  it('holds all that was read by many at once, once each, in chains that fit [ACC-AUDIT-01] [AGY-IF-02]', async () => {
    const pupils = (await service.dataSource.query(`select detail -> 'pupils' ->> 0 as pupil from audit_entry where action = 'read'`)).map((row: { pupil: string }) => row.pupil);
    expect(new Set(pupils).size).toBe(1000);
    expect(pupils).toHaveLength(1000);
    expect(await verifyAudit(service.dataSource.manager, anchors)).toEqual([]);
    expect(anchors.length).toBeGreaterThan(1);
  });

  it('cannot be changed by the service itself', async () => {
    for (const statement of ['delete from audit_entry', `update audit_entry set real_name = 'x'`, 'truncate audit_entry']) await expect(service.dataSource.query(statement)).rejects.toThrow(/permission denied/);
  });

  it('is seen to be changed, in every column', async () => {
    const { chain } = fullest();
    for (const change of [
      `at = at + interval '1 second'`, `account_id = 'x'`, `real_name = 'x'`, `duty = 'x'`, `organization_id = 'x'`, `source = 'x'`, `action = 'x'`, `subject_type = 'x'`, `subject_id = 'x'`, `detail = detail || '{"pupils": []}'`, `hash = repeat('a', 64)`,
      `previous_hash = repeat('a', 64)`,
    ]) {
      expect([change, await tampered(`update audit_entry set ${change} where chain = ${chain} and position = 3`)]).toEqual([change, [{ chain, position: '3', fault: 'CHANGED' }]]);
    }
  });

  it('is seen to lack an entry, to have two in another order, and to have one that was put in', async () => {
    const { chain } = fullest();
    expect(await tampered(`delete from audit_entry where chain = ${chain} and position = 4`)).toEqual([{ chain, position: '4', fault: 'MISSING' }]);
    expect(await tampered(`delete from audit_entry where chain = ${chain} and position = 1`)).toEqual([{ chain, position: '1', fault: 'MISSING' }]);
    expect(await tampered(
      `update audit_entry set position = 1000000 where chain = ${chain} and position = 2`, `update audit_entry set position = 2 where chain = ${chain} and position = 3`, `update audit_entry set position = 3 where chain = ${chain} and position = 1000000`,
    )).toEqual([{ chain, position: '2', fault: 'CHANGED' }]);
    expect(await tampered(
      `update audit_entry set position = position + 1000000 where chain = ${chain} and position >= 3`, `update audit_entry set position = position - 999999 where chain = ${chain} and position >= 1000000`,
      `insert into audit_entry select chain, 3, at, account_id, real_name, duty, organization_id, source, action, subject_type, subject_id, detail, previous_hash, hash from audit_entry where chain = ${chain} and position = 2`,
    )).toEqual([{ chain, position: '3', fault: 'CHANGED' }]);
  });

  it('is seen to be cut at its end, or rewritten from somewhere on, by the ends noted elsewhere', async () => {
    const { chain, position } = fullest();
    expect(await tampered(`delete from audit_entry where chain = ${chain} and position > ${Number(position) - 2}`)).toEqual([{ chain, position: String(Number(position) - 1), fault: 'CUT' }]);
    const cut = await tampered('truncate audit_entry');
    expect(cut.map(({ fault }) => fault)).toEqual(anchors.map(() => 'CUT'));
    expect(await verifyAudit(service.dataSource.manager, anchors.map((head) => ({ ...head, hash: 'f'.repeat(64) })))).toHaveLength(anchors.length);
  });

  it('can be verified from an export alone', async () => {
    const exported: AuditRow[] = [];
    for await (const page of auditPages((sql, parameters) => service.dataSource.query(sql, parameters))) exported.push(...page.map((row) => JSON.parse(JSON.stringify(row)) as AuditRow));
    const pages = async function* (all: AuditRow[]) { yield all; };
    expect(await verifyRows(pages(exported), anchors)).toMatchObject({ rows: await rows(), faults: [], heads: anchors });
    const changed = exported.map((row, index) => (index === 5 ? { ...row, real_name: 'x' } : row));
    expect((await verifyRows(pages(changed), anchors)).faults).toHaveLength(1);
    expect((await verifyRows(pages(exported.slice(0, -1)), anchors)).faults).toMatchObject([{ fault: 'CUT' }]);
  });

  it('notes the ends of its chains in signed lines, each bound to the one before', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'xueji-anchors-'));
    const keys = await generateKeyPair();
    const key = await importVerifyingKey(keys.publicKey);
    const anchoring = startAnchoring({ service: 'toy', dataSource: service.dataSource, folder, key: await importSigningKey(keys.privateKey), log: { error: (fault: unknown) => { throw fault; } } as never });
    await anchoring.anchor();
    await readLedger(service.dataSource, service.clock).append(reading(2000));
    await anchoring.stop();
    const file = anchorFile(folder, 'toy');
    const read = await readAnchors(file, key);
    expect(read.length).toBeGreaterThan(anchors.length);
    expect(await verifyAudit(service.dataSource.manager, read)).toEqual([]);
    const lines = readFileSync(file, 'utf8').trim().split('\n');
    expect(lines).toHaveLength(2);
    await expect(readAnchors(file, await importVerifyingKey((await generateKeyPair()).publicKey))).rejects.toThrow(/ANCHOR_INVALID: line 1/);
    for (const forged of [[lines[1]], [lines[1], lines[0]], [lines[0], `x${lines[1]}`], [lines[0], lines[0]]]) {
      writeFileSync(file, `${forged.join('\n')}\n`);
      await expect(readAnchors(file, key)).rejects.toThrow(/ANCHOR_INVALID/);
    }
    rmSync(folder, { recursive: true });
  });
});
