import type { TransferCase } from '../transfer/transfer.entity';
import type { DocumentReference } from '../transfer/transfer.terms';
import { filedBy, filingOf, type FilingSituation } from './filing.rules';

const referenceTo = (s: FilingSituation, kind: string, evidenceId: string): DocumentReference => {
  const { fileName, sha256 } = filingOf(s).evidence.find(({ id }) => id === evidenceId)!;
  return { kind, fileName, sha256 };
};

/** What every case is filed with: who and where, the policy in force, and what was sent. */
export function filedCase(s: FilingSituation): Partial<TransferCase> {
  const { student, outSchool, inSchool, profile, outProfile } = filingOf(s);
  const { reasonCode, documents, receivedOn, attendanceStartDate } = filedBy(s);
  return {
    submittedBy: s.actor.accountId, studentId: student.studentId, stage: student.stage, grade: student.grade,
    outSchoolId: outSchool.id, outAuthorityId: outSchool.authorityId, outCityId: null, outPath: outSchool.path,
    inSchoolId: inSchool.id, inAuthorityId: inSchool.authorityId, inCityId: null, inPath: inSchool.path,
    profileId: profile.id, profileEffectiveFrom: profile.effectiveFrom, refusalReasons: profile.transfer.refusalReasons,
    outTerms: filingOf(s).route.sameProvince ? null : { profileId: outProfile.id, profileEffectiveFrom: outProfile.effectiveFrom, refusalReasons: outProfile.transfer.refusalReasons },
    reasonCode, documents: documents.map(({ kind, evidenceId }) => referenceTo(s, kind, evidenceId)), receivedOn, attendanceStartDate, classId: null, refusal: null, ministryCheck: null, archiveHash: null, formalitiesReference: null,
  };
}
