import type { Actor } from '@xueji/platform';
import { defineWorkflow } from '@xueji/workflow';
import type { DataExport } from '../../export/data-export.entity';
import type { DataExportInput } from './data-export.inputs';
import { fullDataAreOwn, purposeIsGiven, summaryIsOfLevelsBelow, timeIsLeft } from './data-export.rules';

export type DataExportState = 'REQUESTED' | 'APPROVED' | 'REFUSED' | 'WITHDRAWN';

const HOURS_TO_FETCH = 24;

const approver = [{ duty: 'REGISTRY_LEADER', relation: 'ownSchool' }, { duty: 'REGISTRY_ADMIN', relation: 'bureauAtOrAbove' }];
const recipient = [{ duty: 'REGISTRY_ADMIN', relation: 'recipient' }];

/** Data leave the system only by the hands of two people; who asked may fetch them for a day (AGY-IF-11, PRE-DATA-17). */
export const dataExportWorkflow = defineWorkflow<DataExportState, DataExport, DataExportInput, object, Actor>({
  name: 'data-export',
  title: { zh: '数据导出', en: 'Export of data' },
  states: {
    REQUESTED: { zh: '待批准', en: 'requested' },
    APPROVED: {
      zh: '可下载', en: 'approved',
      deadline: ({ record, command, now }) => (command === 'downloadExport' ? { dueAt: record!.dueAt!, rule: 'AGY-IF-11', flagged: false } : { dueAt: new Date(now.getTime() + HOURS_TO_FETCH * 3_600_000), rule: 'AGY-IF-11', flagged: false }),
    },
    REFUSED: { zh: '未批准', en: 'refused', final: true },
    WITHDRAWN: { zh: '已撤回', en: 'withdrawn', final: true },
  },
  relations: {
    office: ({ record, actor }) => record === null && actor.scopes.includes('identity.read'),
    ownSchool: ({ record, actor }) => record !== null && actor.level === 'SCHOOL' && record.organizationId === actor.organizationId,
    bureauAtOrAbove: ({ record, actor }) => record !== null && record.content === 'SUMMARY' && record.holderPath.startsWith(actor.path),
    recipient: ({ record, actor }) => record !== null && record.recipientId === actor.accountId,
  },
  submitter: (record) => record.submittedBy,
  rows: [
    {
      from: null, command: 'requestExport', to: 'REQUESTED', by: [{ duty: 'REGISTRY_ADMIN', relation: 'office' }], cites: ['AGY-IF-11', 'PRE-DATA-17'],
      rules: [fullDataAreOwn, summaryIsOfLevelsBelow, purposeIsGiven],
      apply: ({ input, actor }) => ({
        content: input.content!, format: input.format!, purpose: input.purpose!.trim(), organizationId: actor.organizationId, holderPath: actor.path, recipientId: actor.accountId, recipientName: actor.realName,
        submittedBy: actor.accountId, downloads: 0,
      }),
    },
    { from: 'REQUESTED', command: 'approveExport', to: 'APPROVED', by: approver, independent: true, cites: ['AGY-IF-11', 'GEN-FLOW-05'] },
    { from: 'REQUESTED', command: 'refuseExport', to: 'REFUSED', by: approver, independent: true, needsReason: true, cites: ['AGY-IF-11', 'GEN-FLOW-03'] },
    { from: ['REQUESTED', 'APPROVED'], command: 'withdrawExport', to: 'WITHDRAWN', by: recipient, cites: ['AGY-IF-11'] },
    { from: 'APPROVED', command: 'downloadExport', to: 'APPROVED', by: recipient, cites: ['AGY-IF-11', 'ACC-AUDIT-01'], rules: [timeIsLeft], apply: ({ record }) => ({ downloads: record!.downloads + 1 }) },
  ],
});
