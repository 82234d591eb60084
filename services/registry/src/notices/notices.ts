import { randomUUID } from 'node:crypto';
import type { CommandScope } from '@xueji/platform';
import { Notice, NoticeKind } from './notice.entity';

const TEXTS: Record<NoticeKind, { zh: string; en: string }> = {
  PULL_CLEARED: { zh: '您校抽取的一名毕业生已由其他学校先行核准建籍，该抽取已清除', en: 'A graduate you pulled was approved for another school first; your pull was cleared' },
  TRANSFERRED_OUT: { zh: '一名学生的转学已办结，学籍已转出', en: 'A transfer is complete and the record has left your school' },
  TRANSFERRED_IN: { zh: '一名学生的转学已办结，学籍已转入', en: 'A transfer is complete and your school now holds the record' },
  CLASS_OVER_LIMIT: { zh: '转入一名学生后，该班班额已超上限', en: 'A class is over its size limit since a pupil moved in' },
};

/** Leaves a notice for an organisation, in the transaction of what it tells. */
export async function notify({ manager, now }: CommandScope, organizationId: string, kind: NoticeKind, subjectId: string): Promise<void> {
  await manager.insert(Notice, { id: randomUUID(), organizationId, kind, subjectId, ...TEXTS[kind], at: now, readAt: null });
}
