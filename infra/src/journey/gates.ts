import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';

/**
 * Places in a service's work where a process can be made to stand still, so that it is killed exactly there:
 * `command`, inside the transaction of a command, nothing committed; `commit`, in the COMMIT of one, which the server will finish without its client;
 * `relay`, events on the bus and not yet marked as sent; `consume`, an event received and not yet taken in.
 */
export type Gate = 'command' | 'commit' | 'relay' | 'consume';

const KEYS: Record<Gate, number> = { command: 880_001, commit: 880_002, relay: 880_003, consume: 880_004 };

const TRIGGERS: Record<Gate, string> = {
  command: 'create trigger gate_command before insert on case_step for each row',
  commit: 'create constraint trigger gate_commit after insert on case_step deferrable initially deferred for each row',
  relay: 'create trigger gate_relay before update on outbox_event for each row',
  consume: 'create trigger gate_consume before insert on inbox_event for each row',
};

const LONGEST_WAIT_MS = 60_000;

/** The gates of one service's database. They stand open until closed. */
export class Gates {
  private constructor(private readonly database: Client) {}

  /** `ownerUrl`: the role that owns the tables. */
  static async build(ownerUrl: string): Promise<Gates> {
    const database = new Client({ connectionString: ownerUrl });
    await database.connect();
    await database.query(`create or replace function stand_at_gate() returns trigger language plpgsql as $$ begin perform pg_advisory_xact_lock_shared(tg_argv[0]::bigint); return new; end $$`);
    for (const [gate, trigger] of Object.entries(TRIGGERS)) await database.query(`${trigger} execute function stand_at_gate('${KEYS[gate as Gate]}')`);
    return new Gates(database);
  }

  async close(gate: Gate): Promise<void> {
    await this.database.query('select pg_advisory_lock($1)', [KEYS[gate]]);
  }

  /** Resolves when somebody stands at the closed gate. */
  async reached(gate: Gate): Promise<void> {
    for (const end = Date.now() + LONGEST_WAIT_MS; ; await pause(5)) {
      const { rows } = await this.database.query(
        `select 1 from pg_locks where locktype = 'advisory' and not granted and classid = 0 and objid = $1 and database = (select oid from pg_database where datname = current_database())`,
        [KEYS[gate]],
      );
      if (rows.length > 0) return;
      if (Date.now() > end) throw new Error(`nobody came to the gate "${gate}"`);
    }
  }

  async open(gate: Gate): Promise<void> {
    await this.database.query('select pg_advisory_unlock($1)', [KEYS[gate]]);
  }

  async openAll(): Promise<void> {
    await this.database.query('select pg_advisory_unlock_all()');
  }

  /** Resolves when every event of the outbox is marked as sent. */
  async allSent(): Promise<void> {
    for (const end = Date.now() + LONGEST_WAIT_MS; ; await pause(5)) {
      const { rows } = await this.database.query('select 1 from outbox_event where sent_at is null limit 1');
      if (rows.length === 0) return;
      if (Date.now() > end) throw new Error('the outbox was not sent');
    }
  }

  async end(): Promise<void> {
    await this.database.end();
  }
}
