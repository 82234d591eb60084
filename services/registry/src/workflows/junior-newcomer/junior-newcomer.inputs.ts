/** `pull`: the graduate by name and full student number, and the class intended [REG-ENROL-05]. */
export interface PullInput {
  name: string;
  nationalStudentNumber: string;
  classId: string;
}

/** `refuse` */
export interface RefusalInput {
  reason: string;
}

/** `clear`: which school's pull was approved. */
export interface ClearInput {
  wonBySchoolId: string;
}

/** `submit` and `approve` say nothing more. */
export type JuniorNewcomerInput = PullInput | RefusalInput | ClearInput | Record<never, never>;
