import { FlpDemonstration, flpSettings } from '@quorate/core/flp'
import type { Command } from 'commander'
import { exitCodes, UsageError } from '../exit-codes.ts'
import { flpText } from '../flp-text.ts'
import { ProgressLine } from '../progress-line.ts'
import { wholeNumber } from '../run-flags.ts'

/** What asks it to end with what is known so far. A second one ends the process. */
const interruptions = ['SIGINT', 'SIGTERM'] as const

/** The flags of `quorate run flp`. */
export interface FlpFlags {
  readonly protocol?: string
  readonly steps?: number
  readonly nodes?: number
  readonly seed?: number
  readonly json?: boolean
}

const ownFlags = ['protocol', 'steps', 'nodes', 'seed', 'json']

/** Adds those that no other run has. */
export function addFlpFlags(command: Command): Command {
  return command
    .option('--protocol <name>', 'with flp: the protocol to keep from deciding; paxos if left out')
    .option(
      '--steps <n>',
      'with flp: for how many steps at least; 200 if left out',
      wholeNumber('steps'),
    )
}

/** @throws UsageError for a flag that means something to flp alone */
export function refuseFlpFlags(flags: FlpFlags): void {
  for (const flag of ['protocol', 'steps'] as const) {
    if (flags[flag] !== undefined)
      throw new UsageError(`--${flag} goes with flp: quorate run flp --protocol paxos --steps 200`)
  }
}

/** Shows the theorem of Fischer, Lynch and Paterson on a protocol. Returns the exit code. */
export async function flp(flags: FlpFlags): Promise<number> {
  const other = Object.keys(flags).find((flag) => !ownFlags.includes(flag))
  if (other !== undefined) {
    const typed = other.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
    throw new UsageError(
      `--${typed} means nothing to flp: it takes --protocol, --nodes, --steps, --seed and --json`,
    )
  }
  const { protocol = 'paxos', nodes, steps, seed } = flags
  const demonstration = new FlpDemonstration(
    flpSettings({
      protocol,
      ...(nodes === undefined ? {} : { nodes }),
      ...(steps === undefined ? {} : { steps }),
      ...(seed === undefined ? {} : { seed }),
    }),
  )
  const { wallSeconds, interrupted } = await toTheEnd(demonstration)
  const report = demonstration.report(wallSeconds)
  process.stdout.write(flags.json ? `${JSON.stringify(report, null, 2)}\n` : flpText(report))
  return interrupted ? exitCodes.interrupted : exitCodes[report.verdict]
}

async function toTheEnd(
  demonstration: FlpDemonstration,
): Promise<{ readonly wallSeconds: number; readonly interrupted: boolean }> {
  const progress = new ProgressLine()
  const started = performance.now()
  let interrupted = false
  const interrupt = () => {
    interrupted = true
  }
  for (const signal of interruptions) process.once(signal, interrupt)
  try {
    while (!interrupted && !demonstration.advance()) {
      progress.show(() => demonstration.progress)
      // Lets signals in.
      await new Promise(setImmediate)
    }
  } finally {
    progress.clear()
    for (const signal of interruptions) process.removeListener(signal, interrupt)
  }
  return { wallSeconds: (performance.now() - started) / 1000, interrupted }
}
