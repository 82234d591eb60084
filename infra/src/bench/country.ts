import type { Client } from 'pg';
import { caseBeforeItsLastApproval } from './synthetic-cases';
import { NOW } from './transfers-service';

/**
 * A region of equal provinces, cities, counties and schools, counted in this order. `PILOT` is the demonstration country, whose schools exist already;
 * `REST` is invented and as large as the rest of the country would be with a school in nine.
 */
export interface Region {
  name: string;
  provinces: number;
  cities: number;
  counties: number;
  schools: number;
}
export const PILOT: Region = { name: 'pilot', provinces: 3, cities: 2, counties: 2, schools: 3 };
export const REST: Region = { name: 'rest', provinces: 28, cities: 11, counties: 8, schools: 8 };

const size = ({ provinces, cities, counties, schools }: Region) => provinces * cities * counties * schools;

/** The schools of both regions, each numbered so that neighbours in number are neighbours in the tree; those of `REST` become organisations. */
export async function makeSchools(owner: Client): Promise<void> {
  await owner.query(`
    create temporary table place (region text, nth int, school text, authority text, city text, path text, primary key (region, nth));
    insert into place select 'pilot', row_number() over (order by path) - 1, id, competent_authority_id, split_part(path, '/', 4), path from (
      select o.*, row_number() over (partition by competent_authority_id order by id) as in_county from organization o
      where level = 'SCHOOL' and length(path) - length(replace(path, '/', '')) = 6) s where in_county <= ${PILOT.schools}`);
  const { provinces, cities, counties, schools } = REST;
  await owner.query(`
    insert into organization (id, parent_id, path, level, name, division_code, province, school_identifier, school_type, stages, status, competent_authority_id, version)
    with province as (select 100 + p as p, '/cn/b-' || 100 + p || '/' as path from generate_series(1, ${provinces}) p),
    city as (select p, p * 100 + c as c, path || 'b-' || p * 100 + c || '/' as path from province, generate_series(1, ${cities}) c),
    county as (select p, c, c * 100 + k as k, path || 'b-' || c * 100 + k || '/' as path from city, generate_series(1, ${counties}) k),
    school as (select p, k, k * 100 + s as s, path || 's-' || k * 100 + s || '/' as path from county, generate_series(1, ${schools}) s)
    select 'b-' || p, 'cn', path, 'PROVINCE', '示例省' || p, '000000', p::text, null, null, '{}'::text[], 'ACTIVE', null, 0 from province
    union all select 'b-' || c, 'b-' || p, path, 'CITY', '示例市' || c, '000000', p::text, null, null, '{}', 'ACTIVE', null, 0 from city
    union all select 'b-' || k, 'b-' || c, path, 'COUNTY', '示例县' || k, '000000', p::text, null, null, '{}', 'ACTIVE', null, 0 from county
    union all select 's-' || s, 'b-' || k, path, 'SCHOOL', '示例学校' || s, '000000', p::text, 's' || s, '21', '{PRIMARY}', 'ACTIVE', 'b-' || k, 0 from school`);
  await owner.query(`insert into place select 'rest', row_number() over (order by path) - 1, id, competent_authority_id, split_part(path, '/', 4), path from organization where division_code = '000000' and level = 'SCHOOL'`);
}

const WITHIN = ['OUT_SCHOOL_REVIEW', 'IN_SCHOOL_REVIEW', 'IN_SCHOOL_REVIEW', 'OUT_COUNTY_REVIEW', 'OUT_COUNTY_REVIEW', 'IN_COUNTY_REVIEW', 'MOVING'];
const ACROSS = ['AWAITING_OUT_CONFIRMATION', 'MINISTRY_CHECK', 'MINISTRY_VERIFIED', 'IN_COUNTY_REVIEW', 'OUT_COUNTY_REVIEW', 'ARCHIVE_WAITING', 'ARCHIVE_TRANSFERRING', 'MOVING'];
const CITIES = ['OUT_CITY_REVIEW', 'IN_CITY_REVIEW', 'IN_SCHOOL_REVIEW', 'OUT_COUNTY_REVIEW'];
const ENDS = ['COMPLETED', 'COMPLETED', 'COMPLETED', 'COMPLETED', 'COMPLETED', 'COMPLETED', 'COMPLETED', 'COMPLETED', 'REJECTED', 'WITHDRAWN'];
const UNTIMED = ['MOVING', 'MINISTRY_CHECK', 'COMPLETED', 'REJECTED', 'WITHDRAWN'];

/**
 * `count` cases of a region with their pupils and steps, set by set. Six in ten stay in a county, one in ten leaves the province. The open ones were filed within three weeks
 * and are due from three days ago to seven days ahead, the closed ones within two years.
 */
export async function makeCases(owner: Client, region: Region, from: number, count: number, openShare: number): Promise<void> {
  const { counties, schools, cities } = region;
  const random = (list: readonly string[]) => `(array[${list.map((item) => `'${item}'`).join(', ')}])[1 + floor(random() * ${list.length})::int]`;
  await owner.query('drop table if exists drawn');
  await owner.query(
    `create temporary table drawn as
     select n, md5('case' || n)::uuid::text as id, o.school as out_school, i.school as in_school, o.authority as out_authority, i.authority as in_authority, o.city as out_city, i.city as in_city,
       o.path as out_path, i.path as in_path, d.open, split_part(o.path, '/', 3) <> split_part(i.path, '/', 3) as across,
       case when d.open then timestamptz '${NOW}' - interval '21 days' * random() else timestamptz '${NOW}' - interval '30 days' - interval '700 days' * random() end as created_at
     from (select n, floor(random() * ${size(region)})::int as nth, random() as far, random() as other, random() < ${openShare} as open from generate_series(${from}, ${from + count - 1}) n) d
     cross join lateral (select case when far < 0.6 then ${schools} when far < 0.8 then ${schools * counties} when far < 0.9 then ${schools * counties * cities} else ${size(region)} end as span) s
     cross join lateral (select nth / span * span + (nth % span + 1 + floor(other * (span - 1))::int) % span as there) t
     join place o on o.region = '${region.name}' and o.nth = d.nth join place i on i.region = '${region.name}' and i.nth = t.there`);
  await owner.query('alter table drawn add column state text, add column version int');
  await owner.query(
    `update drawn set version = case when open then 1 + floor(random() * 3)::int else 4 end, created_at = date_trunc('milliseconds', created_at), state = case when not open then ${random(ENDS)}
       when across then ${random(ACROSS)} when out_city <> in_city then ${random(CITIES)} else ${random(WITHIN)} end`);
  await owner.query(
    `insert into transfer_case select r.* from drawn d, lateral jsonb_populate_record(null::transfer_case, $1::jsonb || jsonb_build_object(
       'id', d.id, 'student_id', 'p' || d.n, 'state', d.state, 'version', d.version, 'created_at', d.created_at, 'procedure', case when d.across then 'cross-province' else 'within-province' end,
       'updated_at', case when d.open then d.created_at + interval '1 hour' else d.created_at + interval '12 days' end,
       'due_at', case when d.state <> all($2) then timestamptz '${NOW}' + interval '1 second' * floor(86400 * (random() * 10 - 3)) end,
       'due_rule', case when d.state <> all($2) then 'TRF-GEN-03' end,
       'out_school_id', d.out_school, 'in_school_id', d.in_school, 'out_authority_id', d.out_authority, 'in_authority_id', d.in_authority, 'out_path', d.out_path, 'in_path', d.in_path,
       'out_city_id', case when d.out_city <> d.in_city then d.out_city end, 'in_city_id', case when d.out_city <> d.in_city then d.in_city end)) r`,
    [JSON.stringify(caseBeforeItsLastApproval('s-2161000101', 's-2161000102')), UNTIMED]);
  await owner.query(
    `insert into case_step (record_type, record_id, version, from_state, to_state, command, account_id, real_name, duty, organization_id, organization_name, reason, attachments, cites, due_at, request_id, at)
     select 'transfer', id, v, case when v > 1 then 'IN_SCHOOL_REVIEW' end, case when v = version then state else 'IN_SCHOOL_REVIEW' end, case when v = 1 then 'file' else 'approve' end,
       'a-bench', '测试', 'REGISTRY_ADMIN', in_school, '示例学校', null, '[]', '{TRF-GEN-04}', created_at + interval '7 days', 'bench-' || n, created_at + (v - 1) * interval '4 days'
     from drawn, lateral generate_series(1, version) v`);
  await owner.query(`insert into student_projection select 'p' || n, in_school, 'PRIMARY', 3, 'ACTIVE', md5('number' || n), md5('name' || n), 1 from drawn`);
}
