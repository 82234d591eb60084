import type { Actor } from '@xueji/platform';
import { actorFor, demoPath, walkTable } from '@xueji/testing';
import { decide } from '@xueji/workflow';
import { DataExport } from '../../export/data-export.entity';
import { ExportContent, ExportFormat } from '../../export/data-export.terms';
import { csvLine, safeCell } from '../../export/safe-csv';
import type { DataExportSituation } from './data-export.rules';
import { dataExportWorkflow, type DataExportState } from './data-export.workflow';

const SCHOOL = 's-2161000101';
const now = new Date('2026-11-22T02:00:00Z');
const clerk = actorFor('REGISTRY_ADMIN', SCHOOL);
const leader = actorFor('REGISTRY_LEADER', SCHOOL);

const record = (state: DataExportState, changes: Partial<DataExport> = {}): DataExport =>
  Object.assign(new DataExport(), { id: 'e', state, version: 1, content: ExportContent.FULL, format: ExportFormat.CSV, organizationId: SCHOOL, holderPath: demoPath(SCHOOL), recipientId: clerk.accountId, submittedBy: clerk.accountId, downloads: 0, dueAt: new Date(now.getTime() + 1), ...changes });
const given = (command: string, changes: Partial<DataExportSituation> = {}): DataExportSituation => ({ record: null, actor: clerk, input: { content: ExportContent.FULL, format: ExportFormat.CSV, purpose: '核对', reason: '不必要' }, facts: {}, now, command, ...changes });
const outcome = (s: DataExportSituation) => {
  const decision = decide(dataExportWorkflow, s);
  return decision.allowed ? decision.to : { code: decision.error.code, rule: decision.error.rule };
};

describe('the table of an export', () => {
  walkTable(dataExportWorkflow, {
    allowed: (row, from, by) => {
      const ofBureau = { content: ExportContent.SUMMARY, organizationId: 'b-610113', holderPath: demoPath('b-610113') };
      const person: Record<string, Actor> = { office: clerk, ownSchool: leader, bureauAtOrAbove: actorFor('REGISTRY_ADMIN', 'b-6101'), recipient: clerk };
      return given(row.command, { record: from === null ? null : record(from, by.relation === 'bureauAtOrAbove' ? ofBureau : {}), actor: person[by.relation]! });
    },
  });
});

describe('an export', () => {
  it('in full is for the unit that entered the data, of totals for the bureaus above [PRE-DATA-17] [AGY-IF-11]', () => {
    const ask = (organization: string, content: ExportContent) => outcome(given('requestExport', { actor: actorFor('REGISTRY_ADMIN', organization), input: { content, format: ExportFormat.CSV, purpose: '核对' } }));
    expect(ask(SCHOOL, ExportContent.FULL)).toBe('REQUESTED');
    expect(ask(SCHOOL, ExportContent.SUMMARY)).toEqual({ code: 'EXPORT_NOTHING_BELOW', rule: 'AGY-IF-11' });
    for (const bureau of ['cn', 'b-61', 'b-6101', 'b-610113']) {
      expect(ask(bureau, ExportContent.SUMMARY)).toBe('REQUESTED');
      expect(ask(bureau, ExportContent.FULL)).toEqual({ code: 'EXPORT_NOT_OWN_DATA', rule: 'PRE-DATA-17' });
    }
  });

  it('is approved by a second person: the leader of the school, or another administrator of the bureau or above [GEN-FLOW-05]', () => {
    const approve = (actor: Actor, changes: Partial<DataExport> = {}) => outcome(given('approveExport', { record: record('REQUESTED', changes), actor }));
    const ofBureau = { content: ExportContent.SUMMARY, organizationId: 'b-610113', holderPath: demoPath('b-610113'), submittedBy: actorFor('REGISTRY_ADMIN', 'b-610113').accountId };
    expect(approve(leader)).toBe('APPROVED');
    expect(approve(actorFor('REGISTRY_LEADER', 's-2161000102'))).toMatchObject({ code: 'ACTOR_NOT_PERMITTED' });
    expect(approve(actorFor('REGISTRY_ADMIN', 'b-610113'))).toMatchObject({ code: 'ACTOR_NOT_PERMITTED' });
    expect(approve(actorFor('REGISTRY_ADMIN', 'b-610113'), ofBureau)).toEqual({ code: 'REVIEW_NOT_INDEPENDENT', rule: 'GEN-FLOW-05' });
    expect(approve(actorFor('REGISTRY_ADMIN', 'b-610113', { accountId: 'a-another' }), ofBureau)).toBe('APPROVED');
    expect(approve(actorFor('REGISTRY_ADMIN', 'b-610112'), ofBureau)).toMatchObject({ code: 'ACTOR_NOT_PERMITTED' });
  });

  it('is fetched by who asked for it, within its day', () => {
    const fetchIt = (actor: Actor, changes: Partial<DataExport> = {}) => outcome(given('downloadExport', { record: record('APPROVED', changes), actor, input: {} }));
    expect(fetchIt(clerk)).toBe('APPROVED');
    expect(fetchIt({ ...clerk, accountId: 'a-another' })).toMatchObject({ code: 'ACTOR_NOT_PERMITTED' });
    expect(fetchIt(clerk, { dueAt: now })).toEqual({ code: 'EXPORT_EXPIRED', rule: 'AGY-IF-11' });
    expect(outcome(given('requestExport', { input: { content: ExportContent.FULL, format: ExportFormat.CSV, purpose: ' ' } }))).toMatchObject({ code: 'EXPORT_PURPOSE_MISSING' });
  });
});

describe('a cell', () => {
  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', ' =1', '\u0000=1', '＝1', '|calc', '\ufeff=1', '\u200b=1'])('that a spreadsheet would run is text: %j', (live) => {
    expect(safeCell(live)).toMatch(/^'/);
  });

  it('keeps what is harmless, quotes included', () => {
    expect(csvLine(['张三', null, 5, '阿依古丽·买买提', 'a,"b"', '𠮷'])).toBe('张三,,5,阿依古丽·买买提,"a,""b""",𠮷\r\n');
  });
});
