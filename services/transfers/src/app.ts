import { organizationConsumers, type ServiceDefinition } from '@xueji/platform';
import { POLICY_PROFILES, type PolicyProfile } from '@xueji/standards';
import { Transfers20260901050000 } from '../migrations/20260901050000-transfers';
import { OtherProcedures20260901060000 } from '../migrations/20260901060000-other-procedures';
import { constraints } from './constraints';
import { onSchoolMoved } from './consumers/on-school-moved';
import { onStudentEstablished } from './consumers/on-student-established';
import { onStudentGraduated } from './consumers/on-student-graduated';
import { onStudentTransferRefused } from './consumers/on-student-transfer-refused';
import { onStudentTransferred } from './consumers/on-student-transferred';
import { lookupWith } from './student/lookup';
import { StudentProjection } from './student/student.projection';
import { ReviewResolver } from './transfer/review.resolver';
import { TransferCase } from './transfer/transfer.entity';
import { loadTransferCases } from './transfer/transfer.loaders';
import { StudentTransfersResolver, TransferResolver } from './transfer/transfer.resolver';
import { ClassSection, Organization, School, Student, stubOf } from './transfer/transfer.stubs';
import { withinProvinceResolver } from './workflows/within-province/within-province.resolver';

export interface TransfersSettings {
  /** secret that student numbers and names are hashed with; changing it makes known pupils unfindable until their events are replayed */
  lookupKey: string;
  /** the policy of the provinces; those of the regulations when absent */
  profiles?: readonly PolicyProfile[];
}

/** Composition root: every part of the service, listed. */
export function transfers({ lookupKey, profiles = POLICY_PROFILES }: TransfersSettings): ServiceDefinition {
  const lookup = lookupWith(lookupKey);
  return {
    name: 'transfers',
    schema: { entities: [TransferCase, StudentProjection], migrations: [Transfers20260901050000, OtherProcedures20260901060000] },
    resolvers: [TransferResolver, StudentTransfersResolver, ReviewResolver, withinProvinceResolver({ lookup, profiles })],
    orphanedTypes: [School, Organization, ClassSection],
    references: { TransferCase: loadTransferCases, Student: async (ids: readonly string[]) => ids.map((id) => stubOf(Student, id)) },
    consumers: [...organizationConsumers(onSchoolMoved), onStudentEstablished(lookup), onStudentGraduated, onStudentTransferred, onStudentTransferRefused],
    constraints,
  };
}
