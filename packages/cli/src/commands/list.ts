import { styleText } from 'node:util'
import { catalogue } from '@quorate/core/protocols'
import type { Command } from 'commander'

export function addList(program: Command): void {
  program
    .command('list')
    .description('the catalogue: what each protocol promises')
    .option('--json', 'print one JSON document')
    .addHelpText('after', '\nExamples:\n  quorate list\n  quorate list --json')
    .action((flags: { json?: boolean }) => {
      process.stdout.write(flags.json ? `${JSON.stringify(document(), null, 2)}\n` : text())
    })
}

function document() {
  return {
    schema: 'quorate.list/1',
    protocols: catalogue.map((protocol) => ({
      name: protocol.name,
      title: protocol.title,
      summary: protocol.summary,
      family: protocol.family,
      shape: protocol.shape,
      faults: protocol.faults,
      synchrony: protocol.synchrony,
      resilience: protocol.resilience.bound,
      finality: protocol.finality,
      roles: protocol.roles,
      paper: protocol.paper,
      usualNodes: protocol.usualNodes,
      parameters: protocol.node.schema.parameters,
      plantedBugs: protocol.mutants.map(({ name, bug, breaks }) => ({ name, bug, breaks })),
    })),
  }
}

function text(): string {
  const lines: string[] = []
  for (const protocol of catalogue) {
    const { paper } = protocol
    lines.push(`${styleText('bold', protocol.name)}  ${protocol.summary}`)
    lines.push(`  tolerates   ${protocol.faults} (${protocol.resilience.bound})`)
    lines.push(`  assumes     a ${protocol.synchrony} network`)
    lines.push(`  finality    ${protocol.finality}`)
    lines.push(`  paper       ${paper.authors}, ${paper.title}, ${paper.year}`)
    lines.push('  parameters')
    for (const [name, parameter] of Object.entries(protocol.node.schema.parameters)) {
      lines.push(
        `    ${name.padEnd(26)} ${String(parameter.initial).padStart(9)} ${parameter.unit.padEnd(9)} ${parameter.what}`,
      )
    }
    lines.push(`  planted bugs, run as ${protocol.name}+NAME`)
    for (const mutant of protocol.mutants) lines.push(`    ${mutant.name.padEnd(36)} ${mutant.bug}`)
    lines.push('')
  }
  return `${lines.join('\n')}`
}
