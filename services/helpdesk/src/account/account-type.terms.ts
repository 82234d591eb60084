import { DUTIES, type Duty } from '@xueji/standards';

/** The three types of IME account; each account is of exactly one (HLP-ACCT-01). */
export enum ImeAccountType {
  SUPER_ADMIN = 'SUPER_ADMIN',
  REGISTRY_ADMIN = 'REGISTRY_ADMIN',
  ORDINARY_USER = 'ORDINARY_USER',
}

export function accountTypeOf(duty: Duty): ImeAccountType {
  if (duty === 'IME_SUPER_ADMIN') return ImeAccountType.SUPER_ADMIN;
  if (duty === 'REGISTRY_ADMIN') return ImeAccountType.REGISTRY_ADMIN;
  return ImeAccountType.ORDINARY_USER;
}

/** The duties whose accounts are of one of these types. */
export const dutiesOfTypes = (types: readonly ImeAccountType[]): Duty[] => DUTIES.filter((duty) => types.includes(accountTypeOf(duty)));
