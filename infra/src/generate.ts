import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { composeServices } from '@apollo/composition';
import { asyncApi } from '@xueji/contracts';
import { LIVE_SDL, LIVE_SUBGRAPH } from '@xueji/gateway';
import { subgraphOf } from '@xueji/platform';
import { drawWorkflow } from '@xueji/workflow';
import { parse } from 'graphql';
import { definitions } from './definitions';
import { trustedDocuments } from './trusted-documents';
import { workflowsByService } from './workflows';
import { ROOT } from './root';

/** Files that follow from the code, by path. */
export async function generated(): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  const subgraphs = (await definitions()).map((definition) => ({ name: definition.name, sdl: subgraphOf(definition).sdl }));
  for (const { name, sdl } of subgraphs) files.set(join(ROOT, 'services', name, 'schema.graphql'), `${sdl.trim()}\n`);
  files.set(join(ROOT, 'gateway', 'supergraph.graphql'), `${supergraphOf([...subgraphs, { name: LIVE_SUBGRAPH, sdl: LIVE_SDL }]).trim()}\n`);
  files.set(join(ROOT, 'gateway', 'trusted-documents.json'), trustedDocuments());
  files.set(join(ROOT, 'services', 'shared', 'contracts', 'asyncapi.json'), `${JSON.stringify(asyncApi(), null, 2)}\n`);
  for (const [service, workflows] of Object.entries(workflowsByService)) {
    const path = join(ROOT, 'services', service, 'README.md');
    if (!existsSync(path)) continue;
    let text = readFileSync(path, 'utf8');
    for (const workflow of workflows) text = withDiagram(text, workflow.name, drawWorkflow(workflow as never), path);
    files.set(path, text);
  }
  return files;
}

/** Composes the subgraphs; throws with every fault. */
export function supergraphOf(subgraphs: readonly { name: string; sdl: string }[]): string {
  const { supergraphSdl, errors } = composeServices(subgraphs.map(({ name, sdl }) => ({ name, url: `http://${name}/graphql`, typeDefs: parse(sdl) })));
  if (errors?.length) throw new Error(`the subgraphs do not compose:\n${errors.map((error) => `  ${error.message}`).join('\n')}`);
  return supergraphSdl!;
}

/** Replaces what stands between the markers `<!-- workflow:name -->` and `<!-- /workflow -->`. */
export function withDiagram(text: string, name: string, diagram: string, path: string): string {
  const start = `<!-- workflow:${name} -->`;
  const end = '<!-- /workflow -->';
  const from = text.indexOf(start);
  const to = text.indexOf(end, from);
  if (from < 0 || to < 0) throw new Error(`${relative(ROOT, path)} has no place for the diagram of ${name}: add ${start} and ${end}`);
  return `${text.slice(0, from + start.length)}\n${diagram}\n${text.slice(to)}`;
}

/** Paths whose committed text is not what the code says. */
export const drifted = (files: Map<string, string>): string[] =>
  [...files].filter(([path, text]) => !existsSync(path) || readFileSync(path, 'utf8') !== text).map(([path]) => relative(ROOT, path));

async function main(): Promise<void> {
  for (const [path, text] of await generated()) {
    if (existsSync(path) && readFileSync(path, 'utf8') === text) continue;
    writeFileSync(path, text);
    process.stdout.write(`wrote ${relative(ROOT, path)}\n`);
  }
}

if (require.main === module) void main();
