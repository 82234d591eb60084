import type { CommandScope } from '@xueji/platform';

/** A school or bureau changed its place in the tree: cases follow, so that the new superiors see them and the new bureau reviews them. */
export async function onSchoolMoved({ manager }: CommandScope, from: string, to: string): Promise<void> {
  for (const side of ['out', 'in'] as const) {
    await manager.query(
      `update transfer_case c set ${side}_path = $2 || substr(c.${side}_path, length($1) + 1), ${side}_authority_id = coalesce(o.competent_authority_id, c.${side}_authority_id)
       from organization o where o.id = c.${side}_school_id and starts_with(c.${side}_path, $1)`,
      [from, to],
    );
  }
}
