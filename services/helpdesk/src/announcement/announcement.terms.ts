import type { Level } from '@xueji/standards';
import type { ImeAccountType } from '../account/account-type.terms';

/** Kind of an organisation, as its level tells. */
export enum ImeOrganizationType {
  BUREAU = 'BUREAU',
  SCHOOL = 'SCHOOL',
  INSTITUTION = 'INSTITUTION',
}

export const LEVELS_OF_TYPE: Readonly<Record<ImeOrganizationType, readonly Level[]>> = {
  BUREAU: ['MINISTRY', 'PROVINCE', 'CITY', 'COUNTY'],
  SCHOOL: ['SCHOOL'],
  INSTITUTION: ['INSTITUTION'],
};

/**
 * Who an announcement is for: those in one of the divisions and with one value of each attribute (HLP-ANN-02). An empty list sets no limit.
 * `divisions` are division codes or their prefixes of 2, 4 or 6 digits; `schoolTypes` two-digit codes.
 */
export interface AudienceFilter {
  divisions: string[];
  levels: string[];
  organizationTypes: ImeOrganizationType[];
  stages: string[];
  duties: string[];
  accountTypes: ImeAccountType[];
  schoolTypes: string[];
}
