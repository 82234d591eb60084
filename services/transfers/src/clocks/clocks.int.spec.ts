import { setTimeout as pause } from 'node:timers/promises';
import { createService, generateKeyPair, schemaDrift, type Actor } from '@xueji/platform';
import { startTestService, type TestService } from '@xueji/testing';
import { transfers } from '../app';
import { A, admin, B, C, casesOf, D, E, leader, papers } from '../transfer/cases.fixture';
import { remind } from './reminder.clock';

const NOW = '2026-11-20T02:00:00Z';
const REMINDERS = `query($kind: TransferReminderKind, $outstanding: Boolean) { transferReminders(first: 100, kind: $kind, outstanding: $outstanding) { edges { node { id kind state dueAt firedAt transferCase { id state version } } } } }`;
const BULLETIN = `query($area: ID!, $from: String!, $to: String!) { transferBulletin(area: $area, from: $from, to: $to) { from to area { id }
  total { filed open finished refused withdrawn overdue } cities { city { id } filed open finished refused withdrawn overdue } steps { city { id } state waiting decided overdue }
  schools(first: 100) { edges { node { school { id } movedIn movedOut openIn openOut } } } } }`;
const LIMBO = 'query($hours: Int!) { limbo(olderThan: $hours, first: 100) { edges { node { id state hours waitsFor message awaits { id } transferCase { id } } } } }';
const ACROSS = 'mutation($input: FileCrossProvinceTransferInput!) { fileCrossProvinceTransfer(input: $input) { transferCase { id state } } }';
const OVERDUE = 'query { transferCases(view: OVERDUE, first: 100) { edges { node { id } } } }';

/** The clock is looked at by hand, except where its own running is the matter. */
const QUIET_MS = 3_600_000;
const definition = (tickMs = QUIET_MS) => transfers({ lookupKey: 'a key for tests only', tickMs });

describe('the clocks of transfers', () => {
  let service: TestService;
  const { give, done, pupil, filed, approved, passed, rejected, withdrawn } = casesOf(() => service);

  beforeEach(async () => {
    service = await startTestService(definition(), { now: NOW });
  });
  afterEach(() => service.stop());

  const look = () => remind(service.host);
  const goTo = (instant: string | number) => service.clock.set(new Date(instant));
  /** From Shaanxi to Henan, where a reviewer has ten days. */
  const filedAcross = async (): Promise<string> => {
    const { nationalStudentNumber: studentNumber, name } = await pupil(A);
    return done(await give(admin(E), ACROSS, { studentNumber, name, classId: 'c-new', reasonCode: 'HOUSEHOLD_MOVED', documents: papers })).id;
  };
  const reminders = async (actor: Actor, variables: object = {}): Promise<any[]> => (await service.query(actor, REMINDERS, { ...variables })).data.transferReminders.edges.map((edge: any) => edge.node);
  const fired = async (id: string): Promise<[string, string, number][]> =>
    (await service.dataSource.query('select kind, addressed_id, version from transfer_reminder where case_id = $1 order by fired_at, due_at, kind', [id])).map((row: any) => [row.kind, row.addressed_id, row.version]);

  describe('reminders', () => {
    it('go to the reviewer on day 2 and at the due instant, then to the superior, then to the one above, and never move the case [TRF-SLA-03] [TRF-SLA-01] [GEN-FLOW-08]', async () => {
      const { id } = await filed(A, C);
      const seen: string[][] = [];
      // Received on Friday: Tuesday is day 2, Wednesday the last of three; three working days more end on Monday.
      for (const instant of ['2026-11-23T15:59:59Z', '2026-11-23T16:00:00Z', '2026-11-25T15:59:58Z', '2026-11-25T15:59:59Z', '2026-11-25T16:00:00Z', '2026-11-30T15:59:59Z', '2026-11-30T16:00:00Z']) {
        goTo(instant);
        await look();
        seen.push((await fired(id)).map(([kind, to]) => `${kind} ${to}`).sort());
      }
      const [before, due, overdue, escalated] = [`BEFORE ${C}`, `DUE ${C}`, 'OVERDUE b-610112', 'ESCALATED b-6101'];
      expect(seen).toEqual([[], [before], [before], [before, due], [before, due, overdue], [before, due, overdue], [before, due, escalated, overdue]]);
      const [node] = await reminders(admin('b-610112'));
      expect(node).toMatchObject({ kind: 'OVERDUE', state: 'IN_SCHOOL_REVIEW', dueAt: '2026-11-25T15:59:59.000Z', firedAt: '2026-11-25T16:00:00.000Z', transferCase: { id, state: 'IN_SCHOOL_REVIEW', version: 1 } });
      expect((await reminders(leader(C))).map(({ kind }) => kind)).toEqual(['BEFORE', 'DUE']);
      expect(await reminders(admin('b-610302'))).toEqual([]);
    });

    it('are seen by the superior one second past the due instant, beside the case in the overdue list [TRF-SLA-01]', async () => {
      const { id, dueAt } = await filed(A, C);
      const superior = async () => [(await service.query(admin('b-610112'), OVERDUE)).data.transferCases.edges.map((edge: any) => edge.node.id), (await reminders(admin('b-610112'), { kind: 'OVERDUE' })).map(({ transferCase }) => transferCase.id)];
      goTo(dueAt!);
      await look();
      expect(await superior()).toEqual([[], []]);
      goTo(Date.parse(dueAt!) + 1000);
      await look();
      expect(await superior()).toEqual([[id], [id]]);
    });

    it('begin anew with each step, and those of a step that is done are no longer outstanding [TRF-SLA-03]', async () => {
      const { id } = await filed(A, C);
      goTo('2026-11-25T16:00:00Z');
      await look();
      await approved(leader(C), id, 'c-new');
      await look();
      expect([(await reminders(leader(C))).length, (await reminders(leader(C), { outstanding: false })).length, (await fired(id)).length]).toEqual([0, 2, 3]);
      // Received on Thursday: Monday is day 2.
      goTo('2026-11-29T16:00:00Z');
      await look();
      expect((await fired(id)).filter(([, , version]) => version === 2)).toEqual([['BEFORE', 'b-610113', 2]]);
    });

    it('keep the days of the province that binds the reviewer [TRF-GEN-09] [TRF-SLA-03]', async () => {
      const id = await filedAcross();
      goTo('2026-11-24T02:00:00Z');
      await look();
      expect(await fired(id)).toEqual([]);
      goTo('2026-12-01T16:00:00Z');
      await look();
      expect(await fired(id)).toEqual([['BEFORE', 'b-410102', 1]]);
      await approved(admin('b-410102'), id);
      goTo('2026-12-03T16:00:00Z');
      await look();
      expect(await fired(id)).toEqual([['BEFORE', 'b-410102', 1], ['BEFORE', A, 2]]);
    });

    it('come on the ninth and tenth of October for a case of the last of September, and a year without a calendar is flagged [TRF-SLA-02]', async () => {
      goTo('2026-09-30T16:30:00Z');
      const autumn = await filed(A, C);
      expect([autumn.dueAt, autumn.dueFlagged]).toEqual(['2026-10-10T15:59:59.000Z', false]);
      const firedAt = async (id: string) => (await service.dataSource.query('select kind, due_at from transfer_reminder where case_id = $1 order by due_at, kind', [id])).map((row: any) => [row.kind, row.due_at.toISOString()]);
      goTo('2026-10-08T15:59:59Z');
      await look();
      expect(await firedAt(autumn.id)).toEqual([]);
      goTo('2026-10-10T16:00:00Z');
      await look();
      expect(await firedAt(autumn.id)).toEqual([['BEFORE', '2026-10-08T16:00:00.000Z'], ['DUE', '2026-10-10T15:59:59.000Z'], ['OVERDUE', '2026-10-10T15:59:59.000Z']]);
      goTo('2099-12-01T02:00:00Z');
      const far = await filed(A, C);
      expect([far.dueAt, far.dueFlagged]).toEqual(['2099-12-04T15:59:59.000Z', true]);
      goTo('2099-12-02T16:00:00Z');
      await look();
      expect(await firedAt(far.id)).toEqual([['BEFORE', '2099-12-02T16:00:00.000Z']]);
    });

    it('are sent once each though eight clocks look at the same instant [TRF-SLA-03]', async () => {
      const cases = [];
      for (let nth = 0; nth < 12; nth += 1) cases.push(await filed(A, C));
      goTo('2026-11-25T16:00:00Z');
      await Promise.all(Array.from({ length: 8 }, look));
      expect(await service.dataSource.query('select kind, count(*)::int as n, count(distinct case_id)::int as cases from transfer_reminder group by kind order by kind')).toEqual(
        ['BEFORE', 'DUE', 'OVERDUE'].map((kind) => ({ kind, n: 12, cases: 12 })));
    });

    it('miss nothing after a day without a clock, and are sent once by two clocks that start together [TRF-SLA-03] [TRF-SLA-01]', async () => {
      const { publicKey } = await generateKeyPair();
      const clockOf = () => createService(definition(10), {
        databaseUrl: service.migratorUrl, migratorUrl: null, appRole: null, actorPublicKey: publicKey, bus: service.bus, clock: service.clock, demo: false, logLevel: 'silent',
      });
      const sent = async () => (await service.dataSource.query('select kind, count(*)::int as n from transfer_reminder group by kind order by kind')).map((row: any) => `${row.kind} ${row.n}`).join();
      const reach = async (wanted: string) => {
        while ((await sent()) !== wanted) await pause(10);
      };
      for (let nth = 0; nth < 5; nth += 1) await filed(A, C);
      goTo('2026-11-23T16:00:00Z');
      const first = await clockOf();
      await reach('BEFORE 5');
      await first.stop();
      for (let nth = 0; nth < 5; nth += 1) await filed(A, C);
      goTo('2026-11-26T16:00:00Z');
      const both = await Promise.all([clockOf(), clockOf()]);
      await reach('BEFORE 10,DUE 5,OVERDUE 5');
      await Promise.all(both.map((clock) => clock.stop()));
      const faults = await service.dataSource.query('select case_id from transfer_reminder group by case_id, version, kind having count(*) > 1');
      expect([faults, await sent(), await service.dataSource.query('select distinct state, version from transfer_case')]).toEqual([[], 'BEFORE 10,DUE 5,OVERDUE 5', [{ state: 'IN_SCHOOL_REVIEW', version: 1 }]]);
    });

    it('are sent once by the database itself, which also keeps them from being changed [TRF-SLA-03]', async () => {
      await filed(A, C);
      goTo('2026-11-25T16:00:00Z');
      await look();
      await expect(service.dataSource.query(`insert into transfer_reminder select 'copy', case_id, version, kind, state, due_at, fired_at, addressed_id from transfer_reminder limit 1`))
        .rejects.toMatchObject({ driverError: { constraint: 'transfer_reminder_once' } });
      await expect(service.dataSource.query(`delete from transfer_reminder`)).rejects.toThrow(/permission denied/);
    });
  });

  describe('bulletin', () => {
    const bulletin = async (actor: Actor, area: string, from = '2026-11-01', to = '2026-11-30') => (await service.query(actor, BULLETIN, { area, from, to }));

    it('counts the cases per city and per step, and the schools, without naming a case [TRF-GEN-07] [REG-STAT-08] [TRF-SLA-01]', async () => {
      await filed(A, C);
      const { id: late } = await filed(A, C);
      await rejected(leader(B), (await filed(A, B)).id);
      await withdrawn(admin(A), (await filed(A, C)).id);
      await passed(A, C);
      await filed(A, D);
      goTo('2026-11-26T02:00:00Z');
      await approved(leader(C), late, 'c-new');
      const { transferBulletin } = (await bulletin(admin('b-61'), 'b-61')).data;
      // Three came to be late: two at C, of which one was then approved, and one at D, whose case counts in both cities.
      expect(transferBulletin.total).toEqual({ filed: 6, open: 4, finished: 0, refused: 1, withdrawn: 1, overdue: 3 });
      expect(transferBulletin.cities).toEqual([
        { city: { id: 'b-6101' }, filed: 6, open: 4, finished: 0, refused: 1, withdrawn: 1, overdue: 2 },
        { city: { id: 'b-6103' }, filed: 1, open: 1, finished: 0, refused: 0, withdrawn: 0, overdue: 1 },
      ]);
      expect(transferBulletin.steps).toEqual([
        { city: { id: 'b-6101' }, state: 'IN_COUNTY_REVIEW', waiting: 0, decided: 1, overdue: 0 },
        { city: { id: 'b-6101' }, state: 'IN_SCHOOL_REVIEW', waiting: 1, decided: 4, overdue: 2 },
        { city: { id: 'b-6101' }, state: 'OUT_COUNTY_REVIEW', waiting: 1, decided: 1, overdue: 0 },
        { city: { id: 'b-6103' }, state: 'IN_SCHOOL_REVIEW', waiting: 1, decided: 0, overdue: 1 },
      ]);
      const ofSchool = (id: string) => transferBulletin.schools.edges.map((edge: any) => edge.node).find(({ school }: any) => school.id === id);
      expect([ofSchool(A), ofSchool(C), ofSchool(B)]).toMatchObject([{ openOut: 4, openIn: 0, movedOut: 0 }, { openOut: 0, openIn: 3, movedIn: 0 }, { openIn: 0, openOut: 0 }]);
      expect((await bulletin(admin('b-6103'), 'b-6103')).data.transferBulletin).toMatchObject({ total: { filed: 1, open: 1, overdue: 1 }, cities: [{ city: { id: 'b-6103' } }] });
      expect((await bulletin(admin('b-61'), 'b-61', '2026-10-01', '2026-10-31')).data.transferBulletin).toMatchObject({ total: { filed: 0, open: 0, overdue: 0 }, cities: [], steps: [] });
    });

    it('counts a month as it ended, whatever came after it [TRF-GEN-07]', async () => {
      const { id } = await filed(A, C);
      goTo('2026-12-02T02:00:00Z');
      await rejected(leader(C), id);
      expect((await bulletin(admin('b-61'), 'b-61')).data.transferBulletin).toMatchObject({ total: { filed: 1, open: 1, refused: 0, overdue: 1 }, steps: [{ state: 'IN_SCHOOL_REVIEW', waiting: 1, decided: 0, overdue: 1 }] });
      expect((await bulletin(admin('b-61'), 'b-61', '2026-12-01', '2026-12-31')).data.transferBulletin).toMatchObject({ total: { filed: 0, open: 0, refused: 1, overdue: 1 }, steps: [{ waiting: 0, decided: 1, overdue: 1 }] });
    });

    it('is for bureaus and their own area, and for a period that is one [TRF-GEN-07] [ACC-PERM-03]', async () => {
      expect((await bulletin(admin(A), A)).errors[0]!.extensions.code).toBe('FIELD_FORBIDDEN');
      expect((await bulletin(admin('b-6103'), 'b-6101')).errors[0]!.extensions).toMatchObject({ code: 'RECORD_NOT_FOUND', rule: 'ACC-PERM-03' });
      for (const [from, to] of [['2026-11-31', '2026-12-01'], ['2026-12-02', '2026-12-01'], ['2024-01-01', '2026-12-01']]) {
        expect((await bulletin(admin('b-61'), 'b-61', from, to)).errors[0]!.extensions).toMatchObject({ code: 'PERIOD_INVALID', rule: 'TRF-GEN-07' });
      }
    });
  });

  describe('limbo', () => {
    const limbo = async (actor: Actor, hours: number) => service.query(actor, LIMBO, { hours });
    const listed = async (actor: Actor, hours: number) => (await limbo(actor, hours)).data.limbo.edges.map((edge: any) => edge.node);

    it('lists the pupils between two schools for longer than asked, with what they wait for, and no other case [GEN-FLOW-08]', async () => {
      const { id } = await passed(A, C);
      await filed(A, C);
      goTo(Date.parse(NOW) + 24 * 3_600_000);
      expect(await listed(admin('b-61'), 24)).toEqual([]);
      goTo(Date.parse(NOW) + 24 * 3_600_000 + 1);
      expect(await listed(admin('b-61'), 24)).toEqual([{ id, state: 'MOVING', hours: 24, waitsFor: 'REGISTRY', message: '等待学籍库确认转接', awaits: null, transferCase: { id } }]);
      expect(await listed(admin('b-6103'), 24)).toEqual([]);
      expect((await limbo(admin(A), 24)).errors[0]!.extensions.code).toBe('FIELD_FORBIDDEN');
      expect((await limbo(admin('b-61'), -1)).errors[0]!.extensions).toMatchObject({ code: 'HOURS_INVALID', field: 'olderThan' });
    });
  });

  it('gives a move a day, then tells the bureau of the receiving school and those above it, and leaves the case where it is [GEN-FLOW-08] [TRF-SLA-01]', async () => {
    const { id } = await passed(A, C);
    const overdue = async (actor: Actor) => (await service.query(actor, OVERDUE)).data.transferCases.edges.map((edge: any) => edge.node.id);
    goTo(Date.parse(NOW) + 24 * 3_600_000);
    await look();
    expect([await fired(id), await overdue(admin('b-6101'))]).toEqual([[['DUE', 'b-610112', 4]], []]);
    goTo(Date.parse(NOW) + 24 * 3_600_000 + 1);
    await look();
    expect([(await fired(id)).slice(1), await overdue(admin('b-6101'))]).toEqual([[['OVERDUE', 'b-6101', 4]], [id]]);
    goTo('2026-11-27T16:00:00Z');
    await look();
    expect((await fired(id)).slice(2)).toEqual([['ESCALATED', 'b-61', 4]]);
    expect((await service.query(admin('b-6101'), LIMBO, { hours: 1 })).data.limbo.edges[0].node).toMatchObject({ id, state: 'MOVING', waitsFor: 'REGISTRY' });
  });

  it('lists a case that the Ministry has verified while the receiving school does not ask for the archive [TRF-INTER-06]', async () => {
    const id = await filedAcross();
    await approved(admin('b-410102'), id);
    await approved(leader(A), id);
    await approved(admin('b-610113'), id);
    goTo('2026-11-23T02:00:00Z');
    const { edges } = (await service.query(admin('cn'), LIMBO, { hours: 48 })).data.limbo;
    expect(edges.map((edge: any) => edge.node)).toEqual([{ id, state: 'MINISTRY_VERIFIED', hours: 72, waitsFor: 'ARCHIVE_REQUEST', message: '等待转入学校调档', awaits: { id: E }, transferCase: { id } }]);
  });

  it('keeps entities and migrations in step', async () => {
    expect(await schemaDrift(service.dataSource)).toEqual([]);
  });
});
