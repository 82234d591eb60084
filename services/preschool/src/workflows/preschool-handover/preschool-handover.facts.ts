import { findOrganization } from '@xueji/platform';
import { profileFor } from '@xueji/standards';
import { transitionsOf } from '@xueji/workflow';
import type { EntityManager } from 'typeorm';
import { Child } from '../../child/child.entity';
import type { PreschoolHandover } from '../../handover/preschool-handover.entity';
import { childArchive } from '../child-archive';
import type { HandoverInput } from './preschool-handover.inputs';

export interface HandoverFacts {
  /** null when no child of this id is known here */
  child: { institutionId: string; path: string; hasFinished: boolean; isAtPrimary: boolean } | null;
  hasOpenHandover: boolean;
  /** working days for the whole hand-over, by the policy of the institution's province */
  workingDays: number;
  /** primary school that has established the record of the child for this hand-over */
  establishedAt: string | null;
}

/** States from which the table of the archive lets a child go to primary school. */
const FINISHED = transitionsOf(childArchive).filter((transition) => transition.command === 'enrolInPrimary').map((transition) => transition.from);
const AT_PRIMARY = transitionsOf(childArchive).filter((transition) => transition.command === 'enrolInPrimary').map((transition) => transition.to as string);

export async function handoverFacts(
  manager: EntityManager,
  { record, input, now, command }: { record: PreschoolHandover | null; input: HandoverInput; now: Date; command: string },
): Promise<HandoverFacts> {
  const asked = input.request;
  // Two schools that ask for one child are answered one after the other.
  const child = asked ? await manager.findOne(Child, { where: { id: asked.childId }, ...(command === 'request' && { lock: { mode: 'pessimistic_write' as const } }) }) : null;
  const institution = child && (await findOrganization(manager, child.institutionId));
  const open = child ? await manager.query(`select 1 from handover where child_id = $1 and state in ('HANDOVER_REQUESTED', 'RELEASED')`, [child.id]) : [];
  const [enrolment] = record && command === 'accept'
    ? await manager.query(
      `select school_id from primary_enrolment where handover_id = $1 or (handover_id is null and child_id = $2) order by school_id = $3 desc, taken_at limit 1`,
      [record.id, record.childId, record.receivingSchoolId],
    )
    : [];
  return {
    child: child && { institutionId: child.institutionId, path: child.path, hasFinished: FINISHED.includes(child.state), isAtPrimary: AT_PRIMARY.includes(child.state) },
    hasOpenHandover: open.length > 0,
    workingDays: profileFor(institution?.province ?? null, now).preschool.handoverWorkingDays,
    establishedAt: enrolment?.school_id ?? null,
  };
}
