import type { WindowState } from '@xueji/workflow';
import type { PreschoolChild } from '../../kindergarten/preschool-child.entity';

/** Who else is, or may be, the same person. */
export interface NewcomerMatch {
  /** RECORD: has a record already; NEWCOMER: another row on its way to one */
  duplicate: 'RECORD' | 'NEWCOMER' | null;
  child: PreschoolChild | null;
}

export interface SchoolFacts {
  id: string;
  /** null until its code is issued */
  identifier: string | null;
  isActive: boolean;
  runsPrimary: boolean;
  competentAuthorityId: string | null;
}

export interface NewcomerFacts {
  school: SchoolFacts | null;
  window: WindowState;
  /** the school's leader reviews before the bureau does */
  schoolReview: boolean;
  /** year of the intake, and what the school has set up for it */
  year: number;
  yearIsOpen: boolean;
  hasClass: boolean;
  match: NewcomerMatch;
  /** the open or completed hand-over of the child */
  handover: { id: string; state: string; schoolId: string } | null;
}
