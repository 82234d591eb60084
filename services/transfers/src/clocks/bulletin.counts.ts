import type { EntityManager } from 'typeorm';
import { TRANSFER } from '../transfer/transfer.loaders';
import { CLOSED, WAITS, type TransferState } from '../transfer/transfer.terms';

/** A stretch of time, both ends inclusive. */
export interface Period {
  from: Date;
  to: Date;
}

export interface CaseCounts {
  filed: number;
  open: number;
  finished: number;
  refused: number;
  withdrawn: number;
}

/** null for the area as a whole, where a case between two of its cities counts once. */
export type CityCounts = CaseCounts & { cityId: string | null };

export interface StepCounts {
  cityId: string;
  state: TransferState;
  waiting: number;
  decided: number;
  overdue: number;
}

export interface SchoolCounts {
  schoolId: string;
  movedIn: number;
  movedOut: number;
  openIn: number;
  openOut: number;
}

/** The unit below the province that a school lies in; the school's own bureau when there is none. */
const cityOf = (side: 'out' | 'in') => `coalesce(nullif(split_part(c.${side}_path, '/', 4), c.${side}_school_id), c.${side}_authority_id)`;

const closedIn = (state: TransferState) => `c.state = '${state}' and c.updated_at between $2 and $3`;
const OPEN_AT_END = `not (c.state = any($4) and c.updated_at <= $3)`;
/** The cases a period has to do with. */
const OF_PERIOD = `c.created_at <= $3 and (c.state <> all($4) or c.updated_at >= $2)`;

/** Cases of an area by city of either school, and of the whole. `open` is at the end of the period, the others happened within it. */
export function countCases(manager: EntityManager, areaPath: string, { from, to }: Period): Promise<CityCounts[]> {
  const counted = (condition: string) => `(count(distinct c.id) filter (where ${condition}))::int`;
  return manager.query(
    `select u.city as "cityId", ${counted('c.created_at >= $2')} as filed, ${counted(OPEN_AT_END)} as open, ${counted(closedIn('COMPLETED'))} as finished,
       ${counted(closedIn('REJECTED'))} as refused, ${counted(closedIn('WITHDRAWN'))} as withdrawn
     from transfer_case c
     cross join lateral (select v.city from (values (${cityOf('out')}, c.out_path), (${cityOf('in')}, c.in_path)) as v(city, path) where starts_with(v.path, $1)) u
     where ${OF_PERIOD} group by grouping sets ((u.city), ()) order by u.city`,
    [areaPath, from, to, CLOSED],
  );
}

const WAITING = Object.keys(WAITS) as TransferState[];
const OUT_SIDE = WAITING.filter((state) => WAITS[state]!.party.startsWith('out'));

/**
 * Steps of an area by the city of whoever had to take them. `waiting` is at the end of the period; `decided` were left within it; `overdue` were past their due
 * instant at some moment of it that is not after `now` [TRF-SLA-01].
 */
export function countSteps(manager: EntityManager, areaPath: string, { from, to }: Period, now: Date): Promise<StepCounts[]> {
  const ofSide = (out: string, inside: string) => `case when s.to_state = any($5) then ${out} else ${inside} end`;
  return manager.query(
    `with looked_at as materialized (select id, out_path, in_path, out_school_id, in_school_id, out_authority_id, in_authority_id from transfer_case c where ${OF_PERIOD.replace('$4', '$7')} and (starts_with(c.out_path, $1) or starts_with(c.in_path, $1)))
     select ${ofSide(cityOf('out'), cityOf('in'))} as "cityId", s.to_state as state, (count(*) filter (where n.at is null or n.at > $3))::int as waiting, (count(*) filter (where n.at <= $3))::int as decided,
       (count(*) filter (where s.due_at < least($3::timestamptz, $6::timestamptz) and (n.at is null or n.at > greatest(s.due_at, $2))))::int as overdue
     from looked_at c join case_step s on s.record_type = '${TRANSFER}' and s.record_id = c.id
     left join case_step n on n.record_type = s.record_type and n.record_id = s.record_id and n.version = s.version + 1
     where s.to_state = any($4) and s.at <= $3 and (n.at is null or n.at >= $2) and starts_with(${ofSide('c.out_path', 'c.in_path')}, $1)
     group by 1, 2 order by 1, 2`,
    [areaPath, from, to, WAITING, OUT_SIDE, now, CLOSED],
  );
}

/** Transfers of each of these schools, so that they can be held against the limits of a policy [REG-STAT-08]. */
export async function countSchools(manager: EntityManager, schoolIds: readonly string[], { from, to }: Period): Promise<SchoolCounts[]> {
  const moved = closedIn('COMPLETED');
  const rows: SchoolCounts[] = await manager.query(
    `select v.school as "schoolId", (count(*) filter (where v.side = 'in' and ${moved}))::int as "movedIn", (count(*) filter (where v.side = 'out' and ${moved}))::int as "movedOut",
       (count(*) filter (where v.side = 'in' and ${OPEN_AT_END}))::int as "openIn", (count(*) filter (where v.side = 'out' and ${OPEN_AT_END}))::int as "openOut"
     from transfer_case c cross join lateral (values ('out', c.out_school_id), ('in', c.in_school_id)) as v(side, school)
     where (c.out_school_id = any($1) or c.in_school_id = any($1)) and v.school = any($1) and ${OF_PERIOD} group by 1`,
    [[...schoolIds], from, to, CLOSED],
  );
  return schoolIds.map((schoolId) => rows.find((row) => row.schoolId === schoolId) ?? { schoolId, movedIn: 0, movedOut: 0, openIn: 0, openOut: 0 });
}
