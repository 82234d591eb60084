import { resolve } from 'node:path';
import { fileFolder, organizationConsumers, type ServiceDefinition } from '@xueji/platform';
import { POLICY_PROFILES, type PolicyProfile } from '@xueji/standards';
import { Transfers20260901050000 } from '../migrations/20260901050000-transfers';
import { TransferClocks20260901052000 } from '../migrations/20260901052000-transfer-clocks';
import { OtherProcedures20260901060000 } from '../migrations/20260901060000-other-procedures';
import { Evidence20261122010000 } from '../migrations/20261122010000-evidence';
import { PolicyProfiles20261122020000 } from '../migrations/20261122020000-policy-profiles';
import { TransferQueues20261122030000 } from '../migrations/20261122030000-transfer-queues';
import { ProblemsClassesGuardians20261122050000 } from '../migrations/20261122050000-problems-classes-guardians';
import { seedEvidence } from '../seeds/demo/evidence';
import { BulletinResolver } from './clocks/bulletin.resolver';
import { LimboResolver } from './clocks/limbo.resolver';
import { reminderClock } from './clocks/reminder.clock';
import { TransferReminder } from './clocks/reminder.entity';
import { ReminderResolver } from './clocks/reminder.resolver';
import { constraints } from './constraints';
import { onGuardianBindingConfirmed, onGuardianBindingEnded } from './consumers/on-guardian-binding';
import { onProblemRecordOpened, onProblemRecordResolved } from './consumers/on-problem-record';
import { onSchoolMoved } from './consumers/on-school-moved';
import { onStudentArchivePacked } from './consumers/on-student-archive-packed';
import { onStudentEstablished } from './consumers/on-student-established';
import { onStudentGraduated } from './consumers/on-student-graduated';
import { onStudentTransferRefused } from './consumers/on-student-transfer-refused';
import { onStudentTransferred } from './consumers/on-student-transferred';
import { clamdScanner } from './evidence/clamd.scanner';
import { evidenceClock } from './evidence/evidence.clock';
import { TransferEvidence } from './evidence/evidence.entity';
import { CaseEvidenceResolver, EvidenceResolver } from './evidence/evidence.resolver';
import { evidenceDownload } from './evidence/evidence-download.route';
import { evidenceUpload } from './evidence/evidence-upload.route';
import { testSignatureScanner, type VirusScanner } from './evidence/scanner';
import { GuardianChild } from './guardian/guardian-child.projection';
import { TransferExpectation } from './outgoing/expectation.entity';
import { ExpectationResolver } from './outgoing/expectation.resolver';
import { DryRunResolver } from './policy/dry-run.resolver';
import { adoptProfiles } from './policy/policy-profile.commands';
import { PolicyProfileVersion } from './policy/policy-profile.entity';
import { PolicyProfileResolver } from './policy/policy-profile.resolver';
import { readinessResolver, type TransferReadiness } from './readiness/readiness.resolver';
import { lookupWith } from './student/lookup';
import { ProblemProjection } from './student/problem.projection';
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
  /** the policy that a new database begins with; that of the regulations when absent */
  profiles?: readonly PolicyProfile[];
  /** folder for uploaded documents, shared by all processes of the service; `.data/files/transfers` when absent */
  filesDir?: string;
  /** `tcp://host:port` of a clamd; when absent nothing but the test signature is found */
  virusScannerUrl?: string;
  /** instead of the one that the address names */
  scanner?: VirusScanner;
  /** milliseconds between two looks of the clocks; 30 seconds when absent */
  tickMs?: number;
}

/** Composition root: every part of the service, listed. */
export function transfers({ lookupKey, profiles = POLICY_PROFILES, filesDir = '.data/files/transfers', virusScannerUrl, scanner, tickMs }: TransfersSettings): ServiceDefinition {
  const lookup = lookupWith(lookupKey);
  const keeping = { files: fileFolder(resolve(filesDir)), scanner: scanner ?? (virusScannerUrl ? clamdScanner(virusScannerUrl) : testSignatureScanner) };
  const clocks = [reminderClock(tickMs), evidenceClock(keeping, tickMs)];
  return {
    name: 'transfers',
    schema: {
      entities: [TransferCase, StudentProjection, TransferReminder, TransferExpectation, TransferEvidence, PolicyProfileVersion, ProblemProjection, GuardianChild],
      migrations: [Transfers20260901050000, TransferClocks20260901052000, OtherProcedures20260901060000, Evidence20261122010000, PolicyProfiles20261122020000, TransferQueues20261122030000, ProblemsClassesGuardians20261122050000],
      appendOnly: ['transfer_reminder'],
    },
    resolvers: [
      TransferResolver, StudentTransfersResolver, ReviewResolver, withinProvinceResolver({ lookup }), crossProvinceResolver({ lookup }), progressionResolver({ lookup }),
      ReminderResolver, BulletinResolver, LimboResolver, ExpectationResolver, PolicyProfileResolver, DryRunResolver, readinessResolver({ lookup }),
      CaseEvidenceResolver, EvidenceResolver,
    ],
    orphanedTypes: [School, Organization, ClassSection],
    personal: {
      TransferCase: (transfer: TransferCase) => transfer.studentId,
      TransferExpectation: (expectation: TransferExpectation) => expectation.studentId,
      TransferReadiness: (readiness: TransferReadiness) => readiness.studentId,
    },
    references: { TransferCase: loadTransferCases, Student: async (ids: readonly string[]) => ids.map((id) => stubOf(Student, id)) },
    consumers: [...organizationConsumers(onSchoolMoved), onStudentEstablished(lookup), onStudentGraduated, onStudentTransferred, onStudentTransferRefused, onStudentArchivePacked, onProblemRecordOpened, onProblemRecordResolved, onGuardianBindingConfirmed, onGuardianBindingEnded],
    constraints,
    routes: [evidenceUpload(keeping), evidenceDownload(keeping)],
    seeds: { reference: (scope) => adoptProfiles(scope, profiles), demo: (scope) => seedEvidence(scope, keeping.files) },
    start: async (context) => {
      context.log.info({ scanner: keeping.scanner.name }, 'uploaded documents are scanned');
      const stops = clocks.map((clock) => clock(context));
      return async () => void (await Promise.all(stops.map((stop) => stop())));
    },
  };
}
