import { transitionsOf, type Workflow } from './workflow';

/** Mermaid state diagram and a table of the rows, for the README of the service. Never edited by hand. */
export function drawWorkflow(workflow: Workflow<string, never, never, never, never>): string {
  const lines = ['```mermaid', 'stateDiagram-v2'];
  for (const [state, definition] of Object.entries(workflow.states)) lines.push(`  ${state}: ${state} ${definition.zh}`);
  const arrows = new Map<string, string[]>();
  for (const { from, command, to } of transitionsOf(workflow)) {
    const arrow = `${from ?? '[*]'} --> ${to}`;
    arrows.set(arrow, [...(arrows.get(arrow) ?? []), command]);
  }
  for (const [arrow, commands] of arrows) lines.push(`  ${arrow}: ${[...new Set(commands)].join(' / ')}`);
  for (const [state, definition] of Object.entries(workflow.states)) if (definition.final) lines.push(`  ${state} --> [*]`);
  lines.push('```', '', '| From | Command | To | Who | Rules |', '| --- | --- | --- | --- | --- |');
  for (const row of workflow.rows) {
    const from = row.from === null ? '—' : ([] as string[]).concat(row.from as string | string[]).join(', ');
    const to = typeof row.to === 'string' ? row.to : row.to.among.join(' or ');
    const cites = [...new Set([...row.cites, ...(row.rules ?? []).map((rule) => rule.cites)])];
    lines.push(`| ${from} | ${row.command} | ${to} | ${row.by.map((by) => `${by.duty} (${by.relation})`).join(', ')} | ${cites.join(', ')} |`);
  }
  return lines.join('\n');
}

/** Every rule ID that the table and its predicates cite. */
export const citedRules = (workflow: Workflow<string, never, never, never, never>): string[] =>
  [...new Set(workflow.rows.flatMap((row) => [...row.cites, ...(row.rules ?? []).map((rule) => rule.cites)]))];
