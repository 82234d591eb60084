import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbedded, type Embedded } from '../deployment/embedded';
import { SERVICES } from '../deployment/ground';
import { checkConservation } from './conservation';
import { runJourney } from './journey';

describe('one child\'s journey in one process', () => {
  let dataDir: string;
  let product: Embedded;

  beforeAll(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'xueji-journey-'));
    product = await startEmbedded({ dataDir, port: 0, durable: false, logLevel: 'fatal' });
  }, 120_000);
  afterAll(async () => {
    await product.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('passes from kindergarten to another county, keeps one number, and leaves custody and ledger whole [PRE-GRAD-02] [REG-NUM-02] [TRF-GEN-06] [REG-ENROL-07] [HLP-DESK-04]', async () => {
    const { steps } = await runJourney({ url: product.url });
    expect(steps.length).toBeGreaterThanOrEqual(60);
    const { faults, custody, ledger } = await checkConservation(product.ground, product.bus);
    expect(faults).toEqual([]);
    expect(custody.places['registry HELD']).toBeGreaterThanOrEqual(228);
    expect(ledger.events).toBeGreaterThan(500);
  }, 300_000);

  it('answers health, and metrics of every service', async () => {
    expect((await fetch(`${product.url}/readyz`)).status).toBe(200);
    const metrics = await (await fetch(`${product.url}/metrics`)).text();
    for (const service of SERVICES) expect(metrics).toContain(`xueji_outbox_waiting{service="${service}"} 0`);
    expect(metrics.match(/# TYPE xueji_outbox_waiting /g)).toHaveLength(1);
    expect(metrics).toMatch(/xueji_operations_total\{outcome="ok",service="registry"\} \d+/);
  });
});
