import { childGraduated, childLeft, childNumbered } from '@xueji/contracts';
import type { DraftEvent } from '@xueji/workflow';
import type { Child } from '../../child/child.entity';

export const NUMBERED = childNumbered.type;
export const GRADUATED = childGraduated.type;
export const LEFT = childLeft.type;

const identity = (child: Child) => ({
  name: child.name, sex: child.sex, birthDate: child.birthDate, documentType: child.identityDocumentType, documentNumber: child.identityDocumentNumber,
  ethnicity: child.ethnicity, nationality: child.nationality,
});

const number = (child: Child) => ({ nationalStudentNumber: child.nationalStudentNumber, numberType: child.studentNumberType });

export const numbered = (child: Child): DraftEvent => ({
  type: NUMBERED, key: child.id, data: { childId: child.id, ...number(child), identity: identity(child), institutionId: child.institutionId },
});

/** Number, identity and guardian, so that primary intake need not ask for them again. */
export const graduated = (child: Child): DraftEvent => ({
  type: GRADUATED,
  key: child.id,
  data: {
    childId: child.id, ...number(child), identity: identity(child), institutionId: child.institutionId, graduatedOn: child.graduatedOn,
    guardian: { name: child.guardianName, relationship: child.guardianRelationship, phone: child.guardianPhone },
  },
});

export const left = (child: Child): DraftEvent => ({ type: LEFT, key: child.id, data: { childId: child.id, institutionId: child.institutionId, leftOn: child.leftOn } });
