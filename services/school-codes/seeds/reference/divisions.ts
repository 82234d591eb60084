import type { CommandScope } from '@xueji/platform';
import { allDivisions, divisionTableVersion, withdrawnDivisions } from '@xueji/standards';

/** Brings the division table to the version shipped. Units missing from it stay: their codes are valid for old data (CODE-DIV-02). */
export async function seedDivisions({ manager }: CommandScope): Promise<void> {
  await manager.query(
    `insert into division (id, code, name, level, parent_code, valid_to, table_version)
     select 'd-' || code, code, name, level, "parentCode", "validTo", $2
     from jsonb_to_recordset($1::jsonb) as r(code text, name text, level text, "parentCode" text, "validTo" int)
     on conflict (id) do update set name = excluded.name, level = excluded.level, parent_code = excluded.parent_code, valid_to = excluded.valid_to, table_version = excluded.table_version
     where (division.name, division.level, division.parent_code, division.valid_to, division.table_version)
       is distinct from (excluded.name, excluded.level, excluded.parent_code, excluded.valid_to, excluded.table_version)`,
    [JSON.stringify([...allDivisions(), ...withdrawnDivisions()]), divisionTableVersion()],
  );
}
