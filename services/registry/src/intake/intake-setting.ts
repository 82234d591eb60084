import { findOrganization, type OrganizationProjection } from '@xueji/platform';
import { profileFor, windowState, type PolicyProfile } from '@xueji/standards';
import type { EntityManager } from 'typeorm';
import { ClassSection, SchoolYear } from '../school-year/school-year.entity';
import { intakeYearAt } from '../school-year/school-year.rules';
import type { NewcomerFacts, NewcomerMatch } from '../workflows/primary-newcomer/primary-newcomer.facts';

const FIRST_GRADE = 1;
const NOBODY: NewcomerMatch = { duplicate: null, child: null };

/** All that newcomers of one school have in common at one instant. */
export interface IntakeSetting {
  school: OrganizationProjection | null;
  profile: PolicyProfile;
  year: number;
  /** classes of grade 1 of that year */
  classes: ClassSection[];
  /** facts of a newcomer of whom nobody else knows anything */
  facts: NewcomerFacts;
}

export async function intakeSetting(manager: EntityManager, schoolId: string, now: Date): Promise<IntakeSetting> {
  const school = await findOrganization(manager, schoolId);
  const profile = profileFor(school?.province ?? null, now);
  const year = intakeYearAt(now);
  const opened = await manager.findOneBy(SchoolYear, { schoolId, year });
  const classes = await manager.findBy(ClassSection, { schoolId, year, grade: FIRST_GRADE });
  return {
    school,
    profile,
    year,
    classes,
    facts: {
      school: school && {
        id: school.id, identifier: school.schoolIdentifier, isActive: ['ACTIVE', 'PENDING_CODE'].includes(school.status), runsPrimary: school.level === 'SCHOOL' && school.stages.includes('PRIMARY'),
        competentAuthorityId: school.competentAuthorityId,
      },
      window: windowState(profile, 'NEWCOMER_REGISTRATION', now),
      schoolReview: profile.newcomer.schoolReview,
      year,
      yearIsOpen: opened !== null && opened.terms.length > 0 && opened.grades.includes(FIRST_GRADE),
      hasClass: classes.length > 0,
      match: NOBODY,
      handover: null,
    },
  };
}
