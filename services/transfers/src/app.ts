import { organizationConsumers, type ServiceDefinition } from '@xueji/platform';
import { POLICY_PROFILES, type PolicyProfile } from '@xueji/standards';
import { Transfers20260901050000 } from '../migrations/20260901050000-transfers';
import { TransferClocks20260901052000 } from '../migrations/20260901052000-transfer-clocks';
import { OtherProcedures20260901060000 } from '../migrations/20260901060000-other-procedures';
import { TransferQueues20261122030000 } from '../migrations/20261122030000-transfer-queues';
import { BulletinResolver } from './clocks/bulletin.resolver';
import { LimboResolver } from './clocks/limbo.resolver';
import { reminderClock } from './clocks/reminder.clock';
import { TransferReminder } from './clocks/reminder.entity';
import { ReminderResolver } from './clocks/reminder.resolver';
import { constraints } from './constraints';
import { onSchoolMoved } from './consumers/on-school-moved';
import { onStudentArchivePacked } from './consumers/on-student-archive-packed';
import { onStudentEstablished } from './consumers/on-student-established';
import { onStudentGraduated } from './consumers/on-student-graduated';
import { onStudentTransferRefused } from './consumers/on-student-transfer-refused';
import { onStudentTransferred } from './consumers/on-student-transferred';
import { TransferExpectation } from './outgoing/expectation.entity';
import { ExpectationResolver } from './outgoing/expectation.resolver';
import { dryRunResolver } from './policy/dry-run.resolver';
import { readinessResolver } from './readiness/readiness.resolver';
import { lookupWith } from './student/lookup';
import { StudentProjection } from './student/student.projection';
import { ReviewResolver } from './transfer/review.resolver';
import { TransferCase } from './transfer/transfer.entity';
import { loadTransferCases } from './transfer/transfer.loaders';
import { StudentTransfersResolver, TransferResolver } from './transfer/transfer.resolver';
import { ClassSection, Organization, School, Student, stubOf } from './transfer/transfer.stubs';
import { crossProvinceResolver } from './workflows/cross-province/cross-province.resolver';
import { progressionResolver } from './workflows/progression/progression.resolver';
import { withinProvinceResolver } from './workflows/within-province/within-province.resolver';

export interface TransfersSettings {
  /** secret that student numbers and names are hashed with; changing it makes known pupils unfindable until their events are replayed */
  lookupKey: string;
  /** the policy of the provinces; those of the regulations when absent */
  profiles?: readonly PolicyProfile[];
  /** milliseconds between two looks of the reminder clock; 30 seconds when absent */
  tickMs?: number;
}

/** Composition root: every part of the service, listed. */
export function transfers({ lookupKey, profiles = POLICY_PROFILES, tickMs }: TransfersSettings): ServiceDefinition {
  const lookup = lookupWith(lookupKey);
  return {
    name: 'transfers',
    schema: { entities: [TransferCase, StudentProjection, TransferReminder, TransferExpectation], migrations: [Transfers20260901050000, TransferClocks20260901052000, OtherProcedures20260901060000, TransferQueues20261122030000], appendOnly: ['transfer_reminder'] },
    resolvers: [
      TransferResolver, StudentTransfersResolver, ReviewResolver, withinProvinceResolver({ lookup, profiles }), crossProvinceResolver({ lookup, profiles }), progressionResolver({ lookup, profiles }),
      ReminderResolver, BulletinResolver, LimboResolver, ExpectationResolver, dryRunResolver(profiles), readinessResolver({ lookup, profiles }),
    ],
    orphanedTypes: [School, Organization, ClassSection],
    references: { TransferCase: loadTransferCases, Student: async (ids: readonly string[]) => ids.map((id) => stubOf(Student, id)) },
    consumers: [...organizationConsumers(onSchoolMoved), onStudentEstablished(lookup), onStudentGraduated, onStudentTransferred, onStudentTransferRefused, onStudentArchivePacked],
    constraints,
    start: reminderClock(profiles, tickMs),
  };
}
