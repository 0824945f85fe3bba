import { styleText } from 'node:util'
import { whole } from '@quorate/core/experiments'
import { catalogue } from '@quorate/core/protocols'
import { networkProfiles } from '@quorate/core/simulator'
import type { Command } from 'commander'
import { exitCodes, UsageError } from '../exit-codes.ts'
import { columnsOf, labelled, noBreakSpace, wrapped } from '../text-layout.ts'

type Protocol = (typeof catalogue)[number]

export function addList(program: Command): void {
  program
    .command('list')
    .description('the catalogue: what each protocol promises')
    .argument('[protocol]', 'one protocol, with its parameters, attacks and planted bugs')
    .option('--json', 'print one JSON document')
    .addHelpText('after', '\nExamples:\n  quorate list\n  quorate list raft\n  quorate list --json')
    .action((name: string | undefined, flags: { json?: boolean }) => {
      const protocols = name === undefined ? catalogue : [protocolNamed(name)]
      const document = () => `${JSON.stringify(listDocument(protocols), null, 2)}\n`
      const text = () => listText(protocols, name !== undefined, columnsOf(process.stdout))
      process.stdout.write(flags.json ? document() : text())
      process.exitCode = exitCodes.held
    })
}

function protocolNamed(name: string): Protocol {
  const protocol = catalogue.find((known) => known.name === name)
  if (protocol) return protocol
  const names = catalogue.map((known) => known.name).join(', ')
  throw new UsageError(`unknown protocol '${name}': the protocols are ${names}`)
}

function listDocument(protocols: readonly Protocol[]) {
  return {
    schema: 'quorate.list/1',
    protocols: protocols.map((protocol) => ({
      name: protocol.name,
      title: protocol.title,
      summary: protocol.summary,
      family: protocol.family,
      shape: protocol.shape,
      faults: protocol.faults,
      synchrony: protocol.synchrony,
      channels: protocol.channels,
      crashes: protocol.crashes,
      resilience: protocol.resilience.bound,
      finality: protocol.finality,
      roles: protocol.roles,
      paper: protocol.paper,
      usualNodes: protocol.usualNodes,
      parameters: protocol.node.schema.parameters,
      attacks: protocol.attacks.map(({ name, what }) => ({ name, what })),
      beyond: protocol.beyond.map(({ name, what, scenario }) => ({ name, what, scenario })),
      plantedBugs: protocol.mutants.map(({ name, bug, breaks }) => ({ name, bug, breaks })),
    })),
    networks: networkProfiles.map(({ name, summary }) => ({ name, summary })),
  }
}

function listText(protocols: readonly Protocol[], details: boolean, columns: number): string {
  const blocks = protocols.map((protocol) => [
    ...promises(protocol, columns),
    ...(details
      ? [
          ...parameters(protocol, columns),
          ...attacks(protocol, columns),
          ...beyond(protocol, columns),
          ...plantedBugs(protocol, columns),
        ]
      : []),
  ])
  if (!details) {
    const more = 'quorate list PROTOCOL shows its parameters, attacks and planted bugs.'
    blocks.push(networks(columns), wrapped(more, columns))
  }
  return `${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`
}

function promises(protocol: Protocol, columns: number): string[] {
  const { paper, mutants, name, summary } = protocol
  const row = (label: string, text: string) => labelled(`  ${label}`, 16, text, columns)
  const heading = labelled(name, name.length + 2, summary, columns)
  return [
    styleText('bold', name) + heading.slice(name.length),
    row('tolerates', `${protocol.faults} (${protocol.resilience.bound})`),
    row('assumes', `a ${protocol.synchrony} network`.replace('a asyn', 'an asyn')),
    row('finality', protocol.finality),
    row('roles', protocol.roles.join(', ')),
    row('paper', `${paper.authors}, ${paper.title}, ${paper.year}`),
    row('planted bugs', mutants.length === 0 ? 'none' : whole(mutants.length)),
  ]
}

function parameters(protocol: Protocol, columns: number): string[] {
  const declared = Object.entries(protocol.node.schema.parameters)
  if (declared.length === 0) return []
  const width = widest(declared.map(([name]) => name))
  const rows = declared.map(([name, { what, initial, unit }]) => {
    const usual = `[${whole(initial)} ${unit}]`.replaceAll(' ', noBreakSpace)
    return labelled(`    ${name}`, width + 6, `${what} ${usual}`, columns)
  })
  return ['', '  parameters, set by --param NAME=VALUE [as usual]', ...rows]
}

function plantedBugs({ name, mutants }: Protocol, columns: number): string[] {
  if (mutants.length === 0) return []
  const width = widest(mutants.map((mutant) => mutant.name))
  const rows = mutants.map((mutant) =>
    labelled(`    ${mutant.name}`, width + 6, mutant.bug, columns),
  )
  return ['', `  planted bugs, run as ${name}+NAME`, ...rows]
}

function attacks(protocol: Protocol, columns: number): string[] {
  if (protocol.attacks.length === 0) return []
  const width = widest(protocol.attacks.map((attack) => attack.name))
  const rows = protocol.attacks.map((attack) =>
    labelled(`    ${attack.name}`, width + 6, attack.what, columns),
  )
  return ['', '  attacks written for it, run as --byzantine NODE=NAME', ...rows]
}

function beyond(protocol: Protocol, columns: number): string[] {
  if (protocol.beyond.length === 0) return []
  const rows = protocol.beyond.flatMap(({ name, what }) => [
    `    ${name}`,
    ...wrapped(what, columns - 6).map((line) => `      ${line}`),
  ])
  return ['', '  one step outside what it promises', ...rows]
}

function networks(columns: number): string[] {
  const width = widest(networkProfiles.map(({ name }) => name))
  const rows = networkProfiles.map(({ name, summary }) =>
    labelled(`  ${name}`, width + 4, summary, columns),
  )
  return [styleText('bold', 'networks'), ...rows]
}

function widest(names: readonly string[]): number {
  return Math.max(...names.map((name) => name.length))
}
