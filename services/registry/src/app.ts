import { join } from 'node:path';
import { fileFolder, type ServiceDefinition } from '@xueji/platform';
import { Registry20260901010000 } from '../migrations/20260901010000-registry';
import { Pool20260901020000 } from '../migrations/20260901020000-pool';
import { Archives20260901030000 } from '../migrations/20260901030000-archives';
import { DataExports20261122041000 } from '../migrations/20261122041000-data-exports';
import { IdentityChecks20261122040000 } from '../migrations/20261122040000-identity-checks';
import { ProblemsAndGuardians20261122050000 } from '../migrations/20261122050000-problems-and-guardians';
import { IntakeRows20261122060000 } from '../migrations/20261122060000-intake-rows';
import { seedFirstGradeClasses } from '../seeds/demo/first-grade-classes';
import { seedGraduatingPupils } from '../seeds/demo/graduating-pupils';
import { seedGuardian } from '../seeds/demo/guardian';
import { httpAuthorities, IdentityCheck, identityCheckResolver, type AuthorityAddresses } from './authorities';
import { Departure, StudentArchive } from './archive';
import { DepartureResolver, StudentArchiveResolver } from './archive/archive.resolver';
import { constraints } from './constraints';
import { consumers } from './consumers';
import { DataExport } from './export/data-export.entity';
import { exportDownload } from './export/export-download.route';
import { Handover } from './handover/handover.entity';
import { HandoverResolver, IntakeBatch, IntakeBatchResolver, intakeDownload, intakeUpload, Newcomer, NewcomerResolver, pupilFileUpload } from './intake';
import { KindergartenGraduatesResolver, PreschoolChild } from './kindergarten';
import { Notice, NoticesResolver } from './notices';
import { ClassSection, ClassSectionResolver, SchoolYear, SchoolYearResolver, loadClasses } from './school-year';
import { Student, StudentResolver, loadStudents } from './student';
import { NumberSequence } from './student/number-sequence.entity';
import { EnrolmentResolver } from './statistics/enrolment.resolver';
import { StudentTimelineResolver, TimelineEntry, TimelineEntryResolver } from './timeline';
import { GuardianBinding } from './workflows/guardian-binding';
import { GuardianBindingResolver, MyChildrenResolver } from './workflows/guardian-binding/guardian-binding.resolver';
import { NewcomerPull } from './workflows/junior-newcomer';
import { DataExportResolver } from './workflows/data-export/data-export.resolver';
import { JuniorNewcomerResolver } from './workflows/junior-newcomer/junior-newcomer.resolver';
import { PrimaryNewcomerResolver } from './workflows/primary-newcomer/primary-newcomer.resolver';
import { ProblemRecord } from './workflows/problem-record';
import { ProblemRecordResolver } from './workflows/problem-record/problem-record.resolver';
import { Graduation, OpenCase } from './workflows/record-status';
import { GraduationResolver, RecordStatusResolver } from './workflows/record-status/record-status.resolver';

export interface RegistrySettings {
  /** folder for uploaded workbooks, photos and scans */
  filesDir: string;
  /** accept made-up identity numbers of division 9999xx; never in production */
  allowSynthetic: boolean;
  /** systems of other authorities to ask [AGY-IF-06]; those absent are not connected */
  authorities?: AuthorityAddresses;
}

/** Composition root: every part of the service, listed. */
export const registry = (settings: RegistrySettings): ServiceDefinition => ({
  name: 'registry',
  schema: {
    entities: [SchoolYear, ClassSection, NumberSequence, Student, PreschoolChild, IntakeBatch, Newcomer, Handover, Graduation, OpenCase, NewcomerPull, TimelineEntry, Notice, StudentArchive, Departure, ProblemRecord, GuardianBinding, IdentityCheck, DataExport],
    migrations: [Registry20260901010000, Pool20260901020000, Archives20260901030000, IdentityChecks20261122040000, DataExports20261122041000, ProblemsAndGuardians20261122050000, IntakeRows20261122060000],
    appendOnly: ['student_archive', 'identity_check'],
  },
  resolvers: [
    SchoolYearResolver, ClassSectionResolver, StudentResolver, IntakeBatchResolver, NewcomerResolver, HandoverResolver, PrimaryNewcomerResolver,
    RecordStatusResolver, GraduationResolver, JuniorNewcomerResolver, StudentTimelineResolver, TimelineEntryResolver, NoticesResolver, KindergartenGraduatesResolver,
    StudentArchiveResolver, DepartureResolver, EnrolmentResolver, identityCheckResolver(httpAuthorities(settings.authorities ?? {})), DataExportResolver,
    ProblemRecordResolver, GuardianBindingResolver, MyChildrenResolver,
  ],
  references: { Student: loadStudents, ClassSection: loadClasses },
  personal: {
    Student: (student: Student) => student.id,
    Newcomer: (newcomer: Newcomer) => newcomer.studentId ?? newcomer.id,
    NewcomerPull: (pull: NewcomerPull) => pull.studentId,
    Graduation: (graduation: Graduation) => graduation.studentId,
    Departure: (departure: Departure) => departure.studentId,
    StudentArchive: (archive: StudentArchive) => archive.studentId,
    TimelineEntry: (entry: TimelineEntry) => entry.studentId,
    KindergartenGraduate: (child: PreschoolChild) => child.id,
    Handover: (handover: Handover) => handover.childId,
    IdentityCheck: (check: IdentityCheck) => check.studentId,
    ProblemRecord: (problem: ProblemRecord) => problem.studentId,
    GuardianBinding: (binding: GuardianBinding) => binding.studentId,
    IdentityVerdict: ({ studentId }: { studentId: string }) => studentId,
  },
  consumers,
  seeds: {
    demo: async (scope) => {
      await seedFirstGradeClasses(scope);
      await seedGraduatingPupils(scope);
      await seedGuardian(scope);
    },
  },
  routes: [
    intakeUpload({ files: fileFolder(join(settings.filesDir, 'intake')), allowSynthetic: settings.allowSynthetic }),
    intakeDownload({ files: fileFolder(join(settings.filesDir, 'intake')) }),
    pupilFileUpload({ files: fileFolder(join(settings.filesDir, 'pupils')) }),
    exportDownload,
  ],
  constraints,
});
