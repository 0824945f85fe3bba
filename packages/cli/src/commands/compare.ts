import {
  type Comparison,
  type ComparisonSettings,
  checkComparison,
  usualComparison,
} from '@quorate/core/experiments'
import { shareIn } from '@quorate/core/simulator'
import type { Command } from 'commander'
import { compareAll } from '../comparison/compare-all.ts'
import { comparisonPage } from '../comparison/comparison-page.ts'
import { comparisonText } from '../comparison/comparison-text.ts'
import { exitCodes, UsageError } from '../exit-codes.ts'
import { OutputFile } from '../output-file.ts'
import { wholeNumber } from '../run-flags.ts'
import { columnsOf } from '../text-layout.ts'

interface CompareFlags {
  readonly nodes?: number
  readonly network?: string
  readonly seed?: number
  readonly clients?: number[]
  readonly risk?: number
  readonly attacker?: number
  readonly html?: string
  readonly json?: boolean
}

export function addCompare(program: Command): void {
  program
    .command('compare')
    .description('the same world for several protocols, one table')
    .argument('[protocols...]', 'protocols with a log or a chain: raft pbft hotstuff nakamoto')
    .option(
      '--nodes <n>',
      `how many nodes each has [${usualComparison.nodes}]`,
      wholeNumber('nodes', 1, 1_000),
    )
    .option('--network <name>', `lan, zones, wan or bitcoin [${usualComparison.network}]`)
    .option('--seed <s>', 'what everything random comes from [1]', wholeNumber('seed'))
    .option(
      '--clients <list>',
      `points of the curve of throughput [${usualComparison.clients.join(',')}]`,
      clientsOf,
    )
    .option(
      '--risk <share>',
      'a chain is final once it is undone with at most this probability [0.1%]',
      shareOf('risk', 1),
    )
    .option(
      '--attacker <share>',
      'by an attacker with this share of the hash power [10%]',
      shareOf('attacker', 0.5),
    )
    .option('--html <file>', 'also write a page with plots')
    .option('--json', 'print one JSON document')
    .addHelpText(
      'after',
      `
Examples:
  quorate compare
  quorate compare raft pbft hotstuff nakamoto --network wan
  quorate compare raft multi-paxos --nodes 5 --network lan --html page.html
  quorate compare nakamoto --risk 0.01% --attacker 30% --json`,
    )
    .action(async (protocols: string[], flags: CompareFlags) => {
      process.exitCode = await compare(protocols, flags)
    })
}

async function compare(protocols: readonly string[], flags: CompareFlags): Promise<number> {
  const settings = settingsOf(protocols, flags)
  checkComparison(settings)
  const file = flags.html === undefined ? undefined : new OutputFile(flags.html)
  try {
    const comparison = await compareAll(settings)
    const json = () => `${JSON.stringify(comparison, null, 2)}\n`
    const text = () => comparisonText(comparison, columnsOf(process.stdout))
    process.stdout.write(flags.json ? json() : text())
    file?.write(Buffer.from(comparisonPage(comparison)))
    if (file && !flags.json) process.stderr.write(`The page is in ${flags.html}\n`)
    return exitCodeOf(comparison)
  } finally {
    file?.discard()
  }
}

function exitCodeOf({ protocols }: Comparison): number {
  if (protocols.some(({ verdict }) => verdict === 'violated')) return exitCodes.violated
  if (protocols.some(({ verdict }) => verdict === 'inconclusive')) return exitCodes.inconclusive
  return exitCodes.held
}

function settingsOf(protocols: readonly string[], flags: CompareFlags): ComparisonSettings {
  return {
    protocols: protocols.length > 0 ? protocols : usualComparison.protocols,
    nodes: flags.nodes ?? usualComparison.nodes,
    network: flags.network ?? usualComparison.network,
    seed: flags.seed ?? usualComparison.seed,
    clients: flags.clients ?? usualComparison.clients,
    risk: flags.risk ?? usualComparison.risk,
    attackerShare: flags.attacker ?? usualComparison.attackerShare,
  }
}

function clientsOf(text: string): number[] {
  const clients = text.split(',').map(Number)
  const ascending = clients.every((count, i) => i === 0 || count > (clients[i - 1] as number))
  const known = clients.every((count) => Number.isInteger(count) && count >= 1 && count <= 10_000)
  if (!known || !ascending)
    throw new UsageError(
      `--clients is '${text}': write ascending numbers from 1 to 10000, such as 16,256,2048`,
    )
  return clients
}

/** Reads a probability as a percentage, such as 0.1%, for commander. */
function shareOf(flag: string, below: number): (text: string) => number {
  return (text) => {
    const share = shareIn(text)
    if (share === undefined || share === 0 || share >= below)
      throw new UsageError(
        `--${flag} is '${text}': it must be more than 0% and less than ${below * 100}%, such as 0.1%`,
      )
    return share
  }
}
