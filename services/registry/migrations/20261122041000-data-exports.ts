import { workflowColumns } from '@xueji/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Permissions to take data out. */
export class DataExports20261122041000 implements MigrationInterface {
  name = 'DataExports20261122041000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table data_export (
        ${workflowColumns}, content text not null, format text not null, purpose text not null, organization_id text not null, holder_path text not null,
        recipient_id text not null, recipient_name text not null, downloads int not null);
      create index data_export_path on data_export (holder_path, created_at);
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
