import { createHash } from 'node:crypto';
import { studentArchivePacked } from '@xueji/contracts';
import { canonicalJson, type CommandScope } from '@xueji/platform';
import type { Student } from '../student';
import { TimelineEntry } from '../timeline';
import { StudentArchive } from './student-archive.entity';

/** The record and its timeline as one text, the same for the same record whoever writes it. */
function textOf(student: Student, timeline: readonly TimelineEntry[]): string {
  const {
    id, nationalStudentNumber, numberType, name, sex, birthDate, ethnicity, nationality, documentType, documentNumber, identifierSource, schoolId, classId, stage, grade,
    entryYearMonth, regionalStudentNumber, childId, details, producingOrganizationId, enteredBy, auditedBy,
  } = student;
  return canonicalJson({
    format: 'xueji-archive-1',
    student: {
      id, nationalStudentNumber, numberType, name, sex, birthDate, ethnicity, nationality, documentType, documentNumber, identifierSource, schoolId, classId, stage, grade,
      entryYearMonth, regionalStudentNumber, childId, details, producingOrganizationId, enteredBy, auditedBy,
    },
    timeline: timeline.map(({ version, kind, at, fromSchoolId, toSchoolId, stage: stageThen, grade: gradeThen, outcome, rule, realName, duty, organizationName }) => ({
      version, kind, at: at.toISOString(), fromSchoolId, toSchoolId, stage: stageThen, grade: gradeThen, outcome, rule, realName, duty, organizationName,
    })),
  });
}

/** Keeps the archive of a pupil for good and tells its SHA-256. */
export async function packArchive(scope: CommandScope, student: Student, { transferId, outSchoolId, inSchoolId }: { transferId: string; outSchoolId: string; inSchoolId: string }): Promise<void> {
  const timeline = await scope.manager.find(TimelineEntry, { where: { studentId: student.id }, order: { version: 'ASC' } });
  const content = textOf(student, timeline);
  const contentHash = createHash('sha256').update(content).digest('hex');
  await scope.manager.insert(StudentArchive, {
    transferId, studentId: student.id, studentVersion: student.version, fromSchoolId: outSchoolId, toSchoolId: inSchoolId, content, contentHash, packedAt: scope.now,
  });
  scope.emit('student', student, { type: studentArchivePacked.type, key: student.id, data: { studentId: student.id, transferId, contentHash } });
}
