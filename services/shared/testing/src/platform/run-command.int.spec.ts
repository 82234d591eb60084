import { createHash } from 'node:crypto';
import { inCommand, schemaDrift, verifyAudit, type Actor } from '@xueji/platform';
import { Client } from 'pg';
import { actorFor } from '../kit/actors';
import { startTestService, type TestService } from '../kit/test-service';
import { Note, notes, requestId, toy } from './toy.service';

const command = `mutation($command: String!, $requestId: String!, $id: ID, $title: String, $reason: String, $v: Int) {
  commandNote(command: $command, requestId: $requestId, id: $id, title: $title, reason: $reason, expectedVersion: $v) { id state version title } }`;

describe('the write door', () => {
  let service: TestService;
  const clerk = actorFor('REGISTRY_ADMIN', 's-2161000101');
  const bureau = actorFor('REGISTRY_ADMIN', 'b-610113');
  const stranger = actorFor('REGISTRY_ADMIN', 'b-610112');

  beforeAll(async () => {
    service = await startTestService(toy());
  });
  afterAll(() => service.stop());

  const give = (actor: Actor, variables: Record<string, unknown>) => service.query(actor, command, { requestId: requestId(), ...variables });
  const written = async (title: string) => (await give(clerk, { command: 'write', title })).data.commandNote as { id: string; version: number };

  it('writes record, step, audit and event in one transaction [GEN-FLOW-01]', async () => {
    const { id } = await written('first');
    const answer = await give(clerk, { command: 'submit', id });
    expect(answer.data.commandNote).toMatchObject({ state: 'SUBMITTED', version: 2 });
    const steps = await service.dataSource.query('select version, command, real_name, cites from case_step where record_id = $1 order by version', [id]);
    expect(steps).toMatchObject([{ version: 1, command: 'write' }, { version: 2, command: 'submit', real_name: clerk.realName, cites: ['GEN-FLOW-02'] }]);
    expect(await service.dataSource.query('select action from audit_entry where subject_id = $1 order by at, position', [id])).toHaveLength(2);
    expect((await service.told()).filter((event) => event.aggregateid === id)).toMatchObject([{ aggregateversion: 2, partitionkey: id }]);
  });

  it('answers a repeated request with the first result and acts once', async () => {
    const same = requestId();
    const first = await service.query(clerk, command, { requestId: same, command: 'write', title: 'once' });
    const again = await service.query(clerk, command, { requestId: same, command: 'write', title: 'once' });
    expect(again.data).toEqual(first.data);
    expect(await service.dataSource.manager.countBy(Note, { title: 'once' })).toBe(1);
    const other = await service.query(clerk, command, { requestId: same, command: 'write', title: 'twice' });
    expect(other.errors[0]!.extensions).toMatchObject({ code: 'REQUEST_ID_REUSED', field: 'requestId' });
  });

  it('acts once when the same request arrives 20 times at the same instant', async () => {
    const same = requestId();
    const answers = await Promise.all(Array.from({ length: 20 }, () => service.query(clerk, command, { requestId: same, command: 'write', title: 'storm' })));
    expect(new Set(answers.map((answer) => answer.data?.commandNote.id)).size).toBe(1);
    expect(await service.dataSource.manager.countBy(Note, { title: 'storm' })).toBe(1);
  });

  it('refuses a stale version and names the current one', async () => {
    const { id } = await written('versions');
    await give(clerk, { command: 'submit', id, v: 1 });
    const stale = await give(bureau, { command: 'approve', id, v: 1 });
    expect(stale.errors[0]!.extensions).toMatchObject({ code: 'VERSION_STALE', currentVersion: 2, field: 'expectedVersion' });
  });

  it('does not find a record of another area [ACC-PERM-03]', async () => {
    const { id } = await written('elsewhere');
    await give(clerk, { command: 'submit', id });
    const foreign = await give(stranger, { command: 'approve', id });
    const missing = await give(stranger, { command: 'approve', id: 'no-such-note' });
    expect(foreign.errors[0]!.extensions).toEqual(missing.errors[0]!.extensions);
    expect(foreign.errors[0]!.extensions).toMatchObject({ code: 'RECORD_NOT_FOUND', rule: 'ACC-PERM-03' });
  });

  it('refuses without a reason, by the submitter, and by an account without a real name, and changes nothing [GEN-FLOW-03] [GEN-FLOW-05] [ACC-AUDIT-02]', async () => {
    const { id } = await written('refusals');
    await give(clerk, { command: 'submit', id });
    expect((await give(bureau, { command: 'refuse', id, reason: '  ' })).errors[0]!.extensions).toMatchObject({ rule: 'GEN-FLOW-03', field: 'reason' });
    expect((await give(clerk, { command: 'approve', id })).errors[0]!.extensions).toMatchObject({ rule: 'GEN-FLOW-05' });
    expect((await give({ ...bureau, realNameVerified: false }, { command: 'approve', id })).errors[0]!.extensions).toMatchObject({ rule: 'ACC-AUDIT-02' });
    expect((await service.dataSource.manager.findOneByOrFail(Note, { id })).version).toBe(2);
  });

  it('decides once when two approve at the same instant', async () => {
    const { id } = await written('race');
    await give(clerk, { command: 'submit', id });
    const answers = await Promise.all([give(bureau, { command: 'approve', id }), give(bureau, { command: 'refuse', id, reason: 'x' }), give(bureau, { command: 'approve', id })]);
    expect(answers.filter((answer) => answer.errors.length === 0)).toHaveLength(1);
  });

  it('gives the refusal of the constraint that stopped a race, in the language asked for [GEN-FLOW-06]', async () => {
    await written('taken');
    const answer = await service.query(clerk, command, { requestId: requestId(), command: 'write', title: 'taken' }, 'en');
    expect(answer.errors[0]).toMatchObject({ message: 'The title is taken', extensions: { code: 'NOTE_TITLE_TAKEN', rule: 'GEN-FLOW-06', field: 'title' } });
  });

  it('leaves nothing behind when one of the last writes before the commit fails [GEN-FLOW-01]', async () => {
    const { id } = await written('half');
    const owner = new Client({ connectionString: service.migratorUrl });
    await owner.connect();
    await owner.query(`insert into case_step (record_type, record_id, version, to_state, command, account_id, real_name, duty, organization_id, organization_name, cites, request_id, at)
      select record_type, record_id, 2, to_state, command, account_id, real_name, duty, organization_id, organization_name, cites, request_id, at from case_step where record_id = $1`, [id]);
    await owner.end();
    const same = requestId();
    const answer = await service.query(clerk, command, { requestId: same, command: 'submit', id });
    expect(answer.errors[0]!.extensions.code).toBe('INTERNAL_ERROR');
    expect(await service.dataSource.manager.findOneByOrFail(Note, { id })).toMatchObject({ state: 'DRAFT', version: 1 });
    expect(await service.dataSource.query('select 1 from command_request where request_id = $1', [same])).toEqual([]);
    expect(await service.dataSource.query(`select 1 from audit_entry where subject_id = $1 and action = 'note.submit'`, [id])).toEqual([]);
    expect((await service.told()).filter((event) => event.aggregateid === id)).toEqual([]);
  });

  it('links the entries of 40 commands given at once, of one step and of several, into unbroken chains [ACC-AUDIT-01]', async () => {
    const ids = await Promise.all(Array.from({ length: 40 }, async (_, nth) => (await written(`chained ${nth}`)).id));
    // So that all of them want the same chain.
    const sameChain = (): string => {
      const id = requestId();
      return createHash('sha256').update(id).digest()[0]! % 16 === 0 ? id : sameChain();
    };
    const several = (some: string[]) => inCommand(service.host, { requestId: sameChain(), actor: clerk, command: 'toy.several', input: some, source: 'graph' }, async (scope) => {
      for (const id of some) await scope.execute(notes, { command: 'submit', id, input: {} });
    });
    await Promise.all([...ids.slice(0, 20).map((id) => give(clerk, { requestId: sameChain(), command: 'submit', id })), ...[20, 25, 30, 35].map((from) => several(ids.slice(from, from + 5)))]);
    const entries = await service.dataSource.query(`select 1 from audit_entry where action = 'note.submit' and subject_id = any($1)`, [ids]);
    expect(entries).toHaveLength(40);
    expect(await verifyAudit(service.dataSource.manager)).toEqual([]);
  });

  it('keeps entities and migrations in step', async () => {
    expect(await schemaDrift(service.dataSource)).toEqual([]);
  });

  it('lets the service add to steps and audit, never change them [GEN-FLOW-01] [ACC-AUDIT-01]', async () => {
    await expect(service.dataSource.query('update case_step set reason = null')).rejects.toThrow(/permission denied/);
    await expect(service.dataSource.query('delete from audit_entry')).rejects.toThrow(/permission denied/);
  });

  it('finds an audit row that was changed or removed behind its back', async () => {
    expect(await verifyAudit(service.dataSource.manager)).toEqual([]);
    const [row] = await service.dataSource.query('select chain, min(position) as position from audit_entry group by chain having count(*) > 1 order by chain limit 1');
    const owner = new Client({ connectionString: service.migratorUrl });
    await owner.connect();
    await owner.query(`update audit_entry set real_name = 'somebody' where chain = $1 and position = $2`, [row.chain, row.position]);
    expect(await verifyAudit(service.dataSource.manager)).toEqual([{ chain: row.chain, position: row.position, fault: 'CHANGED' }]);
    await owner.query('delete from audit_entry where chain = $1 and position = $2', [row.chain, row.position]);
    await owner.end();
    expect((await verifyAudit(service.dataSource.manager))[0]).toMatchObject({ chain: row.chain });
  });
});
