import { workflowColumns } from '@xueji/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { COMPLETE_CHECK, IDENTIFIER_CHECK, PLACE_CHECK } from '../src/organizations/organization.entity';
import { OPEN_STATES } from '../src/code-application/code-application.entity';

/** Divisions, the organisation tree with its dated names, the ledger of school identifiers, and code applications. */
export class SchoolCodes20260902000000 implements MigrationInterface {
  name = 'SchoolCodes20260902000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table division (
        id text primary key, code text not null, name text not null, level text not null, parent_code text, valid_to int, table_version text not null);
      create unique index division_code on division (code text_pattern_ops);

      create table education_organization (
        ${workflowColumns}, parent_id text, parent_level text, level text not null, path text not null, name text not null, division_code text not null,
        school_identifier text, school_type text, stages text[] not null default '{}', local_school_code text, phone text, provider_category text,
        urban_rural_class text, schooling_system text, kindergarten_licence text,
        authority_code text, address text, location_class text, economic_attribute text, ethnic_area_attribute text,
        constraint education_organization_place check (${PLACE_CHECK}),
        constraint education_organization_identifier_fits check (${IDENTIFIER_CHECK}),
        constraint education_organization_complete check (${COMPLETE_CHECK}));
      create unique index education_organization_level on education_organization (id, level);
      alter table education_organization add constraint education_organization_parent foreign key (parent_id, parent_level) references education_organization (id, level);
      create unique index education_organization_identifier on education_organization (school_identifier);
      create index education_organization_parent_id on education_organization (parent_id);
      create index education_organization_path on education_organization (path text_pattern_ops);
      create index education_organization_division on education_organization (division_code text_pattern_ops, id);

      create table organization_name (organization_id text not null, valid_from date not null, name text not null, primary key (organization_id, valid_from));

      create table school_code_entry (
        identifier text not null, act text not null, school_id text, application_id text, at timestamptz not null, primary key (identifier, act));

      create table code_application (
        ${workflowColumns}, kind text not null, school_id text not null, path text not null, new_name text, applicant_id text not null, holder_id text, effective_on date);
      create unique index code_application_open on code_application (school_id) where ${OPEN_STATES};
      create index code_application_path on code_application (path text_pattern_ops);
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
