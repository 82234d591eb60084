import { hash, verify } from '@node-rs/argon2';
import { DomainError } from '@xueji/workflow';

/** argon2id with 19 MiB, two passes, one lane (the OWASP floor). */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

export const hashPassword = (password: string): Promise<string> => hash(password, COST);

/** Checked for a name nobody has, so that the answer takes as long as for one that exists. */
const nobody = hashPassword('nobody has this password');

export async function passwordMatches(storedHash: string | null, password: string): Promise<boolean> {
  const matches = await verify(storedHash ?? (await nobody), password);
  return storedHash !== null && matches;
}

const CLASSES = [/[a-z]/, /[A-Z]/, /[0-9]/, /[^A-Za-z0-9]/];

/** Throws PASSWORD_WEAK. The regulations set no length: 10 characters of three kinds, not containing the user name, is ours. */
export function checkPassword(password: string, username: string): void {
  const kinds = CLASSES.filter((kind) => kind.test(password)).length;
  if (password.length < 10 || password.length > 200 || kinds < 3 || password.toLowerCase().includes(username.toLowerCase())) {
    throw new DomainError({ code: 'PASSWORD_WEAK', rule: 'ACC-PWD-03', field: 'password', zh: '密码至少 10 位，含大写、小写、数字、符号中的三种，且不得包含用户名', en: 'A password has at least 10 characters of three kinds (upper, lower, digit, symbol) and does not contain the user name' });
  }
}
