import type { EntityManager } from 'typeorm';
import { dutiesOfTypes } from '../account/account-type.terms';
import { LEVELS_OF_TYPE, type AudienceFilter } from './announcement.terms';

/** A filter in terms of the tables; null sets no limit. */
interface Audience {
  divisions: string[] | null;
  levels: string[] | null;
  duties: string[] | null;
  stages: string[] | null;
  schoolTypes: string[] | null;
}

const limit = (values: string[]) => (values.length > 0 ? values : null);
const both = (a: string[] | null, b: string[] | null) => (a && b ? a.filter((value) => b.includes(value)) : (a ?? b));

export function audienceOf(filter: AudienceFilter): Audience {
  return {
    // 610000 means the whole province: the zeros at the end say nothing.
    divisions: limit(filter.divisions.map((code) => `${code.replace(/(00)+$/, '')}%`)),
    levels: both(limit(filter.levels), limit(filter.organizationTypes.flatMap((type) => LEVELS_OF_TYPE[type]))),
    duties: both(limit(filter.duties), limit(dutiesOfTypes(filter.accountTypes))),
    stages: limit(filter.stages),
    schoolTypes: limit(filter.schoolTypes),
  };
}

/** Writes down who receives the announcement, once for all, in one statement; nobody outside `area`. Returns how many. */
export async function freezeRecipients(manager: EntityManager, announcementId: string, area: string, filter: AudienceFilter): Promise<number> {
  const { divisions, levels, duties, stages, schoolTypes } = audienceOf(filter);
  const [{ count }] = await manager.query(
    `with recipient as (
       insert into announcement_recipient (announcement_id, account_id)
       select $1, account.id from ime_account account join organization on organization.id = account.organization_id
       where account.active and organization.path like $2
         and ($3::text[] is null or organization.division_code like any($3))
         and ($4::text[] is null or organization.level = any($4))
         and ($5::text[] is null or account.duty = any($5))
         and ($6::text[] is null or organization.stages && $6)
         and ($7::text[] is null or organization.school_type = any($7))
       returning 1)
     select count(*)::int as count from recipient`,
    [announcementId, `${area}%`, divisions, levels, duties, stages, schoolTypes],
  );
  return count;
}
