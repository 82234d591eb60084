import { DomainError } from '@xueji/workflow';
import { z } from 'zod';
import type { Authorities, NamedNumber } from './authorities';

/** Where each system answers; what is absent is not connected. */
export interface AuthorityAddresses {
  policeIdentity?: string;
  population?: string;
  taxAndSocialSecurity?: string;
  exitEntry?: string;
}

const TIMEOUT_MS = 5_000;
const LARGEST_ANSWER = 64 * 1024;

const identity = z.object({ result: z.enum(['MATCH', 'NAME_MISMATCH', 'NOT_FOUND']) });
const household = z.object({ division: z.string().regex(/^\d{6}$/).nullable() });
const contributions = z.object({ contributions: z.array(z.object({ division: z.string().regex(/^\d{6}$/), months: z.number().int().min(0) })).max(100) });
const stay = z.object({ abroadSince: z.iso.date().nullable() });

export const authorityUnavailable = (authority: string): DomainError =>
  new DomainError({ code: 'AUTHORITY_UNAVAILABLE', rule: 'AGY-IF-06', zh: '对方系统暂时无法答复，请稍后再试', en: 'The other system cannot answer for the moment. Try again later.', details: { authority } });

/** Asks over HTTP. Name and number go in the body: an address is written to logs. Whatever keeps the other side from a proper answer is AUTHORITY_UNAVAILABLE. */
async function ask<T>(authority: string, address: string, path: string, body: NamedNumber, shape: z.ZodType<T>): Promise<T> {
  try {
    const response = await fetch(new URL(path, address), {
      method: 'POST', headers: { 'content-type': 'application/json', accept: 'application/json' }, body: JSON.stringify({ name: body.name, documentNumber: body.documentNumber }), signal: AbortSignal.timeout(TIMEOUT_MS), redirect: 'error',
    });
    const text = await response.text();
    if (response.status !== 200 || text.length > LARGEST_ANSWER) throw new Error(`answered ${response.status}`);
    return shape.parse(JSON.parse(text));
  } catch {
    throw authorityUnavailable(authority);
  }
}

/** The adapters to the systems that are connected. */
export const httpAuthorities = ({ policeIdentity, population, taxAndSocialSecurity, exitEntry }: AuthorityAddresses): Authorities => ({
  policeIdentity: policeIdentity === undefined ? null : { check: async (person) => (await ask('POLICE_IDENTITY', policeIdentity, '/identity/check', person, identity)).result },
  population: population === undefined ? null : {
    check: async (person) => (await ask('POPULATION', population, '/population/check', person, identity)).result,
    householdDivision: async (person) => (await ask('POPULATION', population, '/population/household', person, household)).division,
  },
  taxAndSocialSecurity: taxAndSocialSecurity === undefined ? null : {
    contributions: async (guardian) => (await ask('TAX_SOCIAL_SECURITY', taxAndSocialSecurity, '/contributions', guardian, contributions)).contributions,
  },
  exitEntry: exitEntry === undefined ? null : { abroadSince: async (person) => (await ask('EXIT_ENTRY', exitEntry, '/movements', person, stay)).abroadSince },
});
