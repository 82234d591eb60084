import { Kind, visit, type ConstDirectiveNode, type DocumentNode } from 'graphql';

/**
 * The supergraph without its security features, which the Apollo gateway refuses to load. What is taken away here is
 * enforced from the full supergraph by the gateway's own policy, and again by each subgraph.
 */
export function stripSecurity(supergraph: DocumentNode): DocumentNode {
  const names = new Set<string>();
  for (const node of supergraph.definitions) {
    if (node.kind !== Kind.SCHEMA_DEFINITION && node.kind !== Kind.SCHEMA_EXTENSION) continue;
    for (const link of (node.directives ?? []).filter(isSecurityLink)) names.add(featureName(link));
  }
  const belongs = (name: string) => [...names].some((feature) => name === feature || name.startsWith(`${feature}__`));
  return visit(supergraph, {
    Directive: (directive) => (belongs(directive.name.value) || isSecurityLink(directive as ConstDirectiveNode) ? null : undefined),
    DirectiveDefinition: (definition) => (belongs(definition.name.value) ? null : undefined),
    ScalarTypeDefinition: (definition) => (belongs(definition.name.value) ? null : undefined),
  });
}

function argument(directive: ConstDirectiveNode, name: string): string | undefined {
  const value = directive.arguments?.find((each) => each.name.value === name)?.value;
  return value?.kind === Kind.STRING || value?.kind === Kind.ENUM ? value.value : undefined;
}

function isSecurityLink(directive: ConstDirectiveNode): boolean {
  return directive.name.value === 'link' && argument(directive, 'for') === 'SECURITY';
}

/** `https://specs.apollo.dev/requiresScopes/v0.1` is used as `@requiresScopes` unless renamed by `as`. */
function featureName(link: ConstDirectiveNode): string {
  return argument(link, 'as') ?? argument(link, 'url')!.split('/').at(-2)!;
}
