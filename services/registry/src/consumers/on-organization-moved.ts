import type { CommandScope } from '@xueji/platform';

/** Tables that hold the area path of a school. */
const HELD = ['school_year', 'class_section', 'student', 'intake_batch', 'newcomer', 'handover', 'graduation', 'newcomer_pull', 'departure', 'problem_record', 'guardian_binding', 'data_export'];

/** When a school or bureau changes its place in the tree, all it holds goes along. */
export async function onOrganizationMoved({ manager }: CommandScope, from: string, to: string): Promise<void> {
  for (const table of HELD) await manager.query(`update ${table} set holder_path = $2 || substr(holder_path, length($1) + 1) where starts_with(holder_path, $1)`, [from, to]);
  await manager.query(`update problem_record p set handler_id = o.competent_authority_id from organization o where o.id = p.school_id and p.state = 'SUBMITTED' and starts_with(p.holder_path, $1)`, [to]);
}
