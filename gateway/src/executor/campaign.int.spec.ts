import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { campaign } from './campaign.fixture';

const supergraphSdl = readFileSync(join(__dirname, '../../../supergraph.graphql'), 'utf8');

it.each([[false, 250], [true, 100]])('answers made-up operations over the product\'s graph as the stock executor does, whatever goes wrong (batches: %s)', async (batches, operations) => {
  const { differences, left, stockGaveUp, withData, withErrors, withFaults } = await campaign({ supergraphSdl, operations, seed: 1, batches });
  expect(differences).toEqual([]);
  expect({ left, stockGaveUp }).toEqual({ left: {}, stockGaveUp: 0 });
  // The campaign has met what it is for.
  expect(withData).toBeGreaterThan(operations / 2);
  expect(withErrors).toBeGreaterThan(operations / 10);
  if (!batches) expect(withFaults).toBeGreaterThan(operations / 50);
}, 180_000);
