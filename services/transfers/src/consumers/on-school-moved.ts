import type { CommandScope } from '@xueji/platform';

/** A school or bureau changed its place in the tree: cases follow, so that the new superiors see them and the new bureau reviews them. */
export async function onSchoolMoved({ manager }: CommandScope, from: string, to: string): Promise<void> {
  for (const side of ['out', 'in'] as const) {
    // A city is the unit below the province; a school straight under the province has none and its bureau takes the place.
    const city = `coalesce(nullif(split_part(o.path, '/', 4), o.id), o.competent_authority_id)`;
    // The one party that is not the school's own bureau: the city admits to the senior stage [TRF-PROG-03].
    const authority = `case when '${side}' = 'in' and c.procedure = 'progression' and c.stage = 'JUNIOR' then coalesce(${city}, c.in_authority_id) else coalesce(o.competent_authority_id, c.${side}_authority_id) end`;
    await manager.query(
      `update transfer_case c set ${side}_path = $2 || substr(c.${side}_path, length($1) + 1), ${side}_authority_id = ${authority}, ${side}_city_id = case when c.${side}_city_id is not null then ${city} end
       from organization o where o.id = c.${side}_school_id and starts_with(c.${side}_path, $1)`,
      [from, to],
    );
  }
  await manager.query('update transfer_expectation set school_path = $2 || substr(school_path, length($1) + 1) where starts_with(school_path, $1)', [from, to]);
}
