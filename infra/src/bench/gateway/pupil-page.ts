import { decodeJwt } from 'jose';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { importSigningKey, signAccessToken, type ActorClaims } from '@xueji/platform';
import { DEMO_PASSWORD } from '@xueji/testing/dist/src/demo';
import { startEmbedded } from '../../deployment/embedded';
import { explorerConfig } from '../../explorer-config';
import { ROOT } from '../../root';
import type { GatewayTask } from './gateways';

export interface PupilPage {
  dataDir: string;
  task: GatewayTask;
  body: string;
  tokens: string[];
  stop(): Promise<void>;
}

const TITLE = 'Pupils of the school';

/** The product's services, each on a port, and the explorer's page of pupils to ask for, by one person with many tokens. */
export async function startPupilPage(dataDir: string, count: number): Promise<PupilPage> {
  const product = await startEmbedded({ dataDir, port: 0, durable: true, logLevel: 'fatal' });
  product.clock.set(new Date('2026-11-16T02:00:00Z'));
  const urls: Record<string, string> = {};
  for (const service of Object.values(product.services)) urls[service.name] = (await service.listen(0)).url;
  const { query, variables = {}, persona } = explorerConfig().operations.find(({ title }) => title.includes(TITLE))!;
  const answer = (await (await fetch(`${product.url}/graphql`, {
    method: 'POST', headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: 'mutation ($input: LoginInput!) { login(input: $input) { tokens { accessToken } } }', variables: { input: { username: persona, password: DEMO_PASSWORD } } }),
  })).json()) as { data: { login: { tokens: { accessToken: string } } } };
  const { actor } = decodeJwt(answer.data.login.tokens.accessToken) as { actor: ActorClaims };
  const key = await importSigningKey(product.ground.accessKeys.privateKey);
  return {
    dataDir,
    task: { urls, supergraphSdl: readFileSync(join(ROOT, 'gateway', 'supergraph.graphql'), 'utf8'), accessTokenPublicKey: product.ground.accessKeys.publicKey, actorSigningKey: product.ground.actorKeys.privateKey },
    body: JSON.stringify({ query, variables }),
    tokens: await Promise.all(Array.from({ length: count }, () => signAccessToken(key, actor))),
    stop: () => product.stop(),
  };
}
