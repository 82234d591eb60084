import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Work queues that stay as quick when a million closed cases lie behind them. Lists of all cases are read in their order, a party or an area at a time; those of open cases
 * from indexes that hold nothing else.
 */
export class TransferQueues20261122030000 implements MigrationInterface {
  name = 'TransferQueues20261122030000';

  async up(runner: QueryRunner): Promise<void> {
    const open = `state not in ('COMPLETED', 'REJECTED', 'WITHDRAWN')`;
    for (const party of ['out_school', 'in_school', 'out_authority', 'in_authority', 'out_city', 'in_city']) {
      await runner.query(`drop index transfer_case_${party}; create index transfer_case_${party} on transfer_case (${party}_id, created_at, id)`);
    }
    for (const side of ['out', 'in']) {
      // Fourth and fifth in a path stand the units below the province: cities and counties.
      for (const place of [4, 5]) await runner.query(`create index transfer_case_${side}_area_${place} on transfer_case (split_part(${side}_path, '/', ${place}), created_at, id)`);
      await runner.query(`drop index transfer_case_${side}_path; create index transfer_case_${side}_path on transfer_case (${side}_path text_pattern_ops) where ${open}`);
    }
    await runner.query(`
      create index transfer_case_created on transfer_case (created_at, id);
      create index transfer_case_updated on transfer_case (updated_at);
      create index transfer_case_open on transfer_case (created_at, id) where ${open};
      create index transfer_case_in_transit on transfer_case (updated_at, id) where state in ('MINISTRY_CHECK', 'MINISTRY_VERIFIED', 'ARCHIVE_WAITING', 'ARCHIVE_TRANSFERRING', 'APPROVED', 'MOVING');
      create index transfer_case_awaited on transfer_case ((case state
        when 'OUT_SCHOOL_REVIEW' then out_school_id when 'IN_SCHOOL_REVIEW' then in_school_id when 'OUT_COUNTY_REVIEW' then out_authority_id when 'IN_COUNTY_REVIEW' then in_authority_id
        when 'OUT_CITY_REVIEW' then out_city_id when 'IN_CITY_REVIEW' then in_city_id when 'AWAITING_OUT_CONFIRMATION' then out_school_id when 'IN_AUTHORITY_REVIEW' then in_authority_id
        when 'OUT_AUTHORITY_REVIEW' then out_authority_id when 'MINISTRY_VERIFIED' then in_school_id when 'ARCHIVE_TRANSFERRING' then in_school_id when 'APPROVED' then in_school_id end), created_at, id) where ${open};
      drop index transfer_case_due; create index transfer_case_due on transfer_case (due_at, id) where due_at is not null;
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
