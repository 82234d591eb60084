import { workflowColumns } from '@xueji/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Tickets with their messages, announcements with their recipients, and the accounts that can be recipients. */
export class Helpdesk20260901040000 implements MigrationInterface {
  name = 'Helpdesk20260901040000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table ticket (${workflowColumns},
        subject text not null, channel text not null, problem jsonb, user_name text not null, user_organization_id text not null, holder_path text not null,
        level text not null, desk_organization_id text not null, desk_path text not null, waiting_since timestamptz, handler_id text, handler_name text,
        answer text, result text, first_response_at timestamptz, first_response_level text, answered_at timestamptz, closed_at timestamptz);
      create index ticket_user on ticket (submitted_by);
      create index ticket_desk on ticket (desk_organization_id, created_at);
      create index ticket_waiting on ticket (desk_path text_pattern_ops) where waiting_since is not null;
      create index ticket_holder_path on ticket (holder_path text_pattern_ops);
      create index ticket_due on ticket (due_at) where due_at is not null;

      create function keep_every_ticket() returns trigger language plpgsql as $$ begin raise exception 'a ticket is never deleted (HLP-DESK-06)'; end $$;
      create trigger ticket_is_kept before delete on ticket for each statement execute function keep_every_ticket();

      create table ticket_message (
        id text primary key, ticket_id text not null, version int not null, kind text not null, text text not null,
        account_id text not null, real_name text not null, organization_name text not null, at timestamptz not null);
      create unique index ticket_message_ticket on ticket_message (ticket_id, version);

      create table announcement (${workflowColumns},
        title text not null, body text not null, organization_id text not null, holder_path text not null, author_id text not null, author_name text not null,
        filter jsonb not null, valid_until timestamptz, published_at timestamptz, archived_at timestamptz, recipient_count int);
      create index announcement_holder_path on announcement (holder_path text_pattern_ops);
      create index announcement_due on announcement (due_at) where due_at is not null;

      create table announcement_recipient (announcement_id text not null, account_id text not null, primary key (announcement_id, account_id));
      create index announcement_recipient_account on announcement_recipient (account_id);
      create table announcement_reading (announcement_id text not null, account_id text not null, at timestamptz not null, primary key (announcement_id, account_id));

      create table ime_account (id text primary key, duty text not null, organization_id text not null, active boolean not null, version int not null);
      create index ime_account_organization on ime_account (organization_id);
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
