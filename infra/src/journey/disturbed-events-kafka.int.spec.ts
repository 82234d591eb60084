import { createKafkaBus, type EventBus } from '@xueji/platform';
import { requireServer, startKafka, testBus, type KafkaServer } from '@xueji/testing';
import { eventfulLives, POISON, type Outcome } from './disturbed-events';

/** Each pupil's poison goes to the dead letters once. */
const letters = Object.fromEntries(Object.entries(POISON).map(([where, each]) => [where, each * 3]));

requireServer('kafka')('events that come several times, mixed with old ones and with poison', () => {
  let clean: Outcome;
  let kafka: KafkaServer;

  beforeAll(async () => {
    const bus = await testBus();
    clean = await eventfulLives(bus, null);
    await bus.close();
    const { server, reason } = await startKafka({ own: true });
    if (!server) throw new Error(reason);
    kafka = server;
  }, 120_000);
  afterAll(() => kafka.stop());

  it('are told of lives that end as they should when nothing disturbs', () => {
    expect(clean.pupils.map((line) => line.split(' ')[1])).toEqual(['s-2161000102', 's-2161000101', 's-2161000101', 's-2161000101', 's-3161000101']);
    expect(clean).toMatchObject({ deadLetters: {}, ledgerFaults: [] });
  });

  it.each<[string, () => Promise<EventBus>]>([
    ['the log in PostgreSQL', testBus],
    ['Apache Kafka', async () => createKafkaBus(kafka.brokers.split(','), 'disturbed-test')],
  ])('have one effect each on %s: same custody, same history, poison with the dead letters, the others go on [TRF-GEN-06] [TRF-INTER-06]', async (_, open) => {
    const bus = await open();
    const { pupils, deadLetters, ledgerFaults } = await eventfulLives(bus, 20_261_122);
    await bus.close();
    expect(pupils).toEqual(clean.pupils);
    expect(deadLetters).toEqual(letters);
    expect(ledgerFaults).toEqual([]);
  }, 240_000);
});
