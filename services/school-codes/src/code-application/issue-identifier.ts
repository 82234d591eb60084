import { composeSchoolIdentifier } from '@xueji/standards';
import { DomainError } from '@xueji/workflow';
import type { EntityManager } from 'typeorm';
import type { Organization } from '../organizations/organization.entity';
import { provinceOf } from '../organizations/organization.terms';
import { SchoolCodeEntry } from './school-code-entry.entity';

const LAST_SEQUENCE = 999_999;

/**
 * Enters the next identifier of the school's type and province into the ledger and returns it. It counts on from every identifier ever
 * entered, so that neither one in use nor a voided one comes up again (CODE-ID-06). One at a time per type and province.
 */
export async function issueIdentifier(manager: EntityManager, school: Organization, applicationId: string, at: Date): Promise<string> {
  const [typeDigits, province] = [school.schoolType!, provinceOf(school)!];
  await manager.query('select pg_advisory_xact_lock(hashtext($1))', [`school identifier ${typeDigits}${province}`]);
  const [{ sequence }] = await manager.query('select coalesce(max(right(identifier, 6)::int), 0) + 1 as sequence from school_code_entry where identifier like $1', [`${typeDigits}${province}%`]);
  if (sequence > LAST_SEQUENCE) throw new DomainError({ code: 'SCHOOL_IDENTIFIER_EXHAUSTED', rule: 'CODE-ID-02', zh: '该省该类学校的顺序号已用完', en: 'The sequence of this type and province is used up' });
  const identifier = composeSchoolIdentifier({ typeDigits, province, sequence });
  await manager.insert(SchoolCodeEntry, { identifier, act: 'ISSUED', schoolId: school.id, applicationId, at });
  return identifier;
}
