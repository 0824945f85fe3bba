import { styleText } from 'node:util'
import { replayCommand, whole } from '@quorate/core/experiments'
import { catalogue } from '@quorate/core/protocols'
import { networkProfiles } from '@quorate/core/simulator'
import type { Command } from 'commander'
import { exitCodes, UsageError } from '../exit-codes.ts'
import {
  columnsOf,
  labelled,
  labelledCommand,
  noBreakSpace,
  shortened,
  wrapped,
} from '../text-layout.ts'

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

/** One protocol with all that it promises; several as a table, one line each. */
function listText(protocols: readonly Protocol[], details: boolean, columns: number): string {
  const blocks = details
    ? protocols.map((protocol) => protocolLines(protocol, columns))
    : [...overview(columns), networks(columns), closing(columns)]
  return `${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`
}

function protocolLines(protocol: Protocol, columns: number): string[] {
  return [
    ...promises(protocol, columns),
    ...parameters(protocol, columns),
    ...attacks(protocol, columns),
    ...beyond(protocol, columns),
    ...plantedBugs(protocol, columns),
  ]
}

/** The families in the order of the catalogue: each trusts less than the one before it. */
const families: { readonly [family in Protocol['family']]: string } = {
  model: 'the model: what can be known without a common clock, and of who is silent',
  crash: 'crash faults: nodes stop, and none lies',
  byzantine: 'Byzantine faults: some nodes lie',
  'proof-of-work': 'proof of work: anyone may join, and nobody knows who is there',
}

/** A heading for each family, and under it a line for each protocol. */
function overview(columns: number): string[][] {
  const width = widest(catalogue.map(({ name }) => name))
  const heads = `${catalogue.length} protocols, from clocks to consensus that is open to anyone. (n > 2f: of n nodes, f may be faulty.)`
  const blocks = Object.entries(families).map(([family, heading]) => {
    const members = catalogue.filter((protocol) => protocol.family === family)
    const bounds = widest(members.map(({ resilience }) => resilience.bound))
    const lines = members.map(({ name, resilience, summary }) => {
      const before = `  ${name.padEnd(width)}  ${resilience.bound.padEnd(bounds)}  `
      return before + shortened(summary, Math.max(1, columns - before.length))
    })
    return [...wrapped(heading, columns).map((line) => styleText('bold', line)), ...lines]
  })
  return [wrapped(heads, columns), ...blocks]
}

function closing(columns: number): string[] {
  const more =
    'quorate list PROTOCOL shows all that one promises, its paper, parameters, attacks and planted bugs.'
  return wrapped(more, columns)
}

const answers: { readonly [shape in Protocol['shape']]: string } = {
  decision: 'one decision, once',
  log: 'a log of commands, for ever',
  chain: 'a chain of blocks, whose last ones may be undone',
  none: 'no answer: it shows the model',
}

function promises(protocol: Protocol, columns: number): string[] {
  const { paper, mutants, name, summary } = protocol
  const row = (label: string, text: string) => labelled(`  ${label}`, 16, text, columns)
  const heading = labelled(name, name.length + 2, summary, columns)
  return [
    styleText('bold', name) + heading.slice(name.length),
    row('gives', answers[protocol.shape]),
    row(
      'tolerates',
      `${protocol.faults} (${protocol.resilience.bound.replaceAll(' ', noBreakSpace)})`,
    ),
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
  const heading =
    '  attacks, run as --byzantine NODE=NAME, as are silent, delayed, twins and corrupting'
  return ['', ...wrapped(heading, columns), ...rows]
}

function beyond(protocol: Protocol, columns: number): string[] {
  if (protocol.beyond.length === 0) return []
  const rows = protocol.beyond.flatMap(({ name, what, scenario }) => [
    `    ${name}`,
    labelled('', 6, what, columns),
    labelledCommand('', 6, replayCommand({ ...scenario, protocol: protocol.name }), columns),
  ])
  return ['', '  one step outside what it promises; not every seed shows it', ...rows]
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
