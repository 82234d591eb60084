/** What an authority says of a person's name and number. */
export type IdentityAnswer = 'MATCH' | 'NAME_MISMATCH' | 'NOT_FOUND';

export interface NamedNumber {
  name: string;
  documentNumber: string;
}

/** 公安部身份认证信息管理系统 */
export interface PoliceIdentity {
  check(person: NamedNumber): Promise<IdentityAnswer>;
}

/** 国家人口基础数据库 */
export interface Population {
  check(person: NamedNumber): Promise<IdentityAnswer>;
  /** six-digit division of the household register; null when the person is not in it */
  householdDivision(person: NamedNumber): Promise<string | null>;
}

/** 税务、社会保障系统: where a guardian has paid, which decides where a child of migrants may go to school. */
export interface TaxAndSocialSecurity {
  /** months of contributions by six-digit division */
  contributions(guardian: NamedNumber): Promise<{ division: string; months: number }[]>;
}

/** 出入境管理信息系统 */
export interface ExitEntry {
  /** day since which the person is abroad, YYYY-MM-DD; null: in the country, or never known to leave */
  abroadSince(person: NamedNumber): Promise<string | null>;
}

/** The systems of other authorities that the registry may ask [AGY-IF-06]; null where a deployment is not connected to one. */
export interface Authorities {
  policeIdentity: PoliceIdentity | null;
  population: Population | null;
  taxAndSocialSecurity: TaxAndSocialSecurity | null;
  exitEntry: ExitEntry | null;
}

export const noAuthorities: Authorities = { policeIdentity: null, population: null, taxAndSocialSecurity: null, exitEntry: null };
