import type { Actor } from '@xueji/platform';
import type { Rule, Situation } from '@xueji/workflow';
import type { DataExport } from '../../export/data-export.entity';
import type { DataExportInput } from './data-export.inputs';

export type DataExportSituation = Situation<DataExport, DataExportInput, object, Actor>;
type DataExportRule = Rule<DataExport, DataExportInput, object, Actor>;

const isProducer = ({ level }: Actor) => level === 'SCHOOL';

export const fullDataAreOwn: DataExportRule = {
  name: 'full rows are exported by the unit that entered them', cites: 'PRE-DATA-17', code: 'EXPORT_NOT_OWN_DATA', field: 'content',
  allows: ({ input, actor }) => input.content !== 'FULL' || isProducer(actor),
  message: { zh: '完整数据只能由录入单位导出；主管部门只能导出下级汇总', en: 'Full data are exported by the unit that entered them; bureaus export summaries of the levels below' },
};

export const summaryIsOfLevelsBelow: DataExportRule = {
  name: 'a summary is of the levels below', cites: 'AGY-IF-11', code: 'EXPORT_NOTHING_BELOW', field: 'content',
  allows: ({ input, actor }) => input.content !== 'SUMMARY' || !isProducer(actor),
  message: { zh: '本单位没有下级，不能导出汇总', en: 'There is no level below to summarise' },
};

export const purposeIsGiven: DataExportRule = {
  name: 'what the export is for is said', cites: 'AGY-IF-02', code: 'EXPORT_PURPOSE_MISSING', field: 'purpose',
  allows: ({ input }) => !!input.purpose && input.purpose.trim() !== '' && input.purpose.length <= 200,
  message: { zh: '请说明用途（不超过200字）', en: 'Say what the export is for, in at most 200 characters' },
};

export const timeIsLeft: DataExportRule = {
  name: 'the time for fetching it has not passed', cites: 'AGY-IF-11', code: 'EXPORT_EXPIRED',
  allows: ({ record, now }) => record!.dueAt !== null && record!.dueAt > now,
  message: { zh: '下载期限已过，请重新申请', en: 'The time for fetching it has passed; ask again' },
};
