import type { Student } from '../../student/student.entity';

/** `establish`: all of a new record that the workflow engine does not set, and the hand-over that closed the kindergarten archive. */
export type EstablishInput = Pick<Student,
  | 'nationalStudentNumber' | 'numberType' | 'name' | 'sex' | 'birthDate' | 'ethnicity' | 'nationality' | 'documentType' | 'documentNumber' | 'identifierSource'
  | 'schoolId' | 'holderPath' | 'classId' | 'stage' | 'grade' | 'entryYearMonth' | 'regionalStudentNumber' | 'childId' | 'details' | 'producingOrganizationId'
  | 'enteredBy' | 'auditedBy'> & { handoverId: string | null };

/** 毕业 or 结业 [REG-GRAD-09]. */
export type GraduationOutcome = 'GRADUATED' | 'COMPLETED';

/** `graduate` */
export interface GraduateInput {
  outcome: GraduationOutcome;
}

/** `enrol`: a graduate goes on at a school of the next stage. No field of identity is among it [GEN-DATA-02]. */
export interface EnrolInput {
  schoolId: string;
  classId: string;
  regionalStudentNumber: string;
}

/** `transfer`: custody moves to the receiving school. */
export interface TransferInput {
  transferId: string;
  outSchoolId: string;
  inSchoolId: string;
  classId: string;
}

/** `continueArchive`: the kindergarten archive that the record goes on from, heard of after the record was established. */
export interface ContinueArchiveInput {
  archiveId: string;
  handoverId: string;
}

/** `packArchive`: the archive is made ready for a school of another province; custody stays. */
export type PackArchiveInput = Omit<TransferInput, 'classId'>;

/** `progress`: a graduate goes on at a school of the next stage in another province. */
export type ProgressInput = TransferInput & Pick<EnrolInput, 'regionalStudentNumber'>;

export type RecordStatusInput = EstablishInput | GraduateInput | EnrolInput | TransferInput | PackArchiveInput | ProgressInput | ContinueArchiveInput;
