import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient, type Client as LiveClient } from 'graphql-ws';
import { DEMO_PASSWORD, personaUsername } from '@xueji/testing/dist/src/demo';
import { WebSocket } from 'ws';
import { startEmbedded, type Embedded } from '../deployment/embedded';
import { readyOperations } from '../explorer/ready-operations';
import { Client } from './client';

const [CITY, OTHER_PROVINCE] = ['b-6101', 'b-34'];
const [PRIMARY, SECOND_PRIMARY] = ['s-2161000101', 's-2161000102'];
const TRANSFERS = 'subscription Transfers($after: String) { transferUpdated(after: $after) { cursor transferCase { id state student { name } } } }';
const TASKS = 'subscription { taskAssigned { task { __typename ... on TransferCase { id state } } } }';
const TICKETS = 'subscription { taskAssigned { task { __typename ... on Ticket { id subject } } } }';

describe('live updates of the whole product', () => {
  let dataDir: string;
  let product: Embedded;
  let client: Client;
  const open: LiveClient[] = [];

  beforeAll(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'xueji-live-'));
    product = await startEmbedded({ dataDir, port: 0, durable: false, logLevel: 'fatal' });
    product.clock.set(new Date('2026-11-16T02:00:00Z'));
    client = new Client(product.url);
    await client.until('the pupils of the seeds', async () => (await product.services.transfers.dataSource.query('select count(*)::int as count from student_projection'))[0].count, (count) => count > 3);
    await client.until('the accounts of the seeds', async () => (await product.services.helpdesk.dataSource.query('select count(*)::int as count from ime_account'))[0].count, (count) => count > 100);
  }, 120_000);
  afterAll(async () => {
    for (const each of open) void each.dispose();
    await product?.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  async function tokenOf(duty: string, organizationId: string): Promise<string> {
    const { login } = await client.get(null, 'mutation ($input: LoginInput!) { login(input: $input) { tokens { accessToken } } }', { input: { username: personaUsername(duty, organizationId), password: DEMO_PASSWORD } });
    return login.tokens.accessToken;
  }

  /** Subscribes; `answers` fills, `closed` resolves with the closing event. */
  async function watch(duty: string, organizationId: string, query: string, variables: Record<string, unknown> = {}) {
    const answers: any[] = [];
    const token = await tokenOf(duty, organizationId);
    let connected!: () => void;
    const isConnected = new Promise<void>((resolve) => (connected = resolve));
    let close!: (event: unknown) => void;
    const closed = new Promise<any>((resolve) => (close = resolve));
    const live = createClient({
      url: `${product.url.replace('http', 'ws')}/graphql`, webSocketImpl: WebSocket, retryAttempts: 0, connectionParams: { authorization: `Bearer ${token}` },
      on: { connected, closed: close },
    });
    open.push(live);
    live.subscribe({ query, variables }, { next: (answer) => answers.push(answer), error: (error) => answers.push({ error }), complete: () => undefined });
    await isConnected;
    return { answers, closed, live, token };
  }
  const running = async (count: number) => client.until(`${count} subscriptions`, async () => {
    const text = await (await fetch(`${product.url}/metrics`)).text();
    return [...text.matchAll(/^xueji_gateway_live_subscriptions\{.*\} (\d+)$/gm)].reduce((sum, [, value]) => sum + Number(value), 0);
  }, (found) => found === count);
  const states = (answers: any[]) => answers.map(({ data, error }) => error ?? data.transferUpdated.transferCase.state);

  it('show each step of a transfer to those above it and its task to who must act, nothing to others, nothing after signing out, and all that was missed [TRF-GEN-10] [ACC-PERM-03] [GEN-FLOW-08]', async () => {
    const city = await watch('REGISTRY_ADMIN', CITY, TRANSFERS);
    const elsewhere = await watch('REGISTRY_ADMIN', OTHER_PROVINCE, TRANSFERS);
    const guardian = await watch('GUARDIAN', PRIMARY, TRANSFERS);
    const leader = await watch('REGISTRY_LEADER', PRIMARY, TASKS);
    const support = await watch('SUPPORT', PRIMARY, TICKETS);
    await running(4);
    expect(guardian.answers[0].error).toMatchObject([{ extensions: { code: 'TRANSFER_ID_REQUIRED' } }]);

    const file = readyOperations().find(({ title }) => title.includes('申请转学'))!;
    const { fileTransfer } = await client.get(['REGISTRY_ADMIN', SECOND_PRIMARY], file.query.replace('transferCase {', 'transferCase { id'), file.variables);
    await client.until('the first step', async () => city.answers.length, (count) => count === 1);
    expect(city.answers[0].data.transferUpdated).toEqual({ cursor: expect.any(String), transferCase: { id: fileTransfer.transferCase.id, state: 'IN_SCHOOL_REVIEW', student: { name: expect.any(String) } } });
    await client.until('the task', async () => leader.answers.length, (count) => count === 1);
    expect(leader.answers[0].data.taskAssigned.task).toEqual({ __typename: 'TransferCase', id: fileTransfer.transferCase.id, state: 'IN_SCHOOL_REVIEW' });

    const { openConsultation } = await client.get(['TEACHER', PRIMARY], `mutation ($input: OpenConsultationInput!) { openConsultation(input: $input) { ticket { id } } }`, {
      input: { requestId: randomUUID(), subject: '无法登录', problem: { what: '不能登录', steps: '输入密码', systemPart: '登录' } },
    });
    await client.until('the ticket', async () => support.answers.length, (count) => count === 1);
    expect(support.answers[0].data.taskAssigned.task).toEqual({ __typename: 'Ticket', id: openConsultation.ticket.id, subject: '无法登录' });

    const said = `subscription { ticketMessage(ticketId: "${openConsultation.ticket.id}") { message { text } } }`;
    const [asker, stranger] = [await watch('TEACHER', PRIMARY, said), await watch('TEACHER', SECOND_PRIMARY, said)];
    await running(6);
    await client.get(['TEACHER', PRIMARY], 'mutation ($input: TicketTextInput!) { writeMessage(input: $input) { ticket { id } } }', { input: { requestId: randomUUID(), ticketId: openConsultation.ticket.id, text: '仍然不行' } });
    await client.until('the message', async () => asker.answers.length, (count) => count === 1);
    expect(asker.answers[0].data.ticketMessage.message).toEqual({ text: '仍然不行' });

    // Signed out: the open socket ends, though its token has minutes left.
    await fetch(`${product.url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json', authorization: `Bearer ${city.token}` }, body: JSON.stringify({ query: 'mutation { signOut { signedOut } }' }) });
    expect(await city.closed).toMatchObject({ code: 4401, reason: 'SESSION_ENDED' });

    await client.get(['REGISTRY_ADMIN', SECOND_PRIMARY], 'mutation ($input: WithdrawTransferInput!) { withdrawTransfer(input: $input) { transferCase { id } } }', { input: { requestId: randomUUID(), id: fileTransfer.transferCase.id } });
    const again = await watch('REGISTRY_ADMIN', CITY, TRANSFERS, { after: city.answers[0].data.transferUpdated.cursor });
    await client.until('what was missed', async () => again.answers.length, (count) => count >= 1);
    expect([states(city.answers.filter(({ data }) => data)), states(again.answers)]).toEqual([['IN_SCHOOL_REVIEW'], ['WITHDRAWN']]);
    expect([elsewhere.answers, stranger.answers]).toEqual([[], []]);
  });
});
